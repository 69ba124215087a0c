// The form on a firm's own website: in a frame of another site that may keep nothing,
// and behind a form of the firm's own.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { base, openBrowser, openPage, step } from './browser.mjs';
import { ask, eventually, everyLead } from './flows.mjs';
import { choose, fill, field, maria, pdf, reference, refused, said, send, submitButton, typed, unexpected, uploaded } from './form.mjs';

// To a browser localhost and 127.0.0.1 are two sites: the form is at one, the firm at the other.
const ours = base.replace('127.0.0.1', 'localhost');

// Third-party cookies are off, and Chromium takes the storage of such a frame with
// them, as Safari does. Playwright's contexts are private windows, where that is the
// default; the flag makes it so whatever the default becomes. The test looks whether it is.
const blocking = ['--test-third-party-cookie-phaseout'];

const page = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A firm</title>${body}`;

// website is the firm's: a page with the frame, one with a form of its own, and one to come back to.
async function website(t) {
  const own = (to) => page(`<h1>Write to us</h1><form id="form" method="post" action="${ours}/" enctype="multipart/form-data">
    <input name="first_name"><input name="last_name"><input name="email"><input id="resume" name="resume" type="file">
    <input type="hidden" name="return_to" value="${to}"><button type="submit">Send</button></form>`);
  const server = http.createServer((request, response) => {
    const site = `http://${request.headers.host}`;
    response.setHeader('Content-Type', 'text/html');
    response.end({
      '/frame': page(`<h1>Our firm</h1><p style="height: 700px">Above.</p><iframe data-usher src="${ours}/?lang=en" title="Contact form" width="700" height="200"></iframe><p style="height: 1500px">Below.</p>
        <script>window.onmessage = ({ data }) => { (window.told ??= []).push(data); };</script><script src="${ours}/embed.js" async></script>`),
      '/own': own(`${site}/thanks`), '/elsewhere': own(`${site}/not-on-the-list`),
      '/thanks': page('<h1>Thank you</h1>'), '/not-on-the-list': page('<h1>Not here</h1>'),
    }[request.url] ?? page(''));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => { server.close(); server.closeAllConnections(); });
  return `http://127.0.0.1:${server.address().port}`;
}

// allow sets what the firm has agreed to.
async function allow(body) {
  const { status, body: answer } = await ask('/api/v1/firm', { method: 'PATCH', body });
  assert.equal(status, 200, JSON.stringify(answer));
}

// visit opens a page of the website. What it asks of ours is no other host's.
async function visit(browser, address, js) {
  const watched = await openPage(browser, { width: 800, height: 900 }, { javaScriptEnabled: js, locale: 'en-US' }, new URL(address).origin);
  await watched.page.goto(address);
  return { ...watched, problems: (...known) => unexpected(watched.wrong, new RegExp(`^asked another host: ${ours}/`), ...known) };
}

const height = (page) => page.locator('iframe').evaluate((frame) => frame.clientHeight);

// inSight waits until something in the frame is where the prospect looks.
const inSight = (locator) => eventually(async () => {
  const { y, height: tall } = await locator.boundingBox();
  return y > -1 && y + tall <= 900 ? 'in sight' : y; // a scroll ends on a whole pixel
}, 'in sight');
const formIn = (page) => page.waitForSelector('iframe').then((frame) => frame.contentFrame());

