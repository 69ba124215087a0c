// What a URL says is what it shows, today, tomorrow and to a colleague. The firm of
// the demo has 300 leads.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { admin, base, openBrowser, picture, step } from './browser.mjs';
import { open, rowOf, submit } from './app.mjs';
import { ask, current, eventually, everyLead, focused, namesIn } from './flows.mjs';

const hours = (count) => new Date(Date.now() - count * 3_600_000).toISOString();
// quiet is an age in hours, of so many or more, that no lead comes to while this runs.
const quiet = (leads, from) => Array.from({ length: 48 }, (_, more) => from + more).find((age) =>
  leads.every(({ created_at: at }) => Math.abs(Date.parse(at) - Date.parse(hours(age)) - 300_000) > 300_000));
const nameOf = ({ first_name: first, last_name: last }) => [first, last].filter(Boolean).join(' ');
const queryOf = (text, more = {}) => `?${new URLSearchParams({ q: text, ...more })}`;

// seen is what a list looks like: the rows in the window and all that stands above them.
const seen = (page) => page.evaluate(() => {
  const grid = document.querySelector('[role=grid]')?.getBoundingClientRect();
  const rows = [...document.querySelectorAll('[role=row]')].filter((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return top >= grid.top - 1 && bottom <= grid.bottom + 1;
  });
  return {
    url: location.pathname + location.search,
    heading: document.querySelector('h1')?.textContent,
    text: document.querySelector('input[type=search]')?.value,
    tokens: [...document.querySelectorAll('a[aria-label^=Remove]')].map((link) => link.textContent),
    order: [...document.querySelectorAll('a')].map((link) => link.textContent).filter((text) => text.endsWith(' first')),
    view: document.querySelector('nav [aria-current=page]')?.firstChild.nextSibling.textContent,
    rows: rows.map((row) => `${row.dataset.lead} ${row.querySelector('bdi').textContent}`),
    current: document.querySelector('[role=row][aria-current]')?.dataset.lead,
    pane: document.querySelector('#lead-heading')?.textContent,
  };
});

