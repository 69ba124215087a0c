// What strangers send and what other sites try: none of it runs in the app's origin,
// and none of it acts in the name of whoever is signed in. Whatever got through would
// set globalThis.pwned or open a dialog; nothing may.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { test } from 'node:test';
import { jpegOf, pngOf } from './appanswers.mjs';
import { open, submit } from './app.mjs';
import { base, openBrowser, picture, step } from './browser.mjs';
import { json } from './looks.mjs';

const script = '<script>globalThis.pwned = "script"; alert(1)</script>';
const markup = `${script}<img src=x onerror="globalThis.pwned='img'; alert(2)"><svg onload="globalThis.pwned='svg'; alert(3)"></svg>`;
const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

// watch counts dialogs, and asks a page for the canary.
function watch(page) {
  const opened = [];
  page.on('dialog', (dialog) => { opened.push(dialog.message()); return dialog.dismiss(); });
  return async (what) => {
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined, `${what}: it ran`);
    assert.deepEqual(opened, [], `${what}: a dialog`);
    assert.equal(await page.locator('main script, main svg[onload], main img[src="x"], main iframe, main object, main embed, [onerror], [onload]').count(), 0, `${what}: it became markup`);
  };
}

// send submits a resume as it is, and gives the answer whatever it is.
async function send(resume, filename, type, fields = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ first_name: 'Eve', last_name: 'Hostile', email: `${crypto.randomUUID()}@example.com`, ...fields })) body.set(name, value);
  body.set('resume', new File([resume], filename, { type }));
  return fetch(`${base}/api/v1/leads`, { method: 'POST', body });
}

const pdf = `%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\); globalThis.pwned = "pdf")>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`;

// files are what a stranger may send: what it holds, its name, its type, and what the
// page shows of it; refused when the server doesn't take it at all.
const files = [
  { name: 'prose before a script', resume: `Hello, I am Eve. ${markup}\n`, filename: 'cv.txt', type: 'text/plain', shows: 'text' },
  { name: 'UTF-16', resume: utf16(`Hello, I am Eve. ${markup}\n`), filename: 'cv.txt', type: 'text/plain', shows: 'text' },
  { name: 'text said to be HTML', resume: `Hello, I am Eve. ${markup}\n`, filename: 'cv.txt', type: 'text/html', shows: 'text' },
  { name: 'a page', resume: `<!doctype html>${markup}`, filename: 'cv.txt', type: 'text/plain', refused: true },
  { name: 'a page below prose', resume: `Hello.\n<html>${markup}`, filename: 'cv.txt', type: 'text/plain', refused: true },
  { name: 'a page in UTF-16', resume: utf16(`<html>${markup}`), filename: 'cv.txt', type: 'text/plain', refused: true },
  { name: 'a drawing', resume: `<svg xmlns="http://www.w3.org/2000/svg" onload="globalThis.pwned=1"/>`, filename: 'cv.svg', type: 'image/svg+xml', refused: true },
  { name: 'a page with the name of one', resume: `Hello. ${markup}`, filename: 'cv.html', type: 'text/html', refused: true },
  { name: 'a JPEG that is a page as well', resume: jpegOf(`<!doctype html><html><body>${markup}</body></html>`), filename: 'cv.jpg', type: 'image/jpeg', shows: 'picture' },
  { name: 'a PNG of 60,000 by 60,000', resume: pngOf(60_000, 60_000), filename: 'cv.png', type: 'image/png', shows: 'too large' },
  { name: 'a PNG that is broken', resume: Buffer.concat([pngOf(10, 10).subarray(0, 33), Buffer.from(markup)]), filename: 'cv.png', type: 'image/png', shows: 'broken' },
  { name: 'a PDF that runs', resume: pdf, filename: 'cv.pdf', type: 'application/pdf', shows: 'nothing' },
  { name: 'a name with markup', resume: 'Hello.', filename: `<img src=x onerror=globalThis.pwned=1>.txt`, type: 'text/plain', shows: 'text' },
];

test('a stranger’s file never runs', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const unharmed = watch(page);
  for (const { name, resume, filename, type, shows, refused } of files) {
    await step(name, async () => {
      const response = await send(resume, filename, type);
      assert.ok((refused ? [415, 422] : [201]).includes(response.status), await response.clone().text());
      if (refused) return;
      const { id } = await response.json();
      await page.goto(`${base}/app/leads/${id}`);
      const pane = page.getByRole('region', { name: 'Resume' });
      const seen = {
        text: () => pane.locator('pre').filter({ hasText: 'Hello' }),
        picture: () => pane.getByRole('img'),
        broken: () => pane.getByRole('img'),
        'too large': () => pane.getByText('This picture is too large'),
        nothing: () => pane.getByText('This kind of file is not shown'),
      };
      await seen[shows]().waitFor();
      if (shows === 'text' && resume.includes('script')) assert.ok((await pane.locator('pre').textContent()).includes(markup), 'it is there, as text');
      if (shows === 'picture') await page.waitForFunction(() => document.querySelector('main img').naturalWidth > 0);
      await unharmed(name);
      await picture(page, `hostile-${name.replace(/[^a-z0-9]+/gi, '-')}`);
    });
  }
  assert.deepEqual(wrong, []);
});

