// Saved views: a list gets a name, a key and an address, for oneself or for everybody;
// and the tokens that they are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, base, openBrowser, picture, provoked, step, width } from './browser.mjs';
import { colleague, open, submit } from './app.mjs';
import { ask, eventually, leadOf, namesIn, toast } from './flows.mjs';
import { built, clipped, desktop, inSchemes, json, phone, refused, settled, still, tabThrough } from './looks.mjs';

const field = (page) => page.getByRole('searchbox', { name: 'Search leads' });
const heading = (page) => page.getByRole('heading', { level: 1 });
const saved = (page) => page.getByRole('group', { name: 'Saved views' }).getByRole('link');
const namesOf = (page) => saved(page).locator('bdi').allTextContents();
const marked = (page) => page.locator('nav [aria-current=page]').evaluateAll((all) => all.map((link) => link.querySelector('bdi')?.textContent ?? link.textContent));
const dialog = (page) => page.getByRole('dialog');

async function search(page, text) {
  await field(page).fill(text);
  await field(page).press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === text);
  // Until then buttons and links are those of the list before.
  await eventually(async () => (await page.locator('a[aria-label^=Remove]').allTextContents()).join(' '), text);
}

// save gives the list that is shown a name.
async function save(page, name, { shared = false } = {}) {
  await page.getByRole('button', { name: 'Save this view' }).click();
  await dialog(page).getByLabel('Name').fill(name);
  if (shared) await dialog(page).getByLabel('Share with everybody').check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).waitFor({ state: 'detached' });
}

