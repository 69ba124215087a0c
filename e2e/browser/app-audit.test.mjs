// The audit: who did what, found by filters that the address holds, and as a file.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { admin, base, openBrowser, picture, provoked, step, width } from './browser.mjs';
import { colleague, open, submit } from './app.mjs';
import { ask, eventually, goTo } from './flows.mjs';
import { whole } from './appreports.mjs';
import { built, clipped, desktop, inSchemes, json, phone, refused, settled, still, tabThrough } from './looks.mjs';

const at = `${base}/app/audit`;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });
const table = (page) => page.getByRole('table', { name: 'Audit, the newest first' });
const entries = (page, action) => table(page).locator(`tbody tr${action ? `[data-action="${action}"]` : ''}`);
const cells = async (row) => (await row.getByRole('cell').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
const post = (path, body, more = {}) => ask(path, { method: 'POST', body, ...more });
const hostile = "=cmd|' /C calc'!A0";

// search is what the address asks for.
const search = (page) => Object.fromEntries(new URL(page.url()).searchParams);

test('who did what', { timeout: 280_000 }, async (t) => {
  const maria = await submit({});
  const eva = await colleague('Eva', 'viewer');
  const vera = await colleague('Vera', 'viewer');
  const ids = Object.fromEntries((await ask('/api/v1/staff')).body.items.map(({ email, id }) => [email, id]));
  await ask(`/api/v1/users/${ids[eva.email]}`, { method: 'PATCH', body: { role: 'intake' } });
  const { body: cmd } = await post('/api/v1/users', { email: 'cmd@firm.example', name: hostile, role: 'intake', password: 'seven quiet green lamps' });
  const theirs = { user: { email: 'cmd@firm.example', password: 'seven quiet green lamps' } };
  await ask(`/api/v1/leads/${maria.id}`, { method: 'PATCH', body: { state: 'REACHED_OUT', channel: 'phone' }, ...theirs });
  await ask(`/api/v1/leads/${maria.id}/assignee`, { method: 'PUT', body: { assignee: ids[eva.email] }, ...theirs });
  await ask('/api/v1/firm', { method: 'PATCH', body: { name: 'Rivera & Cole' } });
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  await step('by its key, and by its link', async () => {
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await goTo(page, 'l', '/app/audit');
    await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
    assert.equal(await page.title(), 'Audit · Usher');
    await page.goto(`${base}/app/`);
    await link(page, 'Audit').click();
    await page.waitForURL(at);
    await entries(page, 'firm.changed').waitFor();
  });
  await step('each in words: who, what, to what, from where, before and after', async () => {
    // Who is who is asked for beside what was done.
    await eventually(() => cells(entries(page, 'user.changed')), [admin.email, 'Changed a user', 'Eva', '127.0.0.1', 'Role: was Viewer → , is Intake']);
    assert.deepEqual(await cells(entries(page, 'lead.reached_out')), [hostile, 'Marked as reached out', 'A lead', '127.0.0.1', 'State: was Pending → , is Reached out How: Phone']);
    assert.deepEqual(await cells(entries(page, 'lead.assigned')), [hostile, 'Assigned', 'A lead', '127.0.0.1', 'Assignee: was nobody → , is Eva']);
    const added = await cells(entries(page, 'user.added').filter({ hasText: 'eva@firm.example' }));
    assert.deepEqual(added.slice(0, 2), ['Command line', 'Added a user']);
    assert.equal(added[3], 'The server itself');
    await entries(page, 'lead.assigned').getByRole('link', { name: 'A lead' }).click();
    await page.getByRole('heading', { level: 1, name: 'Maria Ortiz' }).waitFor();
    await page.getByText('Civil engineer since 2011.').waitFor();
    await page.goBack();
    await entries(page, 'lead.resume_viewed').waitFor(); // which has just been done
    await entries(page, 'lead.assigned').waitFor();
    assert.equal(await table(page).locator('input, button, select, textarea').count(), 0, 'nothing can be edited');
  });
  await step('the address holds the filters', async () => {
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'All about leads' });
    await button(page, 'Show').click();
    await eventually(() => entries(page).count(), 3);
    assert.deepEqual(search(page), { action: 'lead.*' });
    await page.getByLabel('Who').selectOption({ label: hostile });
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Assigned' });
    // The day of what is looked for, which at midnight is not today.
    const day = await entries(page, 'lead.assigned').locator('time').first().evaluate(({ dateTime }) => new Intl.DateTimeFormat('sv').format(new Date(dateTime)));
    await page.getByLabel('From the day').fill(day);
    await page.getByLabel('To the day').fill(day);
    await page.getByLabel('To the day').press('Enter');
    await eventually(() => entries(page).count(), 1);
    assert.equal(await page.getByLabel('To the day').evaluate((input) => input === document.activeElement), true, 'the focus stays where one is');
    const filters = { actor: cmd.id, action: 'lead.assigned', from: day, to: day };
    assert.deepEqual(search(page), filters);
    await page.reload();
    await eventually(() => entries(page).count(), 1);
    assert.equal(await page.getByLabel('From the day').inputValue(), day);
    assert.equal(await page.getByLabel('Who').inputValue(), cmd.id);
    await entries(page).getByRole('link', { name: 'All about it' }).first().click();
    await page.getByText('Only what was done to: one lead, view or key').waitFor();
    await eventually(() => entries(page).count(), 3);
    assert.deepEqual(search(page), { target: maria.id });
    await page.goBack();
    await eventually(() => entries(page).count(), 1);
    assert.deepEqual(search(page), filters);
    await page.goBack();
    await eventually(() => entries(page).count(), 3);
    assert.equal(await page.getByLabel('What', { exact: true }).inputValue(), 'lead.*');
    await page.goto(`${at}?target=${ids[eva.email]}`);
    await page.getByText('Only what was done to: Eva').waitFor();
    await link(page, 'Show all again').click();
    await page.waitForURL(at);
  });
  await step('what finds nothing says so, and a day before is empty', async () => {
    await page.goto(`${at}?to=2020-01-01`);
    await page.getByText('Nothing is found under these filters.').waitFor();
    assert.equal(await link(page, 'CSV').count(), 0);
    await link(page, 'Reset').click();
    await page.waitForURL(at);
    await entries(page, 'firm.changed').waitFor();
    for (const bad of ['action=lead.flown', 'from=yesterday', 'actor=nobody', 'target=x']) {
      await page.goto(`${at}?${bad}`);
      await page.getByText('The address holds a filter that there isn’t.').waitFor();
      await link(page, 'Reset').click();
      await page.waitForURL(at);
      await entries(page, 'firm.changed').waitFor();
    }
    await provoked(wrong, /status of 422/);
  });
  await step('the file has the same filters, and no formula', async () => {
    await page.goto(`${at}?actor=${cmd.id}&action=lead.*`);
    const coming = page.waitForEvent('download');
    await link(page, 'CSV').click();
    const download = await coming;
    assert.match(download.suggestedFilename(), /^audit-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    const lines = text.trimEnd().split('\r\n');
    assert.equal(lines.length, 3, text);
    for (const line of lines.slice(1)) assert.ok(line.includes(`,'${hostile},`), line);
    await page.goto(`${at}?action=audit.*`);
    await eventually(() => entries(page).count(), 1);
    assert.match((await cells(entries(page)))[4], /Rows: 2/);
  });
  await step('more by the page', async () => {
    for (let count = 0; count < 60; count++) await post(`/api/v1/leads/${maria.id}/notes`, { text: `Note ${count}` });
    await page.goto(`${at}?action=lead.note_added`);
    await eventually(() => entries(page).count(), 50);
    await button(page, 'Earlier').click();
    await eventually(() => entries(page).count(), 60);
    assert.equal(await button(page, 'Earlier').count(), 0);
    assert.equal(new Set(await table(page).locator('time').evaluateAll((all) => all.map(({ dateTime }) => dateTime))).size, 60);
  });
  await step('whoever may not is told who can help', async () => {
    const hers = await open(browser, '/app/', { user: vera });
    assert.equal(await link(hers.page, 'Audit').count(), 0);
    await hers.page.goto(at);
    await hers.page.getByText('Only an admin may read the audit. An admin of your firm can give you that role.').waitFor();
    assert.deepEqual(await built(hers.page, 'en', /^Audit · Usher$/), []);
    await inSchemes(hers.page, 'not allowed', (scheme) => picture(hers.page, `audit-forbidden-${scheme}`));
    await provoked(hers.wrong, /status of 403/);
    assert.deepEqual(hers.wrong, []);
  });
  assert.deepEqual(wrong, []);
});

