// Sessions and API keys, as whoever has them sees them: what is ended from afar is out at
// once, and a key works until it is revoked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, picture, provoked, step, width } from './browser.mjs';
import { colleague, open, submit } from './app.mjs';
import { ask, eventually, notesOf, unavailable } from './flows.mjs';
import { built, clipped, desktop, inSchemes, phone, refused, settled, still, tabThrough } from './looks.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const lapsed = (page) => page.getByRole('dialog', { name: 'Sign in again' });
const sessions = (page) => page.getByRole('list', { name: 'Your sessions' }).getByRole('listitem');
const keyRow = (page, name) => page.getByRole('row').filter({ hasText: name });

// by asks the API by a key.
const by = async (key, path, options = {}) => {
  const response = await fetch(base + path, { ...options, headers: { Authorization: `Bearer ${key}`, ...options.headers } });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
};

test('sessions', { timeout: 280_000 }, async (t) => {
  const maria = await submit({});
  const olga = await colleague('Olga');
  const browser = await openBrowser(t);
  const here = await open(browser, '/app/you', { user: olga });
  await step('only this one', async () => {
    await here.page.getByText('You are signed in nowhere else.').waitFor();
    assert.equal(await sessions(here.page).count(), 1);
    await sessions(here.page).getByText('This one').waitFor();
    assert.equal(await button(here.page, 'End all others').count(), 0);
  });
  const there = await open(browser, `/app/leads/${maria.id}`, { user: olga });
  await step('another browser, with a note begun', async () => {
    await there.page.getByRole('heading', { level: 1, name: 'Maria Ortiz' }).waitFor();
    await there.page.getByLabel('Note').fill('She calls on Monday.');
    await here.page.reload();
    await eventually(() => sessions(here.page).count(), 2);
    await here.page.getByText('One that you don’t know?').waitFor();
    await picture(here.page, 'sessions-two');
  });
  await step('the first ends the second, which is out without being touched', async () => {
    await sessions(here.page).getByRole('button', { name: /^End Chrome, Linux, / }).click();
    await here.page.getByText('Chrome, Linux is signed out.').waitFor();
    await lapsed(there.page).waitFor(); // by the end of its stream
    await picture(there.page, 'sessions-ended');
    await provoked(there.wrong, /status of 401/);
    assert.equal(await there.page.getByLabel('Note').inputValue(), 'She calls on Monday.');
    await eventually(() => here.page.evaluate(() => document.activeElement?.textContent), 'Where you are signed in', 'its line is gone');
    await here.page.getByText('You are signed in nowhere else.').waitFor();
  });
  await step('its note survives the new sign-in, and is added', async () => {
    await lapsed(there.page).getByLabel('Password', { exact: true }).fill(olga.password);
    await lapsed(there.page).getByRole('button', { name: 'Sign in' }).click();
    await eventually(() => dialog(there.page).count(), 0);
    assert.equal(await there.page.getByLabel('Note').inputValue(), 'She calls on Monday.');
    await button(there.page, 'Add note').click();
    await eventually(() => notesOf(maria), ['She calls on Monday.']);
  });
  await step('all others', async () => {
    await ask('/api/v1/me', { user: olga }); // a program signs in too
    await here.page.reload();
    await eventually(() => sessions(here.page).count(), 3);
    await sessions(here.page).getByText('Program', { exact: true }).waitFor();
    await button(here.page, 'End all others').click();
    await here.page.getByText('You are signed in here only.').waitFor();
    await eventually(() => sessions(here.page).count(), 1);
    await lapsed(there.page).waitFor();
    assert.equal((await ask('/api/v1/me', { user: olga })).status, 401);
    await provoked(there.wrong, /status of 401/);
  });
  await step('an admin ends them all', async () => {
    const boss = await open(browser, '/app/people');
    await button(boss.page, 'Change Olga').click();
    await inSchemes(boss.page, 'a person’s sessions', (scheme) => picture(boss.page, `sessions-person-${scheme}`));
    await button(dialog(boss.page), 'End all sessions').click();
    await eventually(() => dialog(boss.page).count(), 0);
    await boss.page.getByText('Olga is signed out everywhere.').waitFor();
    await lapsed(here.page).waitFor();
    await provoked(here.wrong, /status of 401/);
    await lapsed(here.page).getByLabel('Password', { exact: true }).fill(olga.password);
    await lapsed(here.page).getByRole('button', { name: 'Sign in' }).click();
    await eventually(() => dialog(here.page).count(), 0);
    assert.deepEqual(boss.wrong, []);
  });
  await step('one that can’t be ended stays, and says why', async () => {
    await ask('/api/v1/leads/counts', { user: await colleague('Ines') }); // somebody else's is not shown
    const again = await open(browser, '/app/you', { user: olga });
    await here.page.reload();
    await eventually(() => sessions(here.page).count(), 2);
    await here.page.route('**/api/v1/sessions/*', (route) => route.fulfill(unavailable('0199-test')));
    await sessions(here.page).getByRole('button').click();
    await sessions(here.page).getByRole('alert').waitFor();
    await inSchemes(here.page, 'not ended', (scheme) => picture(here.page, `sessions-not-ended-${scheme}`));
    await here.page.unrouteAll();
    await provoked(here.wrong, /status of 503/);
    assert.equal(await dialog(again.page).count(), 0);
    assert.deepEqual(again.wrong, []);
  });
  assert.deepEqual(here.wrong, []);
  assert.deepEqual(there.wrong, []);
});

