// The form with JavaScript: what was typed outlives a reload, another language and a
// lost connection, and however often it is sent, it is one lead.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, step } from './browser.mjs';
import { ask, eventually, everyLead } from './flows.mjs';
import { choose, field, fill, maria, open, pdf, reference, refused, said, send, submitButton, typed, unexpected, uploaded } from './form.mjs';

const alarm = (page) => page.locator('#form [role=alert]');
const sends = (requests) => requests.filter((request) => /^POST .*\/(\?lang=\w+)?$/.test(request)).length;
const count = async () => (await everyLead({})).length;

test('errors come from the server, and go as they are mended', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t));
  const left = () => page.locator('.summary li').allInnerTexts();
  await step('sent empty', async () => {
    await send(page);
    await refused(page, said.first_name, said.last_name, 'Enter your e-mail address.', said.resume);
  });
  await step('one by one', async () => {
    await fill(page, { first_name: ' ' });
    assert.equal((await left()).length, 4, 'a space is no name');
    await fill(page, { first_name: 'M' });
    assert.deepEqual(await left(), [said.last_name, 'Enter your e-mail address.', said.resume]);
    assert.equal(await page.locator('#first_name-error').count(), 0);
    assert.equal(await field(page, 'first_name').getAttribute('aria-invalid'), null);
    assert.equal(await field(page, 'first_name').getAttribute('aria-describedby'), 'first_name-hint');
    await page.getByLabel('I have only one name').check();
    assert.deepEqual(await left(), ['Enter your e-mail address.', said.resume]);
    await fill(page, { email: 'm@example' });
    assert.equal((await left()).length, 2);
    await fill(page, { email: 'm@example.com' });
    assert.deepEqual(await left(), [said.resume]);
    assert.match(await page.title(), /^Error: /);
    await choose(page, pdf());
    await uploaded(page, 'maria-cv.pdf');
    assert.equal(await page.locator('.summary, .error, .wrong, [aria-invalid]').count(), 0);
    assert.match(await page.title(), /^Tell us how to reach you/);
  });
  await step('a mistake keeps the file, and says so', async () => {
    await fill(page, { email: 'm' });
    await send(page);
    await refused(page, said.email);
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('mended, it is sent', async () => {
    await fill(page, { email: 'errors@example.com' });
    await send(page);
    await reference(page);
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('a file that has lapsed is told of, and the rest stays', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t));
  await fill(page, maria);
  await choose(page, pdf());
  await uploaded(page, 'maria-cv.pdf');
  const body = new FormData();
  body.set('form_token', await field(page, 'form_token').inputValue());
  body.set('replaces', await field(page, 'kept').inputValue());
  assert.equal((await fetch(`${base}/uploads`, { method: 'POST', body })).status, 204);
  await send(page);
  await refused(page, 'Your file was kept for an hour and is gone now. Select it again.');
  assert.deepEqual(await typed(page), maria);
  assert.equal(await field(page, 'kept').count(), 0);
  assert.deepEqual(unexpected(wrong), []);
});

test('a form that was open for too long loses nothing', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t));
  const late = { ...maria, email: 'late@example.com' };
  await field(page, 'form_token').evaluate((input) => { input.value = `A${input.value}`; });
  await fill(page, late);
  await choose(page, pdf());
  await send(page);
  await refused(page, said.lapsed);
  assert.deepEqual(await typed(page), late);
  await uploaded(page, 'maria-cv.pdf');
  await send(page);
  await reference(page);
  assert.deepEqual(unexpected(wrong), []);
});

