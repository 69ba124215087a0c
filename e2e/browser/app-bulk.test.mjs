// What is done to many leads at once: asked about, told in full, taken back in one go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, picture, provoked, step } from './browser.mjs';
import { open, rowOf } from './app.mjs';
import { ask, current, eventually, focused, kindsOf, leadOf, listOf, meddle, nameIn, namesIn, people, toast, unavailable } from './flows.mjs';

const statesOf = async (leads) => (await Promise.all(leads.map(leadOf))).map(({ state }) => state);

test('many at once', { timeout: 240_000 }, async (t) => {
  const leads = await people('Many', 130);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Many'));
  const meddler = await meddle(page);
  const press = (key) => page.keyboard.press(key);
  const pending = async () => (await ask('/api/v1/leads/counts?q=many')).body.PENDING;
  await page.getByRole('row').first().waitFor();
  await eventually(() => current(page), nameIn('Many', 1));

  await step('for more than 20 it asks, with the count', async () => {
    await press('x');
    for (let count = 2; count <= 25; count++) await press('Shift+J');
    await page.getByText('25 selected').waitFor();
    await eventually(() => focused(page), nameIn('Many', 25));
    await press('e');
    const dialog = page.getByRole('dialog', { name: 'Mark 25 leads as reached out?' });
    await dialog.waitFor();
    await picture(page, 'triage-ask');
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await pending(), 130);
    await press('e');
    await dialog.waitFor();
    await press('Enter');
    await toast(page).getByText('25 leads are marked as reached out.').waitFor();
    assert.equal(await pending(), 105);
    await eventually(() => focused(page), nameIn('Many', 26));
    await press('z');
    await toast(page).getByText('25 leads are pending again.').waitFor();
    assert.equal(await pending(), 130);
  });
  await step('what changes while it asks is not done unseen', async () => {
    await page.goto(base + listOf('Many'));
    await eventually(() => focused(page), nameIn('Many', 1));
    await press('x');
    for (let count = 2; count <= 25; count++) await press('Shift+J');
    await press('e');
    await page.getByRole('dialog', { name: 'Mark 25 leads as reached out?' }).waitFor();
    const assign = (assignee) => ask(`/api/v1/leads/${leads[23].id}/assignee`, { method: 'PUT', body: { assignee } });
    await assign((await ask('/api/v1/me')).body.id);
    await page.locator(`[data-lead="${leads[23].id}"]`).getByText('you', { exact: true }).waitFor();
    await press('Enter');
    await toast(page).getByText(/24 leads are marked as reached out\. Not marked: No024 Many/).waitFor();
    assert.equal((await leadOf(leads[23])).state, 'PENDING');
    await press('z');
    await toast(page).getByText('24 leads are pending again.').waitFor();
    await assign(null);
    assert.equal(await pending(), 130);
    await provoked(wrong, /status of 412/);
  });
  await step('all that match, also those on later pages, and one undo', async () => {
    await press('x');
    await page.getByRole('button', { name: 'Select all 130 that match' }).click();
    await page.getByText('130 selected').waitFor();
    await page.locator('#main').getByRole('button', { name: 'Reached out' }).first().click();
    await page.getByRole('dialog', { name: 'Mark 130 leads as reached out?' }).getByRole('button', { name: 'Mark 130' }).click();
    await toast(page).getByText('130 leads are marked as reached out.').hover(); // so that it stays
    assert.equal(await pending(), 0);
    await page.getByText('No lead matches all of this.').waitFor();
    await picture(page, 'triage-all');
    await toast(page).getByRole('button', { name: 'Undo' }).click();
    await toast(page).getByText('130 leads are pending again.').waitFor();
    assert.equal(await pending(), 130);
    await page.getByRole('heading', { name: 'Search results' }).getByText('130 leads').waitFor();
    for (const lead of [leads[0], leads[129]]) assert.deepEqual((await kindsOf(lead)).slice(-2), ['reached_out', 'undone']);
  });
  await step('what fails is named and comes back, the rest is done', async () => {
    await page.goto(base + listOf('Many'));
    await eventually(() => focused(page), nameIn('Many', 1));
    const [, broken, busy] = leads;
    meddler.with = (route) => {
      if (route.request().method() !== 'PATCH') return undefined;
      if (route.request().url().endsWith(broken.id)) return route.abort();
      return route.request().url().endsWith(busy.id) ? route.fulfill(unavailable('r-1')) : undefined;
    };
    await press('x');
    for (let count = 2; count <= 5; count++) await press('Shift+J');
    await press('e');
    const said = toast(page).getByText(/Not marked: /);
    await said.hover(); // so that it stays
    assert.match(await said.innerText(), /3 leads are marked as reached out\. Not marked: /);
    assert.match(await said.innerText(), /No002 Many/);
    assert.match(await said.innerText(), /No003 Many/);
    assert.doesNotMatch(await said.innerText(), /No00[145] Many/);
    await picture(page, 'triage-failed');
    await eventually(async () => (await namesIn(page)).slice(0, 3), [2, 3, 6].map((number) => nameIn('Many', number)));
    assert.deepEqual(await statesOf(leads.slice(0, 6)), ['REACHED_OUT', 'PENDING', 'PENDING', 'REACHED_OUT', 'REACHED_OUT', 'PENDING']);
    await provoked(wrong, /status of 503/);
    await provoked(wrong, /ERR_FAILED/);
    await toast(page).getByRole('button', { name: 'Undo' }).click();
    await toast(page).getByText('3 leads are pending again.').waitFor();
    assert.equal(await pending(), 130);
  });
  await step('z still knows a mark that nothing on the page holds any more, for ten minutes', async () => {
    meddler.with = null;
    await page.clock.install();
    for (const minutes of [6, 11]) {
      await page.goto(base + listOf('Many'));
      await eventually(() => focused(page), nameIn('Many', 1));
      await press('x');
      await press('Shift+J');
      await press('e');
      await toast(page).getByText('2 leads are marked as reached out.').waitFor();
      // Meanwhile the list is asked for anew: it shows what a colleague does, and these two no more.
      await ask(`/api/v1/leads/${leads[minutes].id}/assignee`, { method: 'PUT', body: { assignee: (await ask('/api/v1/me')).body.id } });
      await page.clock.fastForward(minutes * 60_000);
      await rowOf(page, nameIn('Many', minutes + 1)).getByText('you', { exact: true }).waitFor();
      await press('z');
      await toast(page).getByText(minutes < 10 ? '2 leads are pending again.' : 'There is nothing to undo.').waitFor();
      assert.equal(await pending(), minutes < 10 ? 130 : 128);
    }
  });
  assert.deepEqual(wrong, []);
});
