// The first minutes of somebody who has set nothing: from the printed link to a lead in the list.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, base, openBrowser, openPage, picture, step } from './browser.mjs';
import { ask, current, eventually, namesIn } from './flows.mjs';

test('from the setup link to the first lead', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, { width: 1280, height: 800 });

  await step('the link makes the admin, who is then signed in', async () => {
    await page.goto(base + process.env.SETUP);
    await page.getByLabel('Your name').fill('Ana Rivera');
    await page.getByLabel('E-mail address').fill(admin.email);
    await page.getByLabel('Password').fill(admin.password);
    await page.getByRole('button', { name: 'Make the admin' }).click();
    await page.getByRole('heading', { name: 'Usher is ready' }).waitFor();
    assert.equal(page.url(), `${base}/app/welcome`);
    await page.getByRole('link', { name: 'Ana Rivera' }).waitFor();
    await page.getByText('There is no mail server').waitFor();
    await picture(page, 'first-welcome');
  });
  await step('the empty list says where leads come from', async () => {
    await page.getByRole('link', { name: 'Needs contact' }).click();
    await page.getByText('No lead has come in yet.').waitFor();
    // The one that links have, whatever one came by.
    await page.getByText(`http://localhost:${new URL(base).port}/`, { exact: true }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Open the form' }).getAttribute('href'), '/');
    await picture(page, 'first-empty');
    await page.goBack();
  });
  await step('one click sends a lead, and there it is, with its resume', async () => {
    await page.getByRole('button', { name: 'Send yourself a test lead' }).click();
    await page.getByRole('row').waitFor();
    assert.deepEqual(await namesIn(page), ['Test Lead']);
    assert.equal(await current(page), 'Test Lead');
    await page.getByRole('region', { name: 'test-resume.txt' }).getByText('This is the resume of a test lead.').waitFor();
    await page.getByRole('heading', { name: 'Needs contact' }).getByText('1 lead', { exact: true }).waitFor();
    const { items } = (await ask('/api/v1/leads')).body;
    assert.deepEqual(items.map(({ email, state }) => [email, state]), [[admin.email, 'PENDING']]);
    assert.equal(new URL(page.url()).searchParams.get('lead'), items[0].id);
    await eventually(async () => (await ask('/api/v1/messages')).body.items.map(({ kind, state }) => `${kind} ${state}`).sort(),
      ['confirmation captured', 'notification captured'], 'its two messages');
    await picture(page, 'first-lead');
  });
  await step('the link has done its work', async () => {
    const response = await page.request.get(base + process.env.SETUP);
    assert.equal(response.status(), 404);
  });
  assert.deepEqual(wrong, []);
});
