// What each arranges to their liking: commands by name, how high rows are, whose time
// it is, and word on the desktop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, picture, step } from './browser.mjs';
import { open, rowOf, submit } from './app.mjs';
import { ask, current, eventually, focused, goTo, leadOf, listOf, nameIn, people, toast } from './flows.mjs';
import { accessible } from './live.mjs';

test('commands by name', { timeout: 240_000 }, async (t) => {
  const leads = await people('Palette', 4);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Palette'));
  const palette = page.getByRole('dialog', { name: 'Commands' });
  const field = palette.getByRole('combobox');
  const options = palette.getByRole('option');
  const chosen = () => palette.locator('[aria-selected=true]').textContent();
  await eventually(() => current(page), nameIn('Palette', 1));

  await step('it lists what can be done here, and by which key', async () => {
    await page.keyboard.press('Control+k');
    await palette.waitFor();
    await eventually(() => page.evaluate(() => document.activeElement.getAttribute('role')), 'combobox');
    for (const [label, key] of [['Reached out', 'e'], ['Assign to me', 'i'], ['Write a note', 'n'], ['Go to the outbox', 'g o'], ['Show new leads', '.']]) {
      assert.equal(await options.filter({ hasText: label }).first().locator('kbd').textContent(), key, label);
    }
    await accessible(page);
    await picture(page, 'desk-palette');
    const all = await options.count();
    await page.keyboard.press('ArrowUp');
    assert.equal(await options.nth(all - 1).getAttribute('aria-selected'), 'true', 'it goes round');
    assert.equal(await field.getAttribute('aria-activedescendant'), await options.nth(all - 1).getAttribute('id'));
    await page.keyboard.press('ArrowDown');
    assert.equal(await options.first().getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
  });
  await step('it does what the key would do', async () => {
    await page.keyboard.press('Control+k');
    await field.fill('to me');
    assert.match(await chosen(), /^Assign to me/);
    await page.keyboard.press('Enter');
    await toast(page).getByText('No001 Palette is assigned to you.').waitFor();
    await page.keyboard.press('Meta+k');
    await field.fill('reached');
    assert.match(await chosen(), /^Reached out/);
    await page.keyboard.press('Enter');
    await eventually(async () => (await leadOf(leads[0])).state, 'REACHED_OUT');
    await eventually(() => focused(page), nameIn('Palette', 2), 'and the keys go on');
    await page.keyboard.press('Control+k');
    await field.fill('outbox');
    await options.first().click();
    await page.getByRole('heading', { level: 1, name: 'Outbox' }).waitFor();
    await eventually(() => page.evaluate(() => document.activeElement.textContent), 'Outbox', 'it is said where one is');
  });
  await step('a page that a key leads to is scrolled by keys', async () => {
    await goTo(page, 'r', '/app/reports');
    await eventually(() => page.evaluate(() => document.activeElement.textContent), 'Reports');
    await page.getByRole('heading', { name: 'Languages' }).waitFor();
    await page.keyboard.press('End');
    await eventually(() => page.locator('.page').evaluate(({ scrollTop }) => scrollTop > 0), true);
  });
  await step('from a field, and what is no name is searched for', async () => {
    await page.goto(base + listOf('Palette'));
    await rowOf(page, nameIn('Palette', 2)).waitFor();
    await page.getByLabel('Search leads').focus();
    await page.keyboard.press('Control+k');
    await field.fill('no003');
    assert.equal(await chosen(), 'Search leads: no003');
    await picture(page, 'desk-palette-search');
    await page.keyboard.press('Enter');
    await eventually(() => new URL(page.url()).searchParams.get('q'), 'no003');
    await rowOf(page, nameIn('Palette', 3)).waitFor();
  });
  await step('keys of one letter may be off; this one isn’t one', async () => {
    await page.goto(`${base}/app/you`);
    await page.locator('#keys').getByLabel('Off').check();
    await page.keyboard.press('Control+k');
    await palette.waitFor();
    assert.equal(await palette.locator('kbd').count(), 0, 'and names no key that does nothing');
    await page.keyboard.press('Escape');
  });
  assert.deepEqual(wrong, []);
});

test('rows, times and the desktop', { timeout: 240_000 }, async (t) => {
  const leads = await people('Desk', 30);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Desk'), { device: { timezoneId: 'Asia/Tokyo' } });
  const height = () => page.getByRole('row').first().evaluate((row) => row.getBoundingClientRect().height);
  await page.addInitScript(() => {
    globalThis.notices = [];
    globalThis.Notification = class {
      static permission = 'default';
      static async requestPermission() { return (this.permission = globalThis.answer ?? 'granted'); }
      constructor(title, options) { globalThis.notices.push([title, options]); }
    };
    Object.defineProperty(document, 'visibilityState', { get: () => globalThis.seen ?? 'visible' });
  });
  const look = (seen) => page.evaluate((state) => { globalThis.seen = state; document.dispatchEvent(new Event('visibilitychange')); }, seen);
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');

  await step('compact rows', async () => {
    await rowOf(page, nameIn('Desk', 1)).waitFor();
    assert.equal(await height(), 56);
    await page.goto(`${base}/app/you`);
    await page.getByLabel('Compact').check();
    await page.goto(base + listOf('Desk'));
    await rowOf(page, nameIn('Desk', 1)).waitFor();
    assert.equal(await height(), 36);
    assert.ok(await rowOf(page, nameIn('Desk', 1)).locator('bdi').first().evaluate((name) => name.parentElement.scrollWidth <= name.parentElement.clientWidth), 'the name has the room');
    for (let count = 0; count < 25; count++) await page.keyboard.press('j');
    await eventually(() => focused(page), nameIn('Desk', 26));
    assert.ok(await rowOf(page, nameIn('Desk', 26)).isVisible());
    await accessible(page);
    await picture(page, 'desk-compact');
  });
  await step('a finger gets the comfortable ones', async () => {
    const state = await page.context().storageState();
    const context = await browser.newContext({ storageState: state, hasTouch: true, isMobile: true, viewport: { width: 1280, height: 800 } });
    const touch = await context.newPage();
    await touch.goto(base + listOf('Desk'));
    await rowOf(touch, nameIn('Desk', 1)).waitFor();
    assert.equal(await touch.getByRole('row').first().evaluate((row) => row.getBoundingClientRect().height), 56);
    await context.close();
  });
  await step('times of the firm, or of the computer', async () => {
    const at = async (zone) => new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'long', timeZone: zone }).format(new Date((await leadOf(leads[0])).created_at));
    const received = page.locator('dt', { hasText: 'Received' }).locator('+ dd');
    const text = async () => (await received.textContent()).replace(/\s/g, ' ');
    await page.goto(`${base}/app/leads/${leads[0].id}`);
    await received.waitFor();
    await eventually(text, (await at('Asia/Tokyo')).replace(/\s/g, ' '), 'while the firm has set none');
    assert.equal((await ask('/api/v1/firm', { method: 'PATCH', body: { time_zone: 'America/New_York' } })).status, 200);
    await page.reload();
    await received.waitFor();
    await eventually(text, (await at('America/New_York')).replace(/\s/g, ' '));
    await page.goto(`${base}/app/you`);
    await page.getByText('The firm’s zone is America/New_York, this computer’s is Asia/Tokyo.').waitFor();
    await page.getByLabel('Of this computer').check();
    await picture(page, 'desk-you', { fullPage: true });
    await page.goto(`${base}/app/leads/${leads[0].id}`);
    await received.waitFor();
    assert.equal(await text(), (await at('Asia/Tokyo')).replace(/\s/g, ' '));
  });
  await step('word on the desktop: only when asked for, only while nobody looks, and nothing about the person', async () => {
    const streaming = page.waitForResponse('**/api/v1/stream');
    await page.goto(base + listOf('Desk'));
    await rowOf(page, nameIn('Desk', 1)).waitFor();
    await streaming; // what comes in before that is no arrival
    const plain = await icon();
    await look('hidden');
    await submit({ first: 'Secret', last: 'Desk', email: 'secret@example.com' });
    await eventually(async () => (await icon()) !== plain, true, 'the tab shows a dot');
    assert.deepEqual(await page.evaluate(() => globalThis.notices), []);
    await look('visible');
    assert.equal(await icon(), plain);
    await page.goto(`${base}/app/you`);
    await page.evaluate(() => { globalThis.answer = 'denied'; });
    const on = page.locator('#notify').getByLabel('On');
    await on.click();
    await toast(page).getByText('The browser doesn’t allow it.').waitFor();
    assert.equal(await on.isChecked(), false);
    await page.evaluate(() => { globalThis.answer = 'granted'; });
    await on.click(); // it is on once the browser has said so, which check() would not wait for
    await eventually(() => on.isChecked(), true);
    await page.getByRole('link', { name: 'All' }).click();
    await page.getByRole('row').first().waitFor();
    await submit({ first: 'Seen', last: 'Desk', email: 'seen@example.com' });
    await page.getByRole('button', { name: / new\b/ }).waitFor();
    assert.deepEqual(await page.evaluate(() => globalThis.notices), [], 'whoever looks needs no word');
    await look('hidden');
    await submit({ first: 'Secret', last: 'Desk', email: 'secret@example.com' });
    await eventually(() => page.evaluate(() => globalThis.notices), [['1 new lead has come in.', { tag: 'usher.lead' }]]);
  });
  assert.deepEqual(wrong, []);
});