test('a resume by its address is a download, and nothing else', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const sent = [
    [jpegOf(`<!doctype html>${markup}`), 'cv.jpg', 'image/jpeg'],
    [`Hello. ${markup}`, 'cv.txt', 'text/plain'],
    [pdf, 'cv.pdf', 'application/pdf'],
  ];
  for (const [resume, filename, type] of sent) {
    await step(filename, async () => {
      const { id } = await (await send(resume, filename, type)).json();
      const address = `${base}/api/v1/leads/${id}/resume`;
      const header = (await page.request.get(address)).headers();
      assert.match(header['content-disposition'], /^attachment/);
      assert.equal(header['x-content-type-options'], 'nosniff');
      assert.match(header['content-security-policy'], /(^|; )sandbox(;|$)/);
      assert.match(header['content-security-policy'], /default-src 'none'/);
      const { pathname } = new URL(page.url());
      const downloading = page.waitForEvent('download');
      await page.goto(address).catch((error) => assert.match(error.message, /Download is starting|ERR_ABORTED/));
      const download = await downloading;
      assert.equal(download.suggestedFilename(), filename);
      assert.deepEqual(await readFile(await download.path()), Buffer.from(resume), 'as it was sent');
      assert.equal(new URL(page.url()).pathname, pathname, 'the page stays where it was');
      await watch(page)(filename);
    });
  }
  assert.deepEqual(wrong, []);
});

test('names, notes and errors stay text', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const unharmed = watch(page);
  const first = '<img src=x onerror=globalThis.pwned=1>';
  const last = '"><script>globalThis.pwned=2</script>{{7*7}}${7*7}';
  let id;
  await step('what turns the line round is refused', async () => {
    for (const bad of ['Ana\u202eGNP', '\u2066Ana', 'Ana\u0000', 'Ana\nRuiz']) {
      assert.equal((await send('Hello.', 'cv.txt', 'text/plain', { first_name: bad })).status, 422, JSON.stringify(bad));
    }
  });
  await step('a name', async () => {
    id = (await submit({ first, last, email: `"<b>x</b>"@example.com` }).catch(() => submit({ first, last }))).id;
    await page.goto(`${base}/app/?q=&lead=${id}`);
    await page.getByText('The lead came in.').waitFor();
    assert.equal(await page.locator(`[data-lead="${id}"] bdi`).first().textContent(), `${first} ${last}`);
    await unharmed('the list');
    await page.keyboard.press('e');
    await page.getByText('How?').waitFor();
    await unharmed('the toast');
    await page.keyboard.press('a');
    await page.getByRole('dialog').waitFor();
    await unharmed('the dialog');
    await page.goto(`${base}/app/leads/${id}`);
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), `${first} ${last}`);
    await unharmed('the page');
  });
  await step('a note', async () => {
    const text = `${markup}\njavascript:alert(1) [x](javascript:alert(2)) http://example.com/`;
    await page.getByLabel('Note').fill(text);
    await page.getByRole('button', { name: 'Add note' }).click();
    const note = page.locator('li[data-kind=note]');
    await note.getByText('javascript:alert(1)').waitFor();
    assert.equal(await note.locator('p').nth(1).textContent(), text);
    assert.equal(await note.locator('a, img, script').count(), 0);
    await unharmed('the note');
    await picture(page, 'hostile-note');
  });
  await step('what a mail server says', async () => {
    const at = '2026-11-23T09:14:00Z';
    await json(page, /\/events/, { items: [{ id, kind: 'message_changed', at, actor: null, data: { state: 'dead', message_kind: 'confirmation', error: `550 ${markup}` } }, { id: `${id}x`, kind: markup, at, actor: null, data: {} }], next_cursor: null });
    await json(page, /^\/api\/v1\/messages(\?|$)/, { items: [{ id, lead_id: id, kind: 'confirmation', recipient: `<b>${markup}`, state: 'dead', attempts: 1, last_error: markup, created_at: at, next_at: null, sent_at: null }], next_cursor: null });
    await page.goto(`${base}/app/leads/${id}`);
    await page.getByText(`550 ${script}`).waitFor();
    await unharmed('the timeline');
    await page.goto(`${base}/app/outbox`);
    await page.locator('li[data-state=dead]').getByText(script).first().waitFor();
    await unharmed('the outbox');
  });
  await step('what a URL says', async () => {
    for (const at of [`/app/?q=${encodeURIComponent(markup)}`, `/app/leads/${encodeURIComponent(markup)}`, `/app/${encodeURIComponent(markup)}`, `/app/outbox?state=${encodeURIComponent(markup)}`]) {
      await page.goto(base + at);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await unharmed(at);
    }
  });
  assert.deepEqual(wrong.filter((line) => !line.includes('status of 404')), []);
});

