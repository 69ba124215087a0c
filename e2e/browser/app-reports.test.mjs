// The reports, over the leads of a demo: periods that are URLs, findings in words, pictures
// that follow the colours, tables, files; for everybody, in every state.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { colleague, open } from './app.mjs';
import { base, openBrowser, picture, provoked, step, width } from './browser.mjs';
import { ask, eventually, goTo } from './flows.mjs';
import { whole } from './appreports.mjs';
import { built, clipped, desktop, inSchemes, json, phone, refused, settled, still, tabThrough } from './looks.mjs';

const section = (page, name) => page.getByRole('region', { name, exact: true }).first();
const current = (page) => page.getByRole('navigation', { name: 'Period' }).locator('[aria-current=page]').allInnerTexts();
const drawn = (page) => page.locator('[role=img] canvas').count();
const inked = (page, index = 0) => page.locator('[role=img] canvas').nth(index).evaluate((canvas) => {
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 255) colours.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`);
  return [...colours];
});
// accent is the colour of the bars' edges as the page has it now. Which of two colours mixed
// at an edge come out alike in both schemes depends on the leads, so that only pure ones tell.
const accent = (page) => page.evaluate(() => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--color-accent)';
  const [colour] = getComputedStyle(probe).color.match(/(\d+, ){2}\d+/);
  probe.remove();
  return colour.replaceAll(' ', '');
});

test('reports', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong, requests } = await open(browser, '/app/', { device: still });
  const report = (await ask('/api/v1/reports')).body;

  await step('a key and a link lead there', async () => {
    await page.goto(`${base}/app/outbox`); // where r by itself means nothing
    await page.getByRole('heading', { name: 'Outbox' }).waitFor();
    await goTo(page, 'r', '/app/reports');
    await page.getByRole('heading', { name: 'Reports' }).waitFor();
    assert.equal(await page.title(), 'Reports · Usher');
    await page.goBack();
    await page.getByRole('heading', { name: 'Outbox' }).waitFor();
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.waitForURL('**/app/reports');
  });
  await step('what it says is what the server knows', async () => {
    await section(page, 'Leads per day').waitFor();
    assert.deepEqual(await current(page), ['30 days']);
    const said = await section(page, 'Leads per day').innerText();
    assert.match(said, new RegExp(`${report.totals.received} leads came in`));
    assert.match(await section(page, 'Time to first contact').innerText(), /Half of the leads were contacted within \d/);
    assert.match(await section(page, 'Contacted within the target').innerText(), /\d+% were contacted within 24 hours\./);
    assert.match(await section(page, 'Who waits now').innerText(), new RegExp(`${report.backlog.pending} leads wait`));
    assert.match(await section(page, 'From form to lead').innerText(), new RegExp(`Of ${report.funnel.views} times`));
    await eventually(() => drawn(page), 3);
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollHeight <= innerHeight), true, 'something reaches below the window');
    for (const name of ['Leads per day', 'Time to first contact', 'Contacted within the target']) {
      await page.getByRole('img', { name: new RegExp(`^${name}\\.`) }).waitFor();
    }
    for (const index of [0, 1, 2]) await eventually(async () => (await inked(page, index)).length > 5, true, `picture ${index} is empty`);
    await whole(page, 'reports');
  });
  await step('the oldest is a link', async () => {
    await page.getByRole('link', { name: 'Open the oldest' }).click();
    await page.waitForURL(`**/app/leads/${report.backlog.oldest_id}`);
    await page.goBack();
    await section(page, 'Who waits now').waitFor();
  });
  await step('each picture is a table', async () => {
    const arrivals = section(page, 'Leads per day');
    assert.equal(await arrivals.getByRole('table').count(), 0);
    await arrivals.getByText('Table').click();
    await arrivals.getByRole('table').waitFor();
    assert.deepEqual(await arrivals.getByRole('columnheader').allInnerTexts(), ['Day', 'Received', 'Contacted since']);
    assert.equal(await arrivals.getByRole('row').count(), 31);
    const received = (await arrivals.locator('tbody tr td:nth-of-type(1)').allInnerTexts()).map(Number);
    assert.deepEqual(received, report.days.map((day) => day.received));
    await picture(page, 'reports-table');
    await arrivals.getByText('Table').click();
    assert.equal(await arrivals.getByRole('table').count(), 0);
    const all = page.getByText('Table', { exact: false }).locator('visible=true');
    for (const summary of await page.locator('summary').all()) await summary.click();
    assert.equal(await page.getByRole('table').count(), await page.locator('summary').count());
    assert.ok((await all.count()) >= 7);
    for (const summary of await page.locator('summary').all()) await summary.click();
  });
  await step('each is a file', async () => {
    for (const [name, file, first] of [
      ['Leads per day', 'days', 'date,received,contacted,median_seconds,p90_seconds,within,late,waiting,overdue,share_within'],
      ['Who waits now', 'backlog', 'from_seconds,to_seconds,leads'],
      ['From form to lead', 'funnel', 'date,language,step,field,code,count'],
      ['Languages', 'languages', 'language,received'],
    ]) {
      const coming = page.waitForEvent('download');
      await section(page, name).getByRole('link', { name: /CSV/ }).click();
      const download = await coming;
      assert.equal(download.suggestedFilename(), `report-${file}-${report.from}-${report.to}.csv`);
      const text = await readFile(await download.path(), 'utf8');
      const lines = text.split('\r\n');
      assert.equal(lines[0], `\ufeff${first}`);
      assert.ok(lines.length > 3, text);
      if (file === 'days') assert.equal(lines[1].split(',')[1], String(report.days[0].received));
    }
  });
  await step('a period is a URL', async () => {
    for (const [name, days] of [['7 days', 7], ['90 days', 90], ['12 months', 365]]) {
      await page.getByRole('link', { name, exact: true }).click();
      await eventually(() => current(page), [name]); // the one before has such an address too
      await page.waitForURL(/from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$/);
      const { from, to } = Object.fromEntries(new URL(page.url()).searchParams);
      const asked = (await ask(`/api/v1/reports?from=${from}&to=${to}`)).body;
      assert.ok(Math.abs(asked.days.length - days) <= 1, `${name}: ${asked.days.length} days`);
      const title = days > 92 ? 'Leads per week' : 'Leads per day';
      await section(page, title).waitFor();
      await eventually(async () => (await section(page, title).innerText()).match(/[\d,]+ leads? came/)?.[0].replace(',', ''), `${asked.totals.received} leads came`);
      assert.deepEqual(await current(page), [name]);
      if (days > 92) {
        await section(page, title).getByText('Table').click();
        assert.equal(await section(page, title).getByRole('row').count(), asked.weeks.length + 1);
        await section(page, title).getByText('Table').click();
      }
      if (days > 7) await whole(page, `reports-${days}`);
      await page.reload();
      await eventually(() => current(page), [name]);
    }
    const days = () => Promise.all(['From', 'To'].map((name) => page.getByLabel(name, { exact: true }).inputValue()));
    const shown = await days();
    await page.goBack();
    await eventually(() => current(page), ['90 days']);
    await eventually(async () => (await days())[0] > shown[0], true, 'the fields follow');
  });
  await step('any days can be chosen', async () => {
    await page.getByLabel('From', { exact: true }).fill(report.days[3].date);
    await page.getByLabel('To', { exact: true }).fill(report.days[4].date);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(`**/app/reports?from=${report.days[3].date}&to=${report.days[4].date}`);
    await eventually(() => page.evaluate(() => document.activeElement.textContent), 'Show');
    await section(page, 'Leads per day').getByText('Table').click();
    await eventually(() => section(page, 'Leads per day').getByRole('row').count(), 3);
    assert.deepEqual(await current(page), []);
    await page.getByLabel('From', { exact: true }).fill(report.days[9].date);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('alert').getByText('The first day comes after the last one.').waitFor();
    await provoked(wrong, /status of 422/);
  });
  await step('the pictures follow the colours and the window', async () => {
    await page.goto(`${base}/app/reports`);
    await section(page, 'Leads per day').waitFor();
    const light = await accent(page);
    await eventually(async () => (await inked(page)).includes(light), true);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await accent(page);
    assert.notEqual(dark, light);
    await eventually(async () => {
      const colours = await inked(page);
      return [dark, light].map((colour) => colours.includes(colour));
    }, [true, false]);
    await whole(page, 'reports-dark');
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    await eventually(async () => (await inked(page)).length > 5, true);
    await whole(page, 'reports-forced');
    await page.emulateMedia({ forcedColors: 'none' });
    // Between two sizes a picture is drawn anew, and the old one hangs nowhere.
    const box = () => page.locator('[role=img] .uplot').first().evaluate((plot) => Math.abs(plot.getBoundingClientRect().width - plot.parentElement?.clientWidth) < 1);
    for (const size of [{ width: 700, height: 800 }, { width: 400, height: 800 }, desktop]) {
      await page.setViewportSize(size);
      await eventually(box, true);
    }
  });
  await step('the day under the pointer is told', async () => {
    const plot = page.getByRole('img', { name: /^Leads per day/ });
    await plot.hover();
    await section(page, 'Leads per day').getByText(/: Received \d+, contacted since \d+/).waitFor();
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await page.reload();
    await page.getByRole('heading', { name: 'Informes' }).waitFor();
    await section(page, 'Contactos por día').waitFor();
    await whole(page, 'reports-es');
    await page.evaluate(() => localStorage.removeItem('usher.preferences'));
  });
  await provoked(wrong, /willReadFrequently/); // by looking at the pictures' colours
  assert.deepEqual(wrong, []);
  assert.equal(requests.some((request) => request.includes('/api/v1/reports')), true);
});

test('reports for everybody', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/reports', { device: still });
  const ready = () => section(page, 'Leads per day').waitFor();
  const look = async (name) => {
    await settled(page);
    for (const viewport of [desktop, phone]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await built(page), [], `${name}, ${viewport.width} wide`);
      await inSchemes(page, `${name}, ${viewport.width} wide`, (scheme) => whole(page, `reports-${name}-${viewport.width}-${scheme}`));
    }
    await page.setViewportSize(desktop);
  };
  await step('with data', async () => {
    await ready();
    await look('data');
  });
  await step('with tables', async () => {
    for (const summary of await page.locator('summary').all()) await summary.click();
    await look('tables');
  });
  await step('with a keyboard alone', async () => {
    await page.goto(`${base}/app/reports`);
    await ready();
    await eventually(() => drawn(page), 3);
    const { met, wrong: unseen } = await tabThrough(page, 'Tab');
    assert.deepEqual(unseen, [], JSON.stringify(met));
    for (const name of ['7 days', 'Show', 'Table: Leads per day', 'CSV: Leads per day']) assert.ok(met.some((one) => one.includes(name)), `${name} in ${met}`);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.querySelector('table') !== null), true);
  });
  await step('320 pixels wide', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await ready();
    await eventually(() => clipped(page), []);
    assert.ok((await width(page)) <= 320, `${await width(page)} wide`);
    await picture(page, 'reports-320');
    await page.setViewportSize(desktop);
  });
  await step('without a target', async () => {
    const { body } = await ask('/api/v1/reports');
    const days = body.days.map((day) => ({ ...day, within: 0, late: 0, overdue: 0, share_within: null }));
    const answer = { ...body, days, contact_within_hours: 0, totals: { ...body.totals, within: 0, late: 0, overdue: 0, share_within: null } };
    await json(page, '/api/v1/reports', answer);
    await page.goto(`${base}/app/reports`);
    await page.getByRole('link', { name: 'Set a target in Settings' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Set a target in Settings' }).getAttribute('href'), '/app/settings/firm');
    await look('no-target');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
  await step('refused', async () => {
    await refused(page, '/api/v1/reports', 403);
    await page.goto(`${base}/app/reports`);
    await page.getByRole('alert').getByText('The report can’t be shown.').waitFor();
    await look('refused');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready();
    await provoked(wrong, /status of 403/);
  });
  await step('loading', async () => {
    let go = () => {};
    await page.route('**/api/v1/reports', (route) => { go = () => route.continue(); });
    await page.goto(`${base}/app/reports`);
    await page.getByRole('heading', { name: 'Reports' }).waitFor(); // before that it is the app that loads
    await page.getByRole('status').getByText('Loading').waitFor();
    await look('loading');
    go();
    await ready();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
  assert.deepEqual(wrong, []);
});

test('who may not set a target is told who can', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/', { user: await colleague('Nina') });
  const { body } = await ask('/api/v1/reports');
  await json(page, '/api/v1/reports', { ...body, contact_within_hours: 0, totals: { ...body.totals, share_within: null } });
  await page.goto(`${base}/app/reports`);
  await page.getByText('An admin can set one.').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Set a target in Settings' }).count(), 0);
  assert.deepEqual(wrong, []);
});
