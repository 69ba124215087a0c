// Small things that somebody notices who works with the app all day.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, openPage, picture, provoked, step, violations, width } from './browser.mjs';
import { colleague, open, rowOf, submit } from './app.mjs';
import { ask, current, eventually, focused, goTo, listOf, meddle, nameIn, people, toast } from './flows.mjs';
import { pill, where } from './live.mjs';
import { phone } from './looks.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const hasFocus = (page, name) => eventually(() => page.evaluate(() => document.activeElement?.textContent), name);

test('a lead that comes in gets under nobody’s finger', { timeout: 240_000 }, async (t) => {
  await people('Finger', 3);
  const browser = await openBrowser(t);
  for (const viewport of [undefined, phone]) {
    const { page, wrong } = await open(browser, listOf('Finger'), { viewport });
    await rowOf(page, nameIn('Finger', 1)).waitFor();
    const eye = await where(page);
    await submit({ first: nameIn('Finger', 9).split(' ')[0], last: 'Finger' });
    await pill(page).waitFor();
    assert.deepEqual(await where(page), eye, 'nothing has moved');
    const under = await page.getByRole('row').first().evaluate((row) => {
      const { left, right, top, bottom } = row.getBoundingClientRect();
      return [0.1, 0.3, 0.5, 0.7, 0.9].map((at) => row.contains(document.elementFromPoint(left + (right - left) * at, (top + bottom) / 2)));
    });
    assert.deepEqual(under, [true, true, true, true, true], 'all of the first row is its own');
    await picture(page, `details-pill-${viewport ? 'phone' : 'desktop'}`);
    await pill(page).click();
    await pill(page).waitFor({ state: 'detached' });
    assert.deepEqual(wrong, []);
    await page.close();
  }
});

test('a token that says nothing is said so', { timeout: 240_000 }, async (t) => {
  await people('Token', 2);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, `/app/?q=${encodeURIComponent('is:foo older:soon token')}`);
  await rowOf(page, nameIn('Token', 1)).waitFor();
  await page.getByText('Not understood, and left out: is:foo older:soon.').waitFor();
  await page.getByText('is:pending, is:reached_out, assignee:me').waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, 'details-token');
  await page.getByRole('searchbox').fill('is:pending token');
  await page.keyboard.press('Enter');
  await page.getByText('Not understood').waitFor({ state: 'detached' });
  assert.deepEqual(wrong, []);
});

test('some of many are marked already', { timeout: 240_000 }, async (t) => {
  const leads = await people('Some', 24);
  for (const { id } of leads.slice(0, 3)) await ask(`/api/v1/leads/${id}`, { method: 'PATCH', body: { state: 'REACHED_OUT' } });
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/?q=some&sort=oldest');
  await eventually(() => current(page), nameIn('Some', 1));
  await step('the focus comes back to the list', async () => {
    await page.keyboard.press('x');
    await button(page, 'Select all 24 that match').press('Enter');
    await page.getByText('24 selected').waitFor();
    await eventually(() => focused(page), nameIn('Some', 1));
    await button(page, 'Clear').press('Enter');
    await page.getByText('24 selected').waitFor({ state: 'detached' });
    await eventually(() => focused(page), nameIn('Some', 1));
  });
  await step('the question counts what will be marked', async () => {
    await page.keyboard.press('x');
    await button(page, 'Select all 24 that match').press('Enter');
    await page.getByText('24 selected').waitFor();
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: 'Mark 21 leads as reached out?' }).waitFor();
    await button(dialog(page), 'Mark 21').press('Enter');
    await toast(page).getByText('21 leads are marked as reached out.').waitFor();
  });
  assert.deepEqual(wrong, []);
});