test('what was typed outlives a reload and another language', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t));
  await fill(page, maria);
  await step('a reload', async () => {
    await page.reload();
    assert.deepEqual(await typed(page), maria);
  });
  await choose(page, pdf());
  await uploaded(page, 'maria-cv.pdf');
  await page.getByLabel('I have only one name').check();
  await step('a reload, with the file', async () => {
    await page.reload();
    assert.deepEqual(await typed(page), maria);
    await uploaded(page, 'maria-cv.pdf');
    assert.ok(await page.getByLabel('I have only one name').isChecked());
  });
  await page.getByLabel('I have only one name').uncheck();
  await step('another language, with the file', async () => {
    await page.getByRole('link', { name: 'العربية' }).click();
    await page.locator('html[lang=ar][dir=rtl]').waitFor();
    await eventually(() => typed(page), maria);
    await page.locator('#resume-field .kept').getByText('maria-cv.pdf').waitFor();
    await page.getByRole('link', { name: 'Español' }).click();
    await page.locator('html[lang=es]').waitFor();
    await eventually(() => typed(page), maria);
  });
  await step('and from an error to another language', async () => {
    await fill(page, { last_name: '' });
    await send(page);
    await page.locator('html[lang=es] .summary:focus').waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await page.locator('html[lang=en]').waitFor();
    await eventually(() => typed(page), { ...maria, last_name: '' });
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('it is sent in the language that is read last', async () => {
    await page.getByRole('link', { name: 'Español' }).click();
    await page.locator('html[lang=es]').waitFor();
    await eventually(() => typed(page), { ...maria, last_name: '' }); // what was typed is put back first
    await fill(page, { last_name: 'Ortiz', email: 'es@example.com' });
    await send(page);
    await page.getByRole('heading', { level: 1, name: 'Ya tenemos sus datos' }).or(page.locator('html[lang=es] h1')).first().waitFor();
    await page.locator('.reference').waitFor();
    const [lead] = (await everyLead({})).filter(({ email }) => email === 'es@example.com');
    assert.deepEqual([lead.language, lead.resume.filename], ['es', 'maria-cv.pdf']);
  });
  await step('and then it is forgotten', async () => {
    await page.goto(base);
    assert.deepEqual(await typed(page), { first_name: '', last_name: '', email: '' });
    assert.equal(await field(page, 'kept').count(), 0);
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('offline, the text stays, and is sent afterwards', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t));
  await fill(page, { ...maria, email: 'offline@example.com' });
  await step('a file that can’t go up can be tried again', async () => {
    await page.context().setOffline(true);
    await choose(page, pdf());
    await page.locator('#resume-error').getByText(said.notUploaded).waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('Send says that it is not sent', async () => {
    await page.context().setOffline(true);
    await send(page);
    await alarm(page).getByText(said.offline).waitFor();
    assert.deepEqual(await typed(page), { ...maria, email: 'offline@example.com' });
  });
  await step('connected again, it says so and can be sent', async () => {
    await page.context().setOffline(false);
    await alarm(page).getByText(said.online).waitFor();
    await send(page);
    await reference(page);
  });
  assert.deepEqual(unexpected(wrong, /ERR_INTERNET_DISCONNECTED/), []);
});

test('sent twice, it is one lead', { timeout: 240_000 }, async (t) => {
  const { page, wrong, requests } = await open(await openBrowser(t));
  const twice = { ...maria, email: 'twice@example.com' };
  const again = async () => {
    await fill(page, twice);
    await choose(page, pdf());
    await uploaded(page, 'maria-cv.pdf');
  };
  const before = await count();
  let first;
  await step('by a double click', async () => {
    await again();
    let clicked;
    const clicks = new Promise((resolve) => { clicked = resolve; });
    await page.route(/\/\?lang=en$/, (route) => clicks.then(() => route.continue()));
    await submitButton(page).dblclick();
    await submitButton(page).click();
    clicked(); // the first is still on its way
    first = await reference(page);
    assert.equal(sends(requests), 1);
    await page.unrouteAll({ behavior: 'wait' });
  });
  await step('Back leads to the reference', async () => {
    await page.goBack();
    await page.getByText('You have sent this form already.').waitFor();
    assert.deepEqual(await typed(page), { first_name: '', last_name: '', email: '' });
    await page.getByRole('link', { name: 'See your reference' }).click();
    assert.equal(await reference(page), first);
  });
  await step('by Back, and sending the same again', async () => {
    await page.goBack();
    await again();
    await send(page);
    assert.equal(await reference(page), first);
  });
  await step('by a second try, when the answer to the first got lost', async () => {
    await page.goto(base);
    await again();
    await page.route(/\/\?lang=en$/, async (route) => {
      assert.equal((await route.fetch({ maxRedirects: 0 })).status(), 303);
      await route.abort('connectionreset');
    }, { times: 1 });
    await send(page);
    await alarm(page).getByText(said.broke).waitFor();
    assert.deepEqual(await typed(page), twice);
    await send(page);
    assert.equal(await reference(page), first);
  });
  await step('from two tabs', async () => {
    const tab = await page.context().newPage();
    await tab.goto(base);
    await fill(tab, twice);
    await choose(tab, pdf());
    await uploaded(tab, 'maria-cv.pdf');
    await page.goto(base);
    await again();
    await Promise.all([page, tab].map(send));
    assert.deepEqual(await Promise.all([page, tab].map(reference)), [first, first]);
  });
  assert.equal(await count(), before + 1);
  assert.deepEqual(unexpected(wrong, /ERR_CONNECTION_RESET/), []);
});

// The last one, because the firm's notice stands on every form from now on.
test('the firm’s notice is ticked, or asked for', { timeout: 240_000 }, async (t) => {
  assert.equal((await ask('/api/v1/firm/notices', { method: 'POST', body: { language: 'en', text: 'You are not a client yet.' } })).status, 201);
  assert.equal((await ask('/api/v1/firm/notices', { method: 'POST', body: { language: 'es', text: 'Todavía no es cliente.' } })).status, 201);
  assert.equal((await ask('/api/v1/firm', { method: 'PATCH', body: { ask_read: true, name: 'Ortiz & Partners' } })).status, 200);
  const browser = await openBrowser(t);
  for (const js of [true, false]) {
    const { page, wrong } = await open(browser, { js });
    const tick = page.getByLabel('I have read this');
    await step(`JavaScript ${js}`, async () => {
      await page.getByText('You are not a client yet.').waitFor();
      await fill(page, { ...maria, email: `notice-${js}@example.com` });
      await choose(page, pdf());
      if (js) await uploaded(page, 'maria-cv.pdf');
      await page.getByRole('button', { name: 'Send to Ortiz & Partners' }).click();
      await refused(page, 'Tick the box to say that you have read what stands above the button.');
      await uploaded(page, 'maria-cv.pdf');
      await tick.check();
      if (js) {
        assert.equal(await page.locator('.summary, .error, .wrong').count(), 0);
        assert.equal(await page.title(), 'Tell us how to reach you – Ortiz & Partners');
        await page.goto(base);
        assert.ok(await tick.isChecked(), 'it outlives a reload');
        await page.goto(`${base}/?lang=es`);
        await page.getByText('Todavía no es cliente.').waitFor();
        assert.equal(await page.locator('#notice_read').isChecked(), false, 'another text was not read');
        await page.goto(`${base}/?lang=fr`);
        await page.getByText('You are not a client yet.').waitFor();
        assert.equal(await page.locator('#notice_read').isChecked(), true, 'it is the text that was read');
        await page.goto(base);
      }
      await send(page);
      await reference(page);
      await page.getByText('Someone at Ortiz & Partners will read it.').waitFor();
      assert.deepEqual(unexpected(wrong), []);
    });
  }
});