// attacker serves a page on a host of its own, and another site: localhost instead of 127.0.0.1.
async function attacker(t, body) {
  const server = http.createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>A site</title>${body}`));
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  t.after(() => server.close());
  return (host) => `http://${host}:${server.address().port}/`;
}

test('another site can neither frame the app nor act in somebody’s name', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { id } = await submit();
  const { page } = await open(browser);
  const api = `${base}/api/v1`;
  const cookie = (await page.context().cookies()).find(({ name }) => name.includes('usher'));
  assert.ok(cookie.httpOnly, 'no script reads the session');
  assert.match(cookie.sameSite, /^(Lax|Strict)$/);
  const site = await attacker(t, `
    <iframe src="${base}/app/"></iframe><iframe src="${api}/leads/${id}/resume"></iframe><iframe src="${base}/app/leads/${id}"></iframe>
    <form id=state method=post action="${api}/leads/${id}/reopen" enctype="text/plain"><input name='{"a":"' value='"}'></form>
    <form id=session method=post action="${api}/session" enctype="text/plain"><input name='{"email":"admin@firm.example","password":"x","z":"' value='"}'></form>`);
  const state = async () => (await (await page.request.get(`${api}/leads/${id}`)).json());
  const before = await state();
  // The same machine on another port is another origin but the same site, so its cookie goes along; localhost is another site.
  for (const host of ['127.0.0.1', 'localhost']) {
    const other = await page.context().newPage();
    const unharmed = watch(other);
    // Whether the other page may know it or not (Cross-Origin-Resource-Policy keeps most from it), what was answered is a refusal.
    const [asked, statuses] = [[], []];
    const writes = (request) => request.url().startsWith(api) && !['GET', 'OPTIONS'].includes(request.method());
    other.on('request', (request) => { if (writes(request)) asked.push(request.url()); });
    other.on('response', (response) => { if (writes(response.request())) statuses.push(response.status()); });
    await step(`framed by ${host}`, async () => {
      await other.goto(site(host), { waitUntil: 'load' });
      assert.equal(other.frames().length, 4);
      assert.deepEqual(other.frames().slice(1).map((frame) => frame.url()).filter((url) => url.startsWith(base)), [], 'shown in a frame');
      await unharmed(host);
    });
    await step(`fetched by ${host}`, async () => {
      const tries = await other.evaluate(async ([root, lead]) => {
        const outcomes = {};
        const attempt = async (name, path, more) => {
          outcomes[name] = await fetch(root + path, { credentials: 'include', ...more }).then((response) => `${response.type} ${response.status}`, () => 'refused');
        };
        const body = '{"state":"REACHED_OUT"}';
        await attempt('read', `/leads/${lead}`, {});
        await attempt('mark', `/leads/${lead}`, { method: 'PATCH', body, headers: { 'Content-Type': 'application/json' } });
        await attempt('note as plain text', `/leads/${lead}/notes`, { method: 'POST', mode: 'no-cors', body: '{"text":"pwned"}' });
        await attempt('reopen', `/leads/${lead}/reopen`, { method: 'POST', mode: 'no-cors' });
        await attempt('test mail', '/messages/test', { method: 'POST', mode: 'no-cors' });
        await attempt('sign in', '/session', { method: 'POST', mode: 'no-cors', body: '{"email":"admin@firm.example","password":"x"}' });
        await attempt('sign out', '/session', { method: 'DELETE' });
        return outcomes;
      }, [api, id]);
      for (const [name, outcome] of Object.entries(tries)) assert.match(outcome, /^refused$|^opaque 0$/, name);
    });
    for (const form of ['state', 'session']) {
      await step(`form ${form} of ${host}`, async () => {
        const sender = await page.context().newPage();
        await sender.goto(site(host));
        const answered = sender.waitForResponse((response) => response.url().startsWith(api) && response.request().method() === 'POST');
        await sender.evaluate((name) => document.getElementById(name).submit(), form);
        // Without the cookie, which another site's form doesn't get, nobody is signed in.
        assert.ok((form === 'state' && host === 'localhost' ? [401, 403] : [403]).includes((await answered).status()), `${(await answered).status()}`);
      });
    }
    assert.ok(asked.length > 0, 'nothing was tried');
    assert.ok(statuses.every((status) => status === 401 || status === 403), `answered with ${statuses}`);
  }
  assert.deepEqual(await state(), before, 'nothing changed');
  assert.equal((await (await page.request.get(`${api}/leads/${id}/events`)).json()).items.filter(({ kind }) => kind === 'note').length, 0);
  assert.equal((await page.request.get(`${api}/me`)).status(), 200, 'still signed in');
  await step('an opener learns nothing', async () => {
    const other = await page.context().newPage();
    await other.goto(site('127.0.0.1'));
    const popup = other.waitForEvent('popup');
    await other.evaluate((address) => { globalThis.theirs = globalThis.open(address); }, `${base}/app/`);
    await (await popup).locator('#main').waitFor();
    assert.equal(await other.evaluate(() => globalThis.theirs.closed), true, 'COOP cuts the tie');
  });
});