test('the server doesn’t answer', { timeout: 240_000 }, async (t) => {
  const leads = await people('Away', 3);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Away'));
  await eventually(() => current(page), nameIn('Away', 1));
  const meddler = await meddle(page);
  await step('what the list knows of a lead is shown', async () => {
    await page.getByText('The lead came in.').waitFor();
    let failed = 0;
    page.on('requestfailed', (request) => request.url().endsWith(`/leads/${leads[1].id}`) && failed++);
    meddler.with = (route) => route.abort();
    await page.keyboard.press('j');
    await page.locator('#lead-heading').getByText(nameIn('Away', 2)).waitFor();
    await eventually(() => failed >= 3, true, 'it is asked for until that is given up');
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    assert.equal(await page.locator('#lead-heading').textContent({ timeout: 1000 }), nameIn('Away', 2));
    await button(page, 'Add note').waitFor();
  });
  await step('a long word leaves the way to close it where it is', async () => {
    await page.keyboard.press('e');
    await toast(page).getByText('Not marked').waitFor();
    const text = await toast(page).getByText('Not marked').boundingBox();
    const close = await toast(page).getByRole('button', { name: 'Close' }).boundingBox();
    assert.ok(close.x >= text.x + text.width && close.y < text.y + text.height, JSON.stringify({ text, close }));
    await picture(page, 'details-away');
  });
  await step('a page that can’t be had leaves the rest', async () => {
    meddler.with = null;
    await page.route('**/app/assets/Reports-*', (route) => route.abort());
    await goTo(page, 'r', '/app/reports');
    await page.getByRole('heading', { level: 1, name: 'This page can’t be shown' }).waitFor();
    await page.getByText('There was no answer. Check the connection, then try again.', { exact: true }).waitFor();
    await picture(page, 'details-page');
    assert.deepEqual(await violations(page), []);
    await goTo(page, 'o', '/app/outbox');
    await page.getByRole('heading', { level: 1, name: 'Outbox' }).waitFor();
    await page.goBack();
    await page.unroute('**/app/assets/Reports-*');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Reports' }).waitFor();
  });
  await provoked(wrong, /ERR_FAILED|preload|dynamically imported/);
  assert.deepEqual(wrong, []);
});

test('the people', { timeout: 240_000 }, async (t) => {
  const olga = await colleague('Olga');
  const { id } = (await ask('/api/v1/me', { user: olga })).body;
  const lead = await submit({});
  await ask(`/api/v1/leads/${lead.id}/assignee`, { method: 'PUT', body: { assignee: id } });
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  await page.getByRole('row').first().waitFor();
  await step('the heading has the focus when a key has led here', async () => {
    await goTo(page, 'p', '/app/people');
    await hasFocus(page, 'People');
  });
  await step('the question has the focus, and all of it is in sight', async () => {
    await button(page, 'Change Olga').click();
    await button(dialog(page), 'Disable').press('Enter');
    await dialog(page).getByText('Reassign 1 open lead to').waitFor();
    assert.equal(await dialog(page).getByRole('group', { name: 'Keep Olga out?' }).evaluate((group) => group === document.activeElement), true);
    const cancel = button(dialog(page).getByRole('group', { name: 'Keep Olga out?' }), 'Cancel');
    await eventually(() => cancel.evaluate((at) => at.getBoundingClientRect().bottom <= at.closest('dialog').getBoundingClientRect().bottom), true);
    await picture(page, 'details-disable');
    await cancel.press('Enter');
    await hasFocus(page, 'Disable');
    await page.keyboard.press('Escape');
  });
  await step('one Enter too many doesn’t lose a link that is shown once', async () => {
    await button(page, 'Add somebody').click();
    await dialog(page).getByLabel('E-mail address').fill('nora@firm.example');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /is invited/ }).waitFor();
    await hasFocus(page, 'Copy');
    await page.keyboard.press('Enter');
    await button(dialog(page), 'Done').click();
  });
  await step('the form’s address is the same everywhere', async () => {
    const { form_url: address } = (await ask('/api/v1/firm')).body;
    assert.notEqual(address, `${base}/`, 'this was reached by another one');
    await page.goto(`${base}/app/welcome`);
    await page.locator('code').getByText(address, { exact: true }).waitFor();
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await width(page), 320);
  });
  assert.deepEqual(wrong, []);
});

test('a password is forgotten where no mail leaves', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser);
  await page.goto(`${base}/app/forgot`);
  await page.getByLabel('E-mail address').fill('ana@firm.example');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'No link can be sent' }).waitFor();
  await page.getByText('usher user reset-password ana@firm.example').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(wrong, []);
});