test('keys', { timeout: 280_000 }, async (t) => {
  const jose = await submit({ first: 'José', last: 'Carreño', email: 'jose@example.com' });
  const ben = await colleague('Ben');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/you', { user: ben });
  let key;
  await step('from one’s own page', async () => {
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.waitForURL(`${base}/app/keys`);
    await page.getByText('There is no API key yet.').waitFor();
    assert.equal(await page.title(), 'API keys · Usher');
  });
  await step('what is wrong stands beside the field', async () => {
    await button(page, 'Make a key').click();
    assert.equal(await dialog(page).getByLabel('Everything an admin may').count(), 0, 'it is not his to give');
    await dialog(page).getByLabel('Read leads').uncheck();
    await button(dialog(page), 'Make a key').click();
    await dialog(page).getByText('Give it a name.').waitFor();
    await dialog(page).getByText('Choose what it may do.').waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('name')), 'name');
    await provoked(wrong, /status of 422/);
    await picture(page, 'keys-errors');
  });
  await step('by keyboard, made and shown once', async () => {
    await page.keyboard.type('Nightly import');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    assert.equal(await dialog(page).getByLabel('Read leads').isChecked(), true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The key Nightly import is made' }).waitFor();
    key = await dialog(page).getByText(/^usher_[0-9A-Za-z]{71}$/).textContent();
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    assert.equal(await dialog(page).count(), 1, 'it goes by its button only');
    await button(dialog(page), 'Done').click();
    await keyRow(page, 'Nightly import').getByRole('cell', { name: 'Read leads', exact: true }).waitFor();
    await keyRow(page, 'Nightly import').getByRole('cell', { name: 'Never', exact: true }).waitFor();
    assert.equal(await page.getByText(key).count(), 0);
    assert.equal(await page.content().then((html) => html.includes(key.slice(30))), false);
  });
  await step('a program uses it, within its scope', async () => {
    assert.equal((await by(key, `/api/v1/leads/${jose.id}`)).status, 200);
    const me = (await by(key, '/api/v1/me')).body;
    assert.deepEqual([me.email, me.api_key.name], [ben.email, 'Nightly import']);
    const mark = await by(key, `/api/v1/leads/${jose.id}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: '{"state":"REACHED_OUT"}' });
    assert.deepEqual([mark.status, mark.body.code], [403, 'insufficient_scope']);
    const more = await by(key, '/api/v1/api-keys', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"x","scopes":["leads:read"]}' });
    assert.deepEqual([more.status, more.body.code], [403, 'needs_person']);
    await eventually(async () => { // its use is stored within seconds
      await page.reload();
      await keyRow(page, 'Nightly import').waitFor();
      return keyRow(page, 'Nightly import').getByRole('cell', { name: 'Never', exact: true }).count();
    }, 0);
  });
  await step('an admin sees whose it is', async () => {
    const boss = await open(browser, '/app/keys');
    await keyRow(boss.page, 'Nightly import').getByRole('cell', { name: 'Ben', exact: true }).waitFor();
    await inSchemes(boss.page, 'an admin’s keys', (scheme) => picture(boss.page, `keys-admin-${scheme}`));
    assert.deepEqual(boss.wrong, []);
  });
  await step('revoked, after a second question, and refused', async () => {
    await button(page, 'Revoke Nightly import').click();
    await button(dialog(page), 'Cancel').click();
    assert.equal((await by(key, '/api/v1/leads')).status, 200);
    await button(page, 'Revoke Nightly import').click();
    await picture(page, 'keys-revoking');
    await button(dialog(page), 'Revoke').click();
    await page.getByText('Nightly import is revoked.').waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.textContent), 'API keys', 'its row is gone');
    await page.getByText('There is no API key yet.').waitFor();
    assert.equal((await by(key, '/api/v1/leads')).status, 401);
  });
  assert.deepEqual(wrong, []);
});

test('how it looks', { timeout: 280_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/', { device: still });
  const rita = await colleague('Rita', 'viewer');
  for (const [user, name, scopes, end] of [
    [undefined, 'Case system', ['leads:write', 'files:read'], null],
    [undefined, `محمد ${'Longwinded'.repeat(8)}`, ['admin'], new Date(Date.now() + 86_400_000 * 90).toISOString()],
    [rita, 'Wall display', ['leads:read'], new Date(Date.now() + 86_400_000).toISOString()],
  ]) {
    const made = await ask('/api/v1/api-keys', { user, method: 'POST', body: { name, scopes, expires_at: end } });
    assert.equal(made.status, 201);
  }
  await open(browser, '/app/you');
  const expired = async () => {
    const { body } = await ask('/api/v1/api-keys');
    body.items[0].expires_at = '2026-01-02T03:04:05Z';
    body.items[1].last_used_at = new Date().toISOString();
    await page.unrouteAll();
    await page.route('**/api/v1/api-keys', (route) => (route.request().method() === 'GET' ? route.fulfill({ json: body }) : route.continue()));
  };
  const fill = async () => {
    await button(page, 'Make a key').click();
    await dialog(page).getByLabel('Name').fill('Looks');
    await button(dialog(page), 'Make a key').click();
    await dialog(page).getByText('Copy it now.').waitFor();
  };
  const make = () => button(page, 'Make a key').click();
  const wrongOne = async () => {
    await make();
    await dialog(page).getByLabel('Read leads').uncheck();
    await button(dialog(page), 'Make a key').click();
    await dialog(page).getByText('Give it a name.').waitFor();
  };
  const states = [
    ['keys', 'keys', /^API keys · Usher$/, async () => page.getByRole('table').waitFor()],
    ['keys expired', 'keys', /^API keys · Usher$/, async () => { await expired(); await page.reload(); await page.getByText('Expired').first().waitFor({ state: 'attached' }); }],
    ['keys making', 'keys', /^API keys · Usher$/, make],
    ['keys making errors', 'keys', /^API keys · Usher$/, wrongOne],
    ['keys made', 'keys', /^API keys · Usher$/, fill],
    ['keys revoking', 'keys', /^API keys · Usher$/, () => button(page, 'Revoke Case system').click()],
    ['you', 'you', /^You · Usher$/, () => button(page, 'End all others').scrollIntoViewIfNeeded()],
  ];
  for (const [name, path, title, then] of states) {
    await step(name, async () => {
      await page.setViewportSize(desktop);
      await page.unrouteAll();
      await page.goto(`${base}/app/${path}`);
      await then();
      await settled(page);
      for (const viewport of [desktop, phone, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
        await page.setViewportSize(viewport);
        if (path === 'you') await page.getByRole('heading', { name: 'Where you are signed in' }).scrollIntoViewIfNeeded();
        const size = `${viewport.width}x${viewport.height}`;
        assert.deepEqual(await built(page, 'en', title), [], `how it is built, ${size}`);
        assert.ok((await width(page)) <= viewport.width, `${await width(page)} wide, ${size}`);
        assert.deepEqual(await clipped(page), [], `cut or scrolled sideways, ${size}`);
        const slug = `${name.replaceAll(' ', '-')}-${size}`;
        if (viewport === desktop || viewport === phone) await inSchemes(page, `${name}, ${size}`, (scheme) => picture(page, `${slug}-${scheme}`));
        else await picture(page, slug);
      }
    });
  }
  await provoked(wrong, /status of 422/);
  await step('by keyboard, and in forced colours', async () => {
    await page.setViewportSize(desktop);
    for (const path of ['keys', 'you']) {
      await page.goto(`${base}/app/${path}`);
      await page.getByRole(path === 'keys' ? 'table' : 'listitem').first().waitFor();
      assert.deepEqual((await tabThrough(page, 'Tab')).wrong, []);
      await page.emulateMedia({ forcedColors: 'active' });
      await picture(page, `${path}-forced`);
      await page.emulateMedia({ forcedColors: 'none' });
    }
  });
  await step('none, and not to be had', async () => {
    const none = await open(browser, '/app/keys', { user: await colleague('Nora'), device: still });
    await none.page.getByText('There is no API key yet.').waitFor();
    await inSchemes(none.page, 'no keys', (scheme) => picture(none.page, `keys-none-${scheme}`));
    assert.deepEqual(none.wrong, []);
    for (const [path, api, words] of [['keys', '/api/v1/api-keys', 'The API keys can’t be shown.'], ['you', '/api/v1/sessions', 'Your sessions can’t be shown.']]) {
      await refused(page, api, 404);
      await page.goto(`${base}/app/${path}`);
      await page.getByText(words).waitFor();
      assert.deepEqual(await built(page), []);
      await page.getByText(words).scrollIntoViewIfNeeded();
      await inSchemes(page, `${path}, refused`, (scheme) => picture(page, `${path}-refused-${scheme}`));
    }
    await page.unrouteAll();
    await provoked(wrong, /status of 404/);
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await page.goto(`${base}/app/keys`);
    await page.getByRole('table', { name: 'Claves de API' }).waitFor();
    assert.deepEqual(await built(page, 'es', /^Claves de API · Usher$/), []);
    await inSchemes(page, 'Spanish', (scheme) => picture(page, `keys-spanish-${scheme}`));
    await button(page, 'Crear una clave').click();
    await inSchemes(page, 'Spanish, making', (scheme) => picture(page, `keys-spanish-making-${scheme}`));
    await page.goto(`${base}/app/you`);
    await page.getByRole('list', { name: 'Sus sesiones' }).scrollIntoViewIfNeeded();
    await inSchemes(page, 'Spanish, sessions', (scheme) => picture(page, `sessions-spanish-${scheme}`));
  });
  assert.deepEqual(wrong, []);
});
