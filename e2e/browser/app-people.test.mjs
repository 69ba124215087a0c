// The people of the firm: what an admin changes about them, and what that is to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, base, openBrowser, picture, provoked, step, width } from './browser.mjs';
import { colleague, open, rowOf, submit } from './app.mjs';
import { ask, eventually, goTo, leadOf } from './flows.mjs';
import { built, clipped, desktop, inSchemes, phone, refused, settled, still, tabThrough } from './looks.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const cell = (page, who, text) => page.getByRole('row').filter({ hasText: who }).getByRole('cell', { name: text, exact: true });

test('an admin and a viewer', { timeout: 280_000 }, async (t) => {
  const maria = await submit({});
  const jose = await submit({ first: 'José', last: 'Carreño', email: 'jose@example.com' });
  await colleague('Olga');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const eva = { email: 'eva@firm.example', password: '' };
  await step('by its key, and by its link', async () => {
    await page.getByRole('row').first().waitFor();
    await goTo(page, 'p', '/app/people');
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
    assert.equal(await page.title(), 'People · Usher');
    await page.goto(`${base}/app/`);
    await link(page, 'People').click();
    await page.waitForURL(`${base}/app/people`);
    await cell(page, admin.email, 'Admin').waitFor();
    await cell(page, 'Olga', 'Never').waitFor();
  });
  await step('what is wrong stands beside the field', async () => {
    await button(page, 'Add somebody').click();
    await dialog(page).getByRole('radio', { name: 'I tell them a passphrase' }).check();
    await button(dialog(page), 'Add').click();
    await dialog(page).getByText('Enter an e-mail address like name@example.com.').waitFor();
    await dialog(page).getByText('Use at least 12 characters.').waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('name')), 'email');
    await page.keyboard.type('Olga@firm.example');
    await dialog(page).getByRole('textbox', { name: 'Passphrase' }).fill('Qwertyuiop 123');
    await button(dialog(page), 'Add').click();
    await dialog(page).getByText('Many people use this password.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Passphrase' }).fill('seven quiet green lamps');
    await button(dialog(page), 'Add').click();
    await dialog(page).getByText('Somebody has this address already').waitFor();
    await provoked(wrong, /status of (422|409)/);
    await picture(page, 'people-taken');
  });
  await step('a viewer, with a passphrase made up', async () => {
    await dialog(page).getByLabel('Name').fill('Eva Lang');
    await dialog(page).getByLabel('E-mail address').fill(eva.email);
    await dialog(page).getByRole('radio', { name: 'Viewer' }).check();
    assert.equal(await dialog(page).getByLabel('May open resumes').isChecked(), false);
    await button(dialog(page), 'Make one up').click();
    eva.password = await dialog(page).getByRole('textbox', { name: 'Passphrase' }).inputValue();
    assert.match(eva.password, /^[a-z]{6}(-[a-z]{6}){3}$/);
    await button(dialog(page), 'Add').click();
    await page.getByRole('heading', { name: 'Eva Lang can sign in' }).waitFor();
    await dialog(page).getByText(eva.password).waitFor();
    await inSchemes(page, 'what to tell her', (scheme) => picture(page, `people-added-${scheme}`));
    await button(dialog(page), 'Done').click();
    await cell(page, 'Eva Lang', 'Viewer').waitFor();
  });
  const hers = await open(browser, '/app/', { user: eva });
  await step('she reads', async () => {
    await rowOf(hers.page, 'Maria Ortiz').click();
    await hers.page.getByText('You may not open resumes. An admin can allow it').waitFor();
    await hers.page.getByRole('heading', { name: 'Maria Ortiz' }).waitFor();
    for (const name of ['Reached out', 'Assign']) assert.equal(await hers.page.getByRole('button', { name }).count(), 0, name);
    for (const name of ['People', 'Settings', 'Reports', 'System', 'CSV']) assert.equal(await link(hers.page, name).count(), 0, name);
    assert.equal(await hers.page.getByRole('checkbox').count(), 0);
    assert.equal(await hers.page.getByRole('textbox', { name: 'Note' }).count(), 0);
    assert.equal(await link(hers.page, 'Download').count(), 0);
    await inSchemes(hers.page, 'a viewer’s list', (scheme) => picture(hers.page, `people-viewer-${scheme}`));
  });
  await step('her keys do nothing either, and the commands have no such names', async () => {
    for (const key of ['e', 'a', 'i', 'n', 'x', 'd']) await hers.page.keyboard.press(key);
    await hers.page.keyboard.press('Control+k');
    await hers.page.getByRole('option', { name: 'Go to the outbox' }).waitFor();
    const names = await hers.page.getByRole('option').allTextContents();
    assert.deepEqual(names.filter((name) => /Reached out[a-z.]|Assign|note|people|settings|reports|system|Download/.test(name)), []);
    await hers.page.keyboard.press('Escape');
    assert.equal((await leadOf(maria)).version, 1);
  });
  await step('pages that she has no link to say who can', async () => {
    for (const [path, words] of [['people', 'Only an admin sees and changes who works here.'], ['settings/firm', 'An admin can give you another one.'], ['reports', 'Your role doesn’t allow it.']]) {
      await hers.page.goto(`${base}/app/${path}`);
      await hers.page.getByText(words).waitFor();
    }
    await provoked(hers.wrong, /status of 403/);
    await hers.page.goto(`${base}/app/outbox`);
    await hers.page.getByText('There is no mail server').first().waitFor();
    assert.equal(await button(hers.page, 'Send me a test mail').count(), 0);
    assert.equal(await hers.page.getByRole('button', { name: /Try again/ }).count(), 0);
  });
  await step('a lead by itself, on a phone', async () => {
    await hers.page.setViewportSize(phone);
    await hers.page.goto(`${base}/app/leads/${maria.id}`);
    await button(hers.page, 'Next').waitFor();
    assert.equal(await hers.page.getByRole('button', { name: /Reached out|Assign/ }).count(), 0);
    await picture(hers.page, 'people-viewer-phone');
    await hers.page.setViewportSize(desktop);
  });
  await step('resumes are opened to her, while she looks', async () => {
    await button(page, 'Change Eva Lang').click();
    await dialog(page).getByLabel('May open resumes').check();
    await button(dialog(page), 'Save').click();
    await cell(page, 'Eva Lang', 'Viewer, with resumes').waitFor();
    await hers.page.getByText('Civil engineer since 2011.').waitFor();
    await link(hers.page, 'Download').waitFor();
  });
  await step('she becomes an attorney, and acts at once', async () => {
    await button(page, 'Change Eva Lang').click();
    await dialog(page).getByRole('radio', { name: 'Attorney' }).check();
    await button(dialog(page), 'Save').click();
    await hers.page.getByRole('button', { name: 'Reached out' }).first().click();
    await eventually(async () => (await leadOf(maria)).state, 'REACHED_OUT');
    await hers.page.goto(`${base}/app/leads/${jose.id}`);
    await hers.page.getByRole('heading', { level: 1, name: 'José Carreño' }).waitFor();
    await hers.page.keyboard.press('i');
    await eventually(async () => typeof (await leadOf(jose)).assignee, 'string');
  });
  await step('she is kept out at once, and her open lead goes to a colleague', async () => {
    await button(page, 'Change Eva Lang').click();
    await button(dialog(page), 'Disable').click();
    await dialog(page).getByLabel('Reassign 1 open lead to').selectOption({ label: 'Olga' });
    await picture(page, 'people-disabling');
    await button(dialog(page), 'Disable').click();
    await page.getByText('1 lead is assigned to Olga.').waitFor();
    await hers.page.getByRole('dialog').getByLabel('Password', { exact: true }).waitFor();
    await cell(page, 'Eva Lang', 'Disabled').waitFor();
    const { body: { items } } = await ask('/api/v1/staff');
    const olga = items.find(({ name }) => name === 'Olga').id;
    await eventually(async () => (await leadOf(jose)).assignee, olga);
    await hers.page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(eva.password);
    await hers.page.getByRole('button', { name: 'Sign in' }).click();
    await hers.page.getByText(/wrong/i).first().waitFor();
    await provoked(hers.wrong, /status of 401/);
    await picture(hers.page, 'people-out');
  });
  await step('and let in again', async () => {
    await button(page, 'Change Eva Lang').click();
    await button(dialog(page), 'Enable').click();
    await page.getByText('Eva Lang can sign in again.').waitFor();
    await hers.page.getByRole('button', { name: 'Sign in' }).click();
    await eventually(() => hers.page.getByRole('dialog').count(), 0);
    await hers.page.getByRole('heading', { level: 1, name: 'José Carreño' }).waitFor();
  });
  await step('the last admin stays one', async () => {
    await button(page, `Change ${admin.email}`).click();
    await dialog(page).getByRole('radio', { name: 'Intake' }).check();
    await button(dialog(page), 'Save').click();
    await dialog(page).getByText('This is the last admin who can sign in.').waitFor();
    await button(dialog(page), 'Disable').click();
    await button(dialog(page), 'Disable').click();
    await eventually(() => dialog(page).getByText('This is the last admin who can sign in.').count(), 2);
    await provoked(wrong, /status of 409/);
    await picture(page, 'people-last-admin');
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(hers.wrong, []);
});