test('every state of a list is its URL', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const { items: staff } = (await ask('/api/v1/staff')).body;
  const marisol = staff.find(({ name }) => name === 'Marisol Vega-Peña');
  const me = staff.find(({ email }) => email === admin.email);
  const [first, second, third] = await everyLead({ state: 'PENDING' });
  const age = quiet(await everyLead({}), 48);
  for (const lead of [first, second, third]) {
    const { status } = await ask(`/api/v1/leads/${lead.id}/assignee`, { method: 'PUT', body: { assignee: me.id } });
    assert.equal(status, 200);
  }
  const lists = [
    ['', 'Needs contact', { state: 'PENDING', sort: 'oldest' }],
    [queryOf('is:pending assignee:me'), 'Mine', { state: 'PENDING', assignee: 'me', sort: 'oldest' }],
    [queryOf(''), 'All', {}],
    [queryOf('is:reached_out'), 'Reached out', { state: 'REACHED_OUT' }],
    ['?sort=newest', 'Needs contact', { state: 'PENDING' }],
    [queryOf('', { sort: 'oldest' }), 'All', { sort: 'oldest' }],
    [queryOf('is:reached_out assignee:"Marisol Vega-Peña"'), 'Search results', { state: 'REACHED_OUT', assignee: marisol.id }],
    [queryOf(`assignee:none older:${age}h`), 'Search results', { assignee: 'none', to: hours(age) }],
    [queryOf(`is:all ${third.email}`), 'Search results', { q: third.email }],
  ];
  for (const [query, heading, parameters] of lists) {
    await step(`/app/${query}`, async () => {
      const want = await everyLead(parameters);
      assert.notEqual(want.length, 0, 'there is something to see');
      await page.goto(`${base}/app/${query}`);
      await page.getByRole('heading', { level: 1 }).getByText(`${want.length} lead${want.length === 1 ? '' : 's'}`, { exact: true }).waitFor();
      await eventually(async () => (await namesIn(page)).slice(0, 10), want.slice(0, 10).map(nameOf));
      for (let moves = Math.min(3, want.length - 1); moves > 0; moves--) await page.keyboard.press('j');
      const eye = want[Math.min(3, want.length - 1)];
      await page.waitForURL((url) => url.searchParams.get('lead') === eye.id);
      const before = await seen(page);
      assert.equal(before.heading, `${heading}${want.length} lead${want.length === 1 ? '' : 's'}`);
      assert.equal(before.current, eye.id);
      assert.equal(before.pane, nameOf(eye));
      assert.equal(before.text, new URLSearchParams(query).get('q') ?? 'is:pending');

      await page.reload();
      await eventually(() => seen(page), before, 'after loading it again');
      const other = await page.context().newPage();
      await other.setViewportSize(page.viewportSize());
      await other.goto(base + before.url);
      await eventually(() => seen(other), before, 'in another tab');
      await other.close();
      await eventually(() => focused(page).then(Boolean), true);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'To the list' }).waitFor();
      await page.goBack();
      await eventually(() => seen(page), before, 'after Back from the lead');
      await page.goForward();
      await page.getByRole('link', { name: 'To the list' }).click();
      await eventually(() => seen(page), before, 'by the link to the list');
    });
  }
  await step('Back and Forward go through the lists that one has seen', async () => {
    const views = page.getByRole('navigation', { name: 'Views' });
    const been = [];
    for (const name of ['Needs contact', 'All', 'Reached out', 'Mine']) {
      await views.getByRole('link', { name, exact: name === 'All' }).click();
      await page.getByRole('heading', { level: 1, name: new RegExp(`^${name}.*\\d leads?$`) }).waitFor();
      await page.waitForURL((url) => url.searchParams.has('lead'));
      been.push(await seen(page));
    }
    for (const want of been.slice(0, 3).reverse()) {
      await page.goBack();
      await eventually(() => seen(page), want, 'Back');
    }
    for (const want of been.slice(1)) {
      await page.goForward();
      await eventually(() => seen(page), want, 'Forward');
    }
  });
  await step('deep in a long list', async () => {
    const every = await everyLead({});
    const names = every.map(nameOf);
    await page.goto(`${base}/app/?q=`);
    await page.getByRole('row').first().waitFor();
    const index = 247;
    const row = page.locator(`[data-lead="${every[index].id}"]`);
    await page.getByRole('grid').hover();
    while (!(await row.isVisible())) {
      const last = () => page.locator('[role=row]').evaluateAll((rows) => rows.at(-1).dataset.lead);
      const before = await last();
      await page.mouse.wheel(0, 1000);
      await eventually(async () => (await last()) !== before, true);
    }
    await row.click();
    await page.waitForURL((url) => url.searchParams.get('lead') === every[index].id);
    const around = async (tab) => {
      await eventually(() => current(tab), names[index]);
      // The rows about it are those of the list, without a gap.
      await eventually(async () => {
        const all = await tab.locator('[role=row]').evaluateAll((rows) => rows.map((element) => element.dataset.lead));
        const at = all.indexOf(every[index].id);
        return [all.slice(at - 3, at), all.slice(at + 1, at + 4)];
      }, [every.slice(index - 3, index).map(({ id }) => id), every.slice(index + 1, index + 4).map(({ id }) => id)]);
      await eventually(async () => (await seen(tab)).rows.some((line) => line.startsWith(every[index].id)), true, 'it is in sight');
    };
    await around(page);
    await page.reload();
    await around(page);
    await picture(page, 'urls-deep');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await around(other);
    await other.close();
    await eventually(() => focused(page).then(Boolean), true);
    await page.keyboard.press('o');
    await page.getByRole('heading', { level: 1, name: names[index] }).waitFor();
    await page.goBack();
    await around(page);
    await eventually(() => focused(page), names[index]);
    for (let above = 1; above <= 15; above++) await page.keyboard.press('k');
    await eventually(() => focused(page), names[index - 15]);
    await page.waitForURL((url) => url.searchParams.get('lead') === every[index - 15].id);
    for (let below = 1; below <= 67; below++) await page.keyboard.press('j');
    await eventually(() => focused(page), names[299]);
    await page.waitForURL((url) => url.searchParams.get('lead') === every[299].id);
  });
  assert.deepEqual(wrong, []);
});

