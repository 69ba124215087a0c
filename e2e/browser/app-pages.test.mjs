// The pages beside the list, and what is there for those who are not signed in: nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, base, openBrowser, openPage, picture, provoked, step } from './browser.mjs';
import { colleague, open, rowOf, submit } from './app.mjs';
import { ask, eventually, everyLead, namesIn, toast } from './flows.mjs';

test('the outbox', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/outbox');
  const filter = page.getByRole('navigation', { name: 'State' });
  const states = () => page.locator('li[data-state]').evaluateAll((lines) => [...new Set(lines.map((line) => line.dataset.state))]);
  const { items } = (await ask('/api/v1/messages?limit=100')).body;

  await step('each state is a URL', async () => {
    for (const [name, state] of [['Sent', 'sent'], ['Given up', 'dead'], ['Kept, not sent', 'captured']]) {
      await filter.getByRole('link', { name, exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get('state') === state);
      const some = (await ask(`/api/v1/messages?state=${state}`)).body.items.length > 0;
      await eventually(states, some ? [state] : []);
      await page.reload();
      await eventually(states, some ? [state] : []);
      assert.equal(await filter.locator('[aria-current=page]').innerText(), name);
    }
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('state') === 'dead');
    await eventually(() => filter.locator('[aria-current=page]').innerText(), 'Given up');
    await filter.getByRole('link', { name: 'All' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.locator('li[data-state]').first().waitFor();
    assert.notEqual(items.length, 0);
    await picture(page, 'urls-outbox');
  });
  await step('a message is tried again', async () => {
    const { email, id } = await submit({ email: 'again@example.com' });
    const of = async () => (await ask(`/api/v1/messages?lead_id=${id}`)).body.items.find(({ kind }) => kind === 'confirmation');
    await eventually(async () => (await of()).state, 'captured');
    const before = await of();
    await page.goto(`${base}/app/outbox?state=captured`);
    await page.getByRole('button', { name: `Try again: ${email}` }).click();
    await toast(page).getByText(`The message to ${email} is tried again now.`).waitFor();
    await eventually(async () => (await of()).state, 'captured');
    const { items: events } = (await ask(`/api/v1/leads/${id}/events`)).body;
    assert.ok(events.some(({ kind, actor, data }) => kind === 'message_changed' && actor && data.state === 'queued'), JSON.stringify([before, events]));
  });
  await step('a test mail without a mail server says what is missing', async () => {
    await page.getByRole('button', { name: 'Send me a test mail' }).click();
    await page.getByText(`Nothing was sent to ${admin.email}, because there is no mail server.`).waitFor();
    await page.getByText('Set USHER_SMTP_URL and USHER_MAIL_FROM, and restart.').waitFor();
    await provoked(wrong, /status of 409/);
  });
  assert.deepEqual(wrong, []);
});

test('without a session there is nothing', { timeout: 240_000 }, async (t) => {
  const [lead] = await everyLead({});
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, { width: 1280, height: 800 });
  await page.goto(`${base}/app/`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const answers = await page.evaluate(async (id) => {
    const { paths } = await (await fetch('/openapi.json')).json();
    const found = [];
    for (const [path, operations] of Object.entries(paths)) {
      if (!path.startsWith('/api/')) continue;
      for (const [method, { security }] of Object.entries(operations)) {
        const response = await fetch(path.replace('{id}', id), { method: method.toUpperCase() });
        found.push({ call: `${method} ${path}`, closed: security.length > 0, status: response.status, text: await response.text() });
      }
    }
    return found;
  }, lead.id);
  const closed = answers.filter((answer) => answer.closed);
  assert.ok(closed.length >= 15, `${closed.length} operations`);
  for (const { call, status, text } of closed) {
    assert.equal(status, 401, call);
    assert.equal(JSON.parse(text).code, 'unauthenticated', call);
  }
  assert.deepEqual(answers.filter((answer) => !answer.closed).map(({ call }) => call).sort(),
    ['post /api/v1/leads', 'post /api/v1/link', 'post /api/v1/password-reset', 'post /api/v1/session', 'post /api/v1/token', 'put /api/v1/invitation', 'put /api/v1/password-reset']);
  for (const { text } of answers) assert.equal(text.includes(lead.email) || text.includes(lead.reference), false);
  // Nor does any page of the app hold anything before somebody is signed in.
  for (const path of [`/app/leads/${lead.id}`, '/app/outbox', `/app/?q=${lead.email}`]) {
    await page.goto(base + path);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const html = await page.content();
    assert.equal(html.includes(lead.reference) || html.includes(lead.email), false, path);
  }
  await provoked(wrong, /status of 4\d\d/);
  assert.deepEqual(wrong, []);
});

test('what one prefers stays in this browser', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/you');
  await step('Spanish', async () => {
    // It is chosen once its words are there, which check() would not wait for.
    await page.getByRole('group', { name: 'Language' }).getByLabel('Español').click();
    await page.getByRole('heading', { name: 'En este navegador' }).waitFor();
    await eventually(() => page.evaluate(() => document.documentElement.lang), 'es');
    await page.reload();
    await page.getByRole('heading', { name: 'En este navegador' }).waitFor();
    await eventually(() => page.evaluate(() => document.documentElement.lang), 'es');
    await page.goto(`${base}/app/`);
    await page.getByRole('row').first().getByText('Pendiente').waitFor();
    await picture(page, 'urls-es');
  });
  await step('dark', async () => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.goto(`${base}/app/you`);
    await page.getByRole('group', { name: 'Colores' }).getByLabel('Oscuro').check();
    await eventually(async () => (await ground()) !== light, true);
    const dark = await ground();
    await page.goto(`${base}/app/`);
    await page.getByRole('row').first().waitFor();
    assert.equal(await ground(), dark);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await picture(page, 'urls-es-dark');
  });
  await step('who has chosen nothing gets what the browser speaks', async () => {
    const context = await browser.newContext({ locale: 'es-MX' });
    const fresh = await context.newPage();
    await fresh.goto(`${base}/app/`);
    await fresh.getByLabel('Contraseña', { exact: true }).waitFor();
    await eventually(() => fresh.evaluate(() => document.documentElement.lang), 'es');
  });
  assert.deepEqual(wrong, []);
});