test('in a frame of another site, with every cookie and all storage blocked', { timeout: 240_000 }, async (t) => {
  const site = await website(t);
  const browser = await openBrowser(t, blocking);
  await step('a site that the firm has not named can’t show it', async () => {
    const { page: outer, wrong } = await visit(browser, `${site}/frame`, true);
    await eventually(() => wrong.some((line) => /frame-ancestors/.test(line)), true, 'the CSP says so');
    const frame = await formIn(outer);
    assert.equal(await frame.locator('#form').count(), 0);
  });
  await allow({ embed_sites: [site] });
  for (const js of [true, false]) {
    const who = { ...maria, email: `frame-${js}@example.com` };
    const { page: outer, problems } = await visit(browser, `${site}/frame`, js);
    const inside = await formIn(outer);
    await submitButton(inside).waitFor();
    await step(`nothing can be kept there, JavaScript ${js}`, async () => {
      if (js) {
        assert.equal(await inside.evaluate(() => { try { return sessionStorage.length; } catch (error) { return error.name; } }), 'SecurityError');
        assert.equal(await inside.evaluate(() => { document.cookie = 'a=b; SameSite=Lax'; return document.cookie; }), '');
      }
      assert.deepEqual(await outer.context().cookies(), []);
    });
    if (js) {
      await step('the frame is as high as the form', async () => {
        await eventually(async () => await height(outer) === await inside.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height)), true);
        assert.ok(await height(outer) > 500, `${await height(outer)}`);
        assert.ok(await inside.evaluate(() => document.documentElement.scrollHeight <= innerHeight), 'it has no bar of its own');
        const told = await outer.evaluate(() => window.told);
        assert.ok(told.length > 0 && told.every((data) => Object.keys(data).join() === 'usherHeight'), JSON.stringify(told));
      });
    }
    await step(`an error keeps the file, JavaScript ${js}`, async () => {
      const before = await height(outer);
      await fill(inside, { ...who, email: 'x' });
      await choose(inside, pdf());
      if (js) await uploaded(inside, 'maria-cv.pdf');
      await send(inside);
      await inside.locator('.summary li').getByText(said.email).waitFor();
      await uploaded(inside, 'maria-cv.pdf');
      assert.deepEqual(await typed(inside), { ...who, email: 'x' });
      if (js) {
        await eventually(async () => await height(outer) > before, true, 'the frame grows with the error');
        await inSight(inside.locator('.summary:focus'));
      }
    });
    await step(`it is sent inside the frame, JavaScript ${js}`, async () => {
      await fill(inside, { email: who.email });
      await send(inside);
      await reference(inside);
      assert.equal(outer.url(), `${site}/frame`);
      if (js) await inSight(inside.locator('h1'));
      const [lead] = (await everyLead({})).filter(({ email }) => email === who.email);
      assert.equal(lead.resume.filename, 'maria-cv.pdf');
    });
    assert.deepEqual(problems(/Blocked autofocusing/), []);
  }
});

test('a form of the firm’s own', { timeout: 240_000 }, async (t) => {
  const site = await website(t);
  const browser = await openBrowser(t, blocking);
  await allow({ return_addresses: [`${site}/thanks`] });
  for (const js of [true, false]) {
    const begin = async (at, email) => {
      const visited = await visit(browser, site + at, js);
      await fill(visited.page, { ...maria, email });
      await choose(visited.page, pdf());
      await send(visited.page);
      return visited;
    };
    await step(`ends where the firm wants, JavaScript ${js}`, async () => {
      const { page: own, problems } = await begin('/own', `own-${js}@example.com`);
      await own.getByRole('heading', { name: 'Thank you' }).waitFor();
      assert.equal((await everyLead({})).filter(({ email }) => email === `own-${js}@example.com`).length, 1);
      assert.deepEqual(problems(), []);
    });
    await step(`a mistake is mended on our page, and ends there too, JavaScript ${js}`, async () => {
      const { page: own, problems } = await begin('/own', 'x');
      await refused(own, said.email);
      await uploaded(own, 'maria-cv.pdf');
      assert.equal(await field(own, 'return_to').inputValue(), `${site}/thanks`);
      await fill(own, { email: `mended-${js}@example.com` });
      await send(own);
      await own.getByRole('heading', { name: 'Thank you' }).waitFor();
      assert.equal((await everyLead({})).filter(({ email }) => email === `mended-${js}@example.com`).length, 1);
      assert.deepEqual(problems(), []);
    });
    await step(`with an address that the firm has not named it ends on our page, JavaScript ${js}`, async () => {
      const { page: own, problems } = await begin('/elsewhere', `elsewhere-${js}@example.com`);
      await reference(own);
      assert.deepEqual(problems(), []);
    });
  }
});