test('searching says what it did', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  const field = page.getByLabel('Search leads');
  const search = async (text) => {
    await page.keyboard.press('/');
    await field.fill(text);
    await field.press('Enter');
    await page.waitForURL((url) => (url.searchParams.get('q') ?? 'is:pending') === text);
  };
  const rows = (parameters) => everyLead(parameters).then((leads) => leads.slice(0, 10).map(nameOf));
  await page.getByRole('row').first().waitFor();
  const age = quiet(await everyLead({}), 2);
  const [, , pending] = await everyLead({ state: 'PENDING', to: hours(age) });
  const { id } = (await ask('/api/v1/staff')).body.items.find(({ name }) => name === 'Tomasz Wójcik');
  await ask(`/api/v1/leads/${pending.id}/assignee`, { method: 'PUT', body: { assignee: id } });
  const word = pending.email.split(/[^a-z0-9]/u)[0];

  await step('tokens and words together, each with a link that removes it', async () => {
    await search(`is:pending assignee:wojcik older:${age}h ${word}`);
    await eventually(() => namesIn(page), await rows({ state: 'PENDING', assignee: id, to: hours(age), q: word, sort: 'oldest' }));
    await rowOf(page, nameOf(pending)).first().waitFor();
    await picture(page, 'urls-tokens');
    await page.getByRole('link', { name: `Remove ${word}` }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === `is:pending assignee:wojcik older:${age}h`);
    await eventually(() => field.inputValue(), `is:pending assignee:wojcik older:${age}h`);
    await eventually(() => namesIn(page), await rows({ state: 'PENDING', assignee: id, to: hours(age), sort: 'oldest' }));
    await page.getByRole('link', { name: 'Remove assignee:wojcik' }).click();
    await page.getByRole('link', { name: 'Remove assignee:wojcik' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Remove is:pending' }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === `older:${age}h`);
    // Where not all wait, the newest are first, unless one has said otherwise; removing keeps the order.
    await eventually(async () => (await namesIn(page)).slice(0, 10), await rows({ to: hours(age), sort: 'oldest' }));
    await page.getByRole('link', { name: 'Oldest first' }).click();
    await eventually(async () => (await namesIn(page)).slice(0, 10), await rows({ to: hours(age) }));
  });
  await step('a name that nobody has, or more than one', async () => {
    await search('is:pending assignee:zoe');
    await page.getByText('No one colleague is called zoe. Use more of the name, or the e-mail address.').waitFor();
    assert.deepEqual(await namesIn(page), []);
    await picture(page, 'urls-unknown');
  });
  await step('a token that says nothing we know is marked', async () => {
    await search('is:green older:soon');
    for (const token of ['is:green', 'older:soon']) {
      assert.match(await page.getByRole('link', { name: `Remove ${token}` }).getAttribute('class'), /text-error/);
    }
    await page.getByRole('row').first().waitFor();
  });
  await step('no match offers all leads', async () => {
    const [reached] = await everyLead({ state: 'REACHED_OUT' });
    await search(`is:pending assignee:none ${reached.reference}`);
    await page.getByText('No lead matches all of this.').waitFor();
    await page.getByRole('heading', { name: 'Search results' }).getByText('0 leads').waitFor();
    await picture(page, 'urls-nomatch');
    await page.getByRole('link', { name: 'Search all leads' }).click();
    await eventually(() => namesIn(page), [nameOf(reached)]);
    assert.equal(await field.inputValue(), reached.reference);
  });
  await step('the file of a list holds the list, and no formula', async () => {
    await submit({ first: '=HYPERLINK("http://evil.example")', last: 'Ortiz "Q", Peña\t', email: 'formula@example.com' });
    for (const [query, parameters] of [['?q=', {}], [queryOf('is:pending older:0m', { sort: 'newest' }), { state: 'PENDING' }]]) {
      await page.goto(`${base}/app/${query}`);
      await page.getByRole('row').first().waitFor();
      const saved = page.waitForEvent('download');
      await page.getByRole('link', { name: 'CSV' }).click();
      const download = await saved;
      assert.match(download.suggestedFilename(), /^leads-\d{4}-\d\d-\d\d\.csv$/);
      const [columns, ...lines] = parseCSV(await readFile(await download.path(), 'utf8'));
      const want = await everyLead(parameters);
      assert.deepEqual(lines.map((line) => line[columns.indexOf('id')]), want.map((lead) => lead.id));
      const cell = (line, column) => line[columns.indexOf(column)];
      const formula = lines.find((line) => cell(line, 'email') === 'formula@example.com');
      assert.equal(cell(formula, 'first_name'), '\'=HYPERLINK("http://evil.example")');
      assert.equal(cell(formula, 'last_name'), 'Ortiz "Q", Peña');
      assert.equal(cell(formula, 'state'), 'PENDING');
    }
  });
  assert.deepEqual(wrong, []);
});

// parseCSV reads RFC 4180.
function parseCSV(text) {
  const lines = [[]];
  for (const [, quoted, plain, end] of text.replace(/^\ufeff/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (/\n/.test(end)) lines.push([]);
    if (end === '') break;
  }
  return lines.filter((line) => line.length > 1);
}