test('deleting for good', { timeout: 240_000 }, async (t) => {
  const lead = await submit({ first: 'Gone', last: 'Tomorrow', email: 'gone@example.com' });
  const twin = await submit({ first: 'Gone', last: 'Later', email: 'Gone@Example.com' });
  const olga = await colleague('Olga');
  const browser = await openBrowser(t);
  const attorney = await open(browser, `/app/leads/${lead.id}`, { user: olga });
  const { page, wrong } = await open(browser, `/app/?q=${encodeURIComponent('Gone')}`);

  await step('an attorney is not offered it, nor allowed', async () => {
    await attorney.page.getByText('The lead came in.').waitFor();
    assert.equal(await attorney.page.getByRole('button', { name: 'Delete' }).count(), 0);
    assert.equal((await ask(`/api/v1/leads/${lead.id}`, { user: olga, method: 'DELETE' })).status, 403);
  });
  await step('an admin types the reference, and a wrong one is explained', async () => {
    await rowOf(page, 'Gone Tomorrow').click();
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'Other leads of this address' }).waitFor();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Gone Tomorrow for good?' });
    await dialog.getByLabel(`Type the reference ${lead.reference}`).fill(twin.reference);
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await dialog.getByText(`Type ${lead.reference} to delete this lead.`).waitFor();
    await picture(page, 'urls-delete');
    assert.equal((await ask(`/api/v1/leads/${lead.id}`)).status, 200);
    await dialog.getByLabel(`Type the reference ${lead.reference}`).fill(lead.reference.toLowerCase());
    await page.keyboard.press('Enter');
    await toast(page).getByText(`${lead.reference} is deleted.`).waitFor();
  });
  await step('it is gone everywhere', async () => {
    assert.equal((await ask(`/api/v1/leads/${lead.id}`)).status, 404);
    assert.equal((await fetch(`${base}/api/v1/leads/${lead.id}/resume`)).status, 401);
    await page.goto(`${base}/app/?q=${encodeURIComponent('Gone')}`);
    await eventually(() => namesIn(page), ['Gone Later']);
    await rowOf(page, 'Gone Later').click();
    await page.getByText('The lead came in.').waitFor();
    assert.equal(await page.getByText('Other leads of this address').count(), 0);
    await page.goto(`${base}/app/leads/${lead.id}`);
    await page.getByText('It was deleted, or the link is not complete.').waitFor();
    await picture(page, 'urls-deleted');
    await attorney.page.reload();
    await attorney.page.getByText('It was deleted, or the link is not complete.').waitFor();
    for (const seen of [wrong, attorney.wrong]) await provoked(seen, /status of 404/);
  });
  assert.deepEqual([...wrong, ...attorney.wrong], []);
});