test('how it looks', { timeout: 280_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/', { device: still });
  const title = /^People · Usher$/;
  await ask('/api/v1/users', { method: 'POST', body: { email: `${'a-long-name-'.repeat(5)}x@${'a-very-long-host-'.repeat(3)}x.example`, name: 'محمد عبد الرحمن', role: 'viewer', files: true, password: 'seven quiet green lamps' } });
  const off = await ask('/api/v1/users', { method: 'POST', body: { email: 'peter@firm.example', name: `Peter ${'Longwinded'.repeat(6)}`, role: 'intake', password: 'seven quiet green lamps' } });
  await ask(`/api/v1/users/${off.body.id}`, { method: 'PATCH', body: { disabled: true } });
  const states = [
    ['list', async () => {}],
    ['adding', () => button(page, 'Add somebody').click()],
    ['adding, errors', async () => { await button(page, 'Add somebody').click(); await page.getByRole('radio', { name: 'Viewer' }).check(); await page.getByRole('radio', { name: 'I tell them' }).check(); await button(dialog(page), 'Add').click(); await dialog(page).getByText('Use at least 12 characters.').waitFor(); }],
    ['changing', () => button(page, 'Change محمد عبد الرحمن').click()],
    ['disabling', async () => { await button(page, 'Change محمد عبد الرحمن').click(); await button(dialog(page), 'Disable').click(); }],
    ['disabled', () => page.getByRole('button', { name: /^Change Peter/ }).click()],
  ];
  for (const [name, then] of states) {
    await step(name, async () => {
      await page.setViewportSize(desktop);
      await page.goto(`${base}/app/people`);
      await page.getByRole('table').waitFor();
      await then();
      await settled(page);
      for (const viewport of [desktop, phone, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
        await page.setViewportSize(viewport);
        const size = `${viewport.width}x${viewport.height}`;
        assert.deepEqual(await built(page, 'en', title), [], `how it is built, ${size}`);
        assert.ok((await width(page)) <= viewport.width, `${await width(page)} wide, ${size}`);
        assert.deepEqual(await clipped(page), [], `cut or scrolled sideways, ${size}`);
        const slug = `people-${name.replaceAll(/[ ,]+/g, '-')}-${size}`;
        if (viewport === desktop || viewport === phone) await inSchemes(page, `${name}, ${size}`, (scheme) => picture(page, `${slug}-${scheme}`));
        else await picture(page, slug);
      }
    });
  }
  await provoked(wrong, /status of 422/);
  await step('by keyboard, and in forced colours', async () => {
    await page.setViewportSize(desktop);
    await page.goto(`${base}/app/people`);
    await page.getByRole('table').waitFor();
    assert.deepEqual((await tabThrough(page, 'Tab')).wrong, []);
    await page.emulateMedia({ forcedColors: 'active' });
    await picture(page, 'people-forced');
    await page.emulateMedia({ forcedColors: 'none' });
  });
  await step('not to be had, or not allowed', async () => {
    for (const [status, words] of [[404, 'The people can’t be shown.'], [403, 'Only an admin sees and changes']]) {
      await page.unrouteAll();
      await refused(page, '/api/v1/users', status);
      await page.goto(`${base}/app/people`);
      await page.getByText(words).waitFor();
      assert.deepEqual(await built(page, 'en', title), []);
      await inSchemes(page, `refused, ${status}`, (scheme) => picture(page, `people-refused-${status}-${scheme}`));
    }
    await page.unrouteAll();
    await provoked(wrong, /status of 40[34]/);
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await page.goto(`${base}/app/people`);
    await page.getByRole('table', { name: 'Personas' }).waitFor();
    assert.deepEqual(await built(page, 'es', /^Personas · Usher$/), []);
    await inSchemes(page, 'Spanish', (scheme) => picture(page, `people-spanish-${scheme}`));
    await button(page, 'Añadir a alguien').click();
    await inSchemes(page, 'Spanish, adding', (scheme) => picture(page, `people-spanish-adding-${scheme}`));
  });
  assert.deepEqual(wrong, []);
});