const manage = (page) => page.getByRole('button', { name: 'Rename, share or delete this view' }).click();
// dayAfter gives the day so many days after that of a lead, which at midnight is not today.
const dayAfter = async (lead, later) => {
  const then = new Date((await leadOf(lead)).created_at);
  then.setDate(then.getDate() + later);
  return [then.getFullYear(), then.getMonth() + 1, then.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};

test('the tokens of languages and days', { timeout: 240_000 }, async (t) => {
  let dora;
  for (const [first, language] of [['Ana', 'es'], ['Bea', 'es-MX'], ['Cleo', 'en'], ['Dora', 'est']]) dora = await submit({ first, last: 'Token', language, email: `${first}@example.com` });
  const [yesterday, today, tomorrow] = await Promise.all([-1, 0, 1].map((later) => dayAfter(dora, later)));
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const finds = (text, want) => step(text, async () => {
    await search(page, text);
    await eventually(() => namesIn(page), want.map((name) => `${name} Token`));
    await heading(page).getByText(`${want.length} lead`).waitFor();
    assert.equal(await page.locator('a[aria-label^=Remove].text-error').count(), 0);
  });
  await finds('token lang:es', ['Ana', 'Bea']);
  await finds('lang:es-MX token', ['Bea']);
  await finds(`token from:${today} to:${today} lang:EST`, ['Dora']);
  await finds(`token from:${yesterday} is:pending`, ['Ana', 'Bea', 'Cleo', 'Dora']);
  await finds(`token to:${tomorrow} lang:en`, ['Cleo']);
  for (const text of [`token from:${tomorrow}`, `token to:${yesterday}`, 'token lang:fr']) {
    await step(text, async () => {
      await search(page, text);
      await page.getByText('No lead matches all of this').waitFor();
    });
  }
  await step('values that make no sense are marked, and ask for nothing', async () => {
    await search(page, 'token lang:spanish from:2026-02-30 to:soon');
    await eventually(() => namesIn(page), ['Ana Token', 'Bea Token', 'Cleo Token', 'Dora Token']);
    assert.deepEqual(await page.locator('a[aria-label^=Remove].text-error').allTextContents(), ['lang:spanish', 'from:2026-02-30', 'to:soon']);
  });
  await step('what the list shows is in the file', async () => {
    await search(page, 'token lang:es');
    const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    const text = await page.evaluate(async (path) => (await fetch(path)).text(), href);
    assert.equal(text.trim().split('\r\n').length, 3, text);
  });
  assert.deepEqual(wrong, []);
});

test('a view is saved, shared, renamed and deleted', { timeout: 180_000 }, async (t) => {
  const olga = await colleague('Olga');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
  const other = await open(browser, '/app/', { user: olga });
  const colleagues = other.page;

  await step('what everybody has can’t be saved once more', async () => {
    for (const name of ['Needs contact', 'Mine', 'All', 'Reached out']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: name === 'All' }).click();
      await heading(page).getByText(name).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Save this view' }).count(), 0, name);
    }
    await page.goto(`${base}/app/?sort=newest`); // another order is another view
    await page.getByRole('button', { name: 'Save this view' }).waitFor();
  });
  await step('a name is needed', async () => {
    await page.goto(`${base}/app/`);
    await search(page, 'is:pending lang:es');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByText('Give the view a name.').waitFor();
    await eventually(() => dialog(page).getByLabel('Name').evaluate((input) => input === document.activeElement), true);
    await provoked(wrong, /status of 422/);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await eventually(() => page.getByRole('button', { name: 'Save this view' }).evaluate((button) => button === document.activeElement), true);
  });
  await step('it is saved, and has a key', async () => {
    await save(page, ' En español ');
    await toast(page).getByText('“En español” is saved. The key 1 opens it.').waitFor();
    await heading(page).getByText('En español').waitFor();
    assert.match(await page.title(), /^\(2\) En español · Usher$/);
    await eventually(() => marked(page), ['En español']);
    await eventually(() => saved(page).locator('.tabular-nums').allTextContents(), ['2']);
    assert.equal(await page.getByRole('button', { name: 'Save this view' }).count(), 0);
  });
  await step('a reload, and the key', async () => {
    await page.reload();
    await eventually(() => namesOf(page), ['En español']);
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'All', exact: true }).click();
    await heading(page).getByText('All').waitFor();
    await page.keyboard.press('1');
    await heading(page).getByText('En español').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('q'), 'is:pending lang:es');
    await page.keyboard.press('7'); // there is none
    await field(page).fill('1'); // a key is a letter here
    assert.equal(new URL(page.url()).searchParams.get('q'), 'is:pending lang:es');
    await picture(page, 'views-saved');
  });
  await step('another order is another list', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Oldest first' }).click();
    await page.getByRole('button', { name: 'Save this view' }).waitFor();
    await eventually(() => marked(page), []);
    await save(page, 'Newest in Spanish', { shared: true });
    await eventually(() => namesOf(page), ['En español', 'Newest in Spanish']);
    await eventually(() => marked(page), ['Newest in Spanish']);
  });
  await step('a colleague sees what is shared, and not what is not', async () => {
    await colleagues.reload();
    await eventually(() => namesOf(colleagues), ['Newest in Spanish']);
    await search(colleagues, 'lang:en');
    await save(colleagues, 'Olga’s');
    await eventually(() => namesOf(colleagues), ['Olga’s', 'Newest in Spanish']);
    await colleagues.keyboard.press('2');
    await heading(colleagues).getByText('Newest in Spanish').waitFor();
    await eventually(() => marked(colleagues), ['Newest in Spanish']);
    await manage(colleagues);
    await dialog(colleagues).getByText(`${admin.email} saved this view.`).waitFor();
    assert.equal(await dialog(colleagues).getByRole('button', { name: 'Delete' }).count(), 0);
    await dialog(colleagues).getByRole('button', { name: 'Close' }).click();
  });
  await step('the link', async () => {
    await manage(page);
    await dialog(page).getByRole('button', { name: 'Copy the link' }).click();
    await dialog(page).getByRole('button', { name: 'Copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, new RegExp(`^${base}/app/views/[0-9a-f-]{36}$`));
    assert.equal(await dialog(page).getByLabel('Link to this view').inputValue(), link);
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await colleagues.goto(link);
    await heading(colleagues).getByText('Newest in Spanish').waitFor();
    assert.equal(new URL(colleagues.url()).search.replace(/&lead=.*/, ''), '?q=is%3Apending+lang%3Aes&sort=newest');
    const { items } = (await ask('/api/v1/views')).body;
    await colleagues.goto(`${base}/app/views/${items.find(({ name }) => name === 'En español').id}`);
    await colleagues.getByText('whoever saved it no longer shares it').waitFor();
    assert.match(await colleagues.title(), /isn’t there · Usher$/);
  });
  await step('a new name, and no longer shared', async () => {
    await manage(page);
    await dialog(page).getByLabel('Name').fill('Neu');
    await dialog(page).getByLabel('Share with everybody').uncheck();
    await page.keyboard.press('Enter');
    await toast(page).getByText('“Neu” is changed.').waitFor();
    await eventually(() => namesOf(page), ['En español', 'Neu']);
    await colleagues.getByRole('link', { name: 'To the list' }).click();
    await colleagues.reload();
    await eventually(() => namesOf(colleagues), ['Olga’s']);
  });
  await step('a refusal is explained, and loses nothing', async () => {
    await refused(page, /^\/api\/v1\/views\//, 503, { method: 'PATCH' });
    await manage(page);
    await dialog(page).getByLabel('Name').fill('Neuer');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByRole('alert').getByText('can’t be stored right now').waitFor();
    assert.equal(await dialog(page).getByLabel('Name').inputValue(), 'Neuer');
    await provoked(wrong, /status of 503/);
    await page.unrouteAll();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await toast(page).getByText('“Neuer” is changed.').waitFor();
  });
  await step('deleting asks once', async () => {
    await manage(page);
    await dialog(page).getByRole('button', { name: 'Delete the view' }).click();
    await dialog(page).getByText('Delete this view? No lead is touched.').waitFor();
    await dialog(page).getByRole('button', { name: 'Keep it' }).click();
    await dialog(page).getByRole('button', { name: 'Delete the view' }).click();
    await dialog(page).getByRole('button', { name: 'Delete the view' }).click();
    await toast(page).getByText('“Neuer” is deleted.').waitFor();
    await eventually(() => namesOf(page), ['En español']);
    await heading(page).getByText('Search results').waitFor();
  });
  await step('an admin looks after what others share', async () => {
    await colleagues.keyboard.press('1');
    await heading(colleagues).getByText('Olga’s').waitFor();
    await manage(colleagues);
    await dialog(colleagues).getByLabel('Share with everybody').check();
    await dialog(colleagues).getByRole('button', { name: 'Save' }).click();
    await toast(colleagues).getByText('is changed.').waitFor();
    await page.reload();
    await eventually(() => namesOf(page), ['En español', 'Olga’s']);
    await page.keyboard.press('2');
    await heading(page).getByText('Olga’s').waitFor();
    await manage(page);
    await dialog(page).getByRole('button', { name: 'Delete the view' }).click();
    await dialog(page).getByText('for everybody at the firm?').waitFor();
    await dialog(page).getByRole('button', { name: 'Delete the view' }).click();
    await eventually(() => namesOf(page), ['En español']);
  });
  await step('fifty are enough', async () => {
    for (let count = 1; count < 50; count++) assert.equal((await ask('/api/v1/views', { method: 'POST', body: { name: `View ${count}`, q: `view${count}` } })).status, 201);
    await search(page, 'one more');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await dialog(page).getByLabel('Name').fill('One more');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByText('You have 50 saved views').waitFor();
    await provoked(wrong, /status of 409/);
    await page.keyboard.press('Escape');
    await page.reload();
    await eventually(() => namesOf(page).then((names) => [names.length, ...names.slice(0, 4)]), [50, 'En español', 'View 1', 'View 2', 'View 3']);
    await page.keyboard.press('9');
    await heading(page).getByText('View 8').waitFor();
    await picture(page, 'views-fifty');
  });
  assert.deepEqual([...wrong, ...other.wrong], []);
});

// A view with the longest name, one from right to left, one of somebody else.
const views = (me) => ({
  items: [
    { name: 'Wolfeschlegelsteinhausenbergerdorff and his family, all leads', q: 'is:pending lang:de', owner: me },
    { name: 'العملاء الجدد', q: 'lang:ar', owner: me },
    { name: 'Mine in Spanish', q: 'is:pending assignee:me lang:es', owner: me, sort: 'oldest' },
    { name: 'November', q: 'from:2026-11-01 to:2026-11-30', owner: '0199f3a0-0000-7000-8000-000000000007', shared: true },
  ].map((view, index) => ({ id: `0199f3a0-0000-7000-8000-00000000010${index}`, sort: 'newest', shared: false, created_at: '2026-11-23T09:14:00Z', updated_at: '2026-11-23T09:14:00Z', ...view })),
  next_cursor: null,
});

test('how views look', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { body: me } = await ask('/api/v1/me');
  const { page, wrong } = await open(browser, '/app/', { device: still });
  await json(page, '/api/v1/views', views(me.id), { method: 'GET' });
  const long = '/app/?q=is%3Apending+lang%3Ade&sort=newest';
  const click = (name) => page.getByRole('button', { name, exact: true }).first().click();
  const states = [
    ['a list that can be saved', '/app/?q=token', () => page.getByRole('button', { name: 'Save this view' })],
    ['saving', '/app/?q=token', () => dialog(page), () => click('Save this view')],
    ['saving without a name', '/app/?q=token', () => page.getByText('Give the view a name.'), async () => { await click('Save this view'); await click('Save'); }],
    ['a saved view', '/app/?q=is%3Apending+assignee%3Ame+lang%3Aes', () => heading(page).getByText('Mine in Spanish')],
    ['a long name', long, () => heading(page).getByText('Wolfe')],
    ['from right to left', '/app/?q=lang%3Aar', () => heading(page).getByText('العملاء')],
    ['managing', long, () => dialog(page), () => manage(page)],
    ['deleting', long, () => page.getByText('Delete this view? No lead'), async () => { await manage(page); await click('Delete the view'); }],
    ['gone', '/app/views/0199f3a0-0000-7000-8000-000000000000', () => heading(page).getByText('This view isn’t there')],
  ];
  for (const [name, at, sees, then] of states) {
    await step(name, async () => {
      await page.setViewportSize(desktop);
      await page.goto(base + at);
      await saved(page).first().waitFor();
      await then?.();
      await sees().waitFor();
      await settled(page);
      for (const viewport of [desktop, phone, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
        await page.setViewportSize(viewport);
        const size = `${viewport.width}x${viewport.height}`;
        assert.deepEqual(await built(page), [], `how it is built, ${size}`);
        assert.ok((await width(page)) <= viewport.width, `${await width(page)} wide, ${size}`);
        assert.deepEqual(await clipped(page), [], `cut or scrolled sideways, ${size}`);
        const slug = `views-${name.replaceAll(' ', '-')}-${size}`;
        if (viewport === desktop || viewport === phone) await inSchemes(page, `${name}, ${size}`, (scheme) => picture(page, `${slug}-${scheme}`));
        else await picture(page, slug);
      }
    });
  }
  await provoked(wrong, /status of 422/);
  await step('by keyboard', async () => {
    await page.setViewportSize(desktop);
    await page.goto(`${base}${long}`);
    await saved(page).first().waitFor();
    const there = await tabThrough(page, 'Tab');
    assert.deepEqual(there.wrong, []);
    assert.ok(there.met.some((what) => what.includes('November')), there.met.join('\n'));
    await manage(page);
    await dialog(page).waitFor();
    const inside = await tabThrough(page, 'Tab', 12);
    assert.deepEqual(inside.wrong, []);
  });
  await step('on a phone the view that is open is in sight', async () => {
    await page.setViewportSize(phone);
    await page.goto(`${base}/app/?q=from%3A2026-11-01+to%3A2026-11-30`);
    await eventually(() => marked(page), ['November']);
    await eventually(() => saved(page).last().evaluate((link) => {
      const { left, right } = link.getBoundingClientRect();
      const nav = link.closest('nav').getBoundingClientRect();
      return (left + right) / 2 > nav.left && (left + right) / 2 < nav.right;
    }), true);
    await picture(page, 'views-phone-current');
    await page.setViewportSize(desktop);
  });
  await step('forced colours', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(`${base}${long}`);
    await saved(page).first().waitFor();
    await picture(page, 'views-forced');
    await page.emulateMedia({ forcedColors: 'none' });
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await page.goto(`${base}${long}`);
    await page.getByRole('button', { name: 'Renombrar, compartir o eliminar esta vista' }).click();
    await dialog(page).getByText('Compartir con todo el despacho').waitFor();
    assert.deepEqual(await built(page, 'es', /Wolfe/), []);
    await inSchemes(page, 'Spanish', (scheme) => picture(page, `views-spanish-${scheme}`));
  });
  assert.deepEqual(wrong, []);
});
