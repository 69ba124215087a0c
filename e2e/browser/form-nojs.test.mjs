// The form without JavaScript: everything works, nothing that was typed or chosen is
// lost, and each mistake ends in our sentence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, step } from './browser.mjs';
import { everyLead } from './flows.mjs';
import { choose, field, fill, maria, onDisk, open, pdf, program, reference, refused, resume, said, send, submitButton, typed, unexpected, uploaded } from './form.mjs';

const count = async () => (await everyLead({})).length;

test('a mistake keeps everything, the file too', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong, requests } = await open(browser, { js: false });
  await step('it is one request, and nothing else is asked for', () => assert.deepEqual(requests, [`GET ${base}/`]));
  await step('sent empty, each field is told of, in order', async () => {
    await send(page);
    await refused(page, said.first_name, said.last_name, 'Enter your e-mail address.', said.resume);
    await page.locator('.summary a', { hasText: said.last_name }).click();
    await page.locator('#last_name:focus').waitFor();
  });
  await step('one mistake keeps the rest', async () => {
    await fill(page, { ...maria, email: 'maria' });
    await choose(page, await onDisk(t, pdf()));
    await send(page);
    await refused(page, said.email);
    assert.deepEqual(await typed(page), { ...maria, email: 'maria' });
    await uploaded(page, 'maria-cv.pdf');
    assert.equal(await resume(page).inputValue(), '');
  });
  await step('the page of the mistake can be loaded again', async () => {
    await page.reload();
    await refused(page, said.email);
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('another mistake keeps it still', async () => {
    await fill(page, { first_name: '' });
    await send(page);
    await refused(page, said.first_name, said.email);
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('it is sent without choosing again', async () => {
    await fill(page);
    await send(page);
    await reference(page);
    const [lead] = await everyLead({});
    assert.deepEqual([lead.first_name, lead.resume.filename, lead.resume.size], ['María', 'maria-cv.pdf', pdf().buffer.length]);
  });
  await step('another file takes the place of the kept one', async () => {
    await page.goto(base);
    await fill(page, { ...maria, email: '' });
    await choose(page, pdf());
    await send(page);
    await uploaded(page, 'maria-cv.pdf');
    await fill(page, { email: 'other@example.com' });
    await choose(page, pdf({ name: 'other.pdf', of: 'another file' }));
    await send(page);
    await reference(page);
    const [lead] = (await everyLead({})).filter(({ email }) => email === 'other@example.com');
    assert.equal(lead.resume.filename, 'other.pdf');
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('one name is enough', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t), { js: false });
  await fill(page, { first_name: 'Suharto', email: 'one@example.com' });
  await page.getByLabel('I have only one name').check();
  await choose(page, pdf());
  await send(page);
  await reference(page);
  const [lead] = (await everyLead({})).filter(({ email }) => email === 'one@example.com');
  assert.deepEqual([lead.first_name, lead.last_name, lead.single_name], ['Suharto', '', true]);
  assert.deepEqual(unexpected(wrong), []);
});

test('a file that can’t be taken is told of, and what was typed stays', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t), { js: false });
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const files = [
    ['0 bytes', { name: 'cv.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) }, said.empty],
    ['a program', program('setup.exe'), said.type],
    ['a program with the name of a PDF', program('cv.pdf'), said.type],
    ['a picture with the name of a PDF', { name: 'cv.pdf', mimeType: 'application/pdf', buffer: png },
      'The name of this file doesn\'t fit what is inside it. Give it a name that ends in .png and choose it again.'],
    ['a byte more than 10 MB', pdf({ size: (10 << 20) + 1 }), said.large],
    ['11.5 MB, more than any form', pdf({ size: 23 << 19 }), said.large],
    ['22 MB', pdf({ size: 22 << 20 }), said.large],
    ['25 MB', pdf({ size: 25 << 20 }), said.large],
    ['48 MB', pdf({ size: 48 << 20 }), said.large],
  ];
  for (const [name, file, sentence] of files) {
    await step(name, async () => {
      await page.goto(base);
      await fill(page);
      await choose(page, await onDisk(t, file));
      await send(page);
      await refused(page, sentence);
      assert.deepEqual(await typed(page), maria);
      assert.equal(await field(page, 'kept').count(), 0);
    });
  }
  await step('and a good one sends it after all', async () => {
    await choose(page, pdf({ of: 'after all' }));
    await send(page);
    await reference(page);
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('a PDF with a password is taken, and said', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t), { js: false });
  await fill(page, { ...maria, email: 'locked@example.com' });
  await choose(page, pdf({ locked: true }));
  await send(page);
  await reference(page);
  await page.getByText(said.locked).waitFor();
  assert.deepEqual(unexpected(wrong), []);
});

test('sent twice, it is one lead', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong, requests } = await open(browser, { js: false });
  const twice = { ...maria, email: 'twice@example.com' };
  const before = await count();
  let first;
  await step('by a double click', async () => {
    await fill(page, twice);
    await choose(page, pdf());
    await submitButton(page).dblclick();
    first = await reference(page);
    t.diagnostic(`measured a double click without JavaScript sent ${requests.filter((request) => request.startsWith('POST')).length} requests`);
  });
  await step('by a second click, when the answer to the first does not come', async () => {
    await page.goto(base);
    await fill(page, twice);
    await choose(page, pdf());
    let stored;
    const arrived = new Promise((resolve) => { stored = resolve; });
    await page.route('**/*', (route) => route.fetch({ maxRedirects: 0 }).then(stored), { times: 1 }); // it is stored, and nobody is told
    const { x, y } = await submitButton(page).boundingBox();
    await page.mouse.click(x + 9, y + 9);
    assert.equal((await arrived).status(), 303);
    await page.mouse.click(x + 9, y + 9); // a click on a locator waits for the page that is on its way
    assert.equal(await reference(page), first);
  });
  await step('by Back, and sending again', async () => {
    await page.goBack();
    await submitButton(page).waitFor();
    await fill(page, twice);
    await choose(page, pdf());
    await send(page);
    assert.equal(await reference(page), first);
  });
  await step('from two tabs, at once', async () => {
    const tabs = await Promise.all([1, 2].map(() => page.context().newPage()));
    for (const tab of tabs) {
      await tab.goto(base);
      await fill(tab, twice);
      await choose(tab, pdf());
    }
    await Promise.all(tabs.map(send));
    assert.deepEqual(await Promise.all(tabs.map(reference)), [first, first]);
  });
  await step('by eight requests of one form at once', async () => {
    await page.goto(base);
    const hidden = await page.locator('#form input[type=hidden]').evaluateAll((all) => all.map(({ name, value }) => [name, value]));
    const answers = await Promise.all(Array.from({ length: 8 }, () => {
      const body = new FormData();
      for (const [name, value] of [...hidden, ...Object.entries(twice)]) body.set(name, value);
      body.set('resume', new File([pdf().buffer], 'maria-cv.pdf', { type: 'application/pdf' }));
      return fetch(`${base}/?lang=en`, { method: 'POST', body, redirect: 'manual' });
    }));
    assert.deepEqual(answers.map(({ status }) => status), Array(8).fill(303));
    assert.deepEqual(new Set(answers.map(({ headers }) => headers.get('Location'))).size, 1);
  });
  assert.equal(await count(), before + 1);
  await step('changed, it is another', async () => {
    await page.goto(base);
    await fill(page, { ...twice, first_name: 'Anna' });
    await choose(page, pdf());
    await send(page);
    assert.notEqual(await reference(page), first);
    assert.equal(await count(), before + 2);
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('a form that was open for too long loses nothing', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t), { js: false });
  await page.route(`${base}/`, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const response = await route.fetch();
    const body = (await response.text()).replace(/(name="form_token" value=")(.)/, (_, before, letter) => before + (letter === 'A' ? 'B' : 'A'));
    return route.fulfill({ response, body });
  });
  await page.reload();
  await fill(page, { ...maria, email: 'late@example.com' });
  await choose(page, pdf());
  await send(page);
  await refused(page, said.lapsed);
  assert.deepEqual(await typed(page), { ...maria, email: 'late@example.com' });
  await uploaded(page, 'maria-cv.pdf');
  await send(page);
  await reference(page);
  assert.deepEqual(unexpected(wrong), []);
});