test('how it looks', { timeout: 280_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/', { device: still });
  const title = /^Audit · Usher$/;
  const { body: long } = await post('/api/v1/users', { email: `${'a-long-name-'.repeat(5)}x@${'a-very-long-host-'.repeat(3)}x.example`, role: 'viewer', password: 'seven quiet green lamps' });
  const { body: arabic } = await post('/api/v1/users', { email: 'm@firm.example', name: 'محمد عبد الرحمن', role: 'viewer', files: true, password: 'seven quiet green lamps' });
  await ask(`/api/v1/users/${arabic.id}`, { method: 'PATCH', body: { disabled: true, name: `Peter ${'Longwinded'.repeat(6)}` } });
  await ask('/api/v1/firm', { method: 'PATCH', body: { accent: '#175a8a', texts: { en: { promise: `We answer within a day.\n${'Every one of us reads all that comes in. '.repeat(6)}` } } } });
  await fetch(`${base}/api/v1/token`, { method: 'POST', body: new URLSearchParams({ username: 'm@firm.example', password: 'wrong' }) });
  const states = [
    ['list', '', async () => {}],
    ['filtered', `?target=${long.id}&action=user.*&from=2026-01-01`, async () => {}],
    ['nothing', '?to=2020-01-01', () => page.getByText('Nothing is found').waitFor()],
    ['wrong', '?from=yesterday', () => page.getByText('a filter that there isn’t').waitFor()],
  ];
  for (const [name, query, then] of states) {
    await step(name, async () => {
      await page.setViewportSize(desktop);
      await page.goto(at + query);
      if (['list', 'filtered'].includes(name)) await entries(page, 'user.added').first().waitFor();
      await then();
      await settled(page);
      for (const viewport of [desktop, phone, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
        await page.setViewportSize(viewport);
        const size = `${viewport.width}x${viewport.height}`;
        assert.deepEqual(await built(page, 'en', title), [], `how it is built, ${size}`);
        assert.ok((await width(page)) <= viewport.width, `${await width(page)} wide, ${size}`);
        assert.deepEqual(await clipped(page), [], `cut or scrolled sideways, ${size}`);
        const slug = `audit-${name}-${size}`;
        if (viewport === desktop || viewport === phone) await inSchemes(page, `${name}, ${size}`, (scheme) => whole(page, `${slug}-${scheme}`));
        else await picture(page, slug);
      }
    });
  }
  await provoked(wrong, /status of 422/);
  await step('by keyboard, and in forced colours', async () => {
    await page.setViewportSize(desktop);
    await page.goto(at);
    await entries(page, 'firm.changed').first().waitFor();
    const { met, wrong: unseen } = await tabThrough(page, 'Tab');
    assert.deepEqual(unseen, []);
    for (const name of ['Show', 'Reset', 'CSV', 'All about it']) assert.ok(met.some((one) => one.includes(name)), `${name} in ${met}`);
    await page.emulateMedia({ forcedColors: 'active' });
    await picture(page, 'audit-forced');
    await page.emulateMedia({ forcedColors: 'none' });
  });
  await step('empty, and not to be had', async () => {
    await json(page, '/api/v1/audit', { items: [], next_cursor: null });
    await page.goto(at);
    await page.getByText('Nothing has been written down yet.').waitFor();
    await inSchemes(page, 'empty', (scheme) => picture(page, `audit-empty-${scheme}`));
    await page.unrouteAll();
    await refused(page, '/api/v1/audit', 404);
    await page.goto(at);
    await page.getByText('The audit can’t be shown.').waitFor();
    assert.deepEqual(await built(page, 'en', title), []);
    await inSchemes(page, 'refused', (scheme) => picture(page, `audit-refused-${scheme}`));
    await page.unrouteAll();
    await provoked(wrong, /status of 404/);
    await button(page, 'Try again').click();
    await entries(page, 'firm.changed').first().waitFor();
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await page.goto(at);
    await page.getByRole('table', { name: 'Auditoría, lo más reciente primero' }).waitFor();
    assert.deepEqual(await built(page, 'es', /^Auditoría · Usher$/), []);
    await inSchemes(page, 'Spanish', (scheme) => picture(page, `audit-spanish-${scheme}`));
  });
  assert.deepEqual(wrong, []);
});
