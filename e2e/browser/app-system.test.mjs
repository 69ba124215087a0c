// The system page: what an admin sees of a server that is well, or isn't.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, picture, provoked, step, width } from './browser.mjs';
import { colleague, open, submit, usher } from './app.mjs';
import { ask, eventually, goTo } from './flows.mjs';
import { built, clipped, desktop, inSchemes, json, phone, refused, settled, still, tabThrough } from './looks.mjs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const sentence = (page) => page.locator('[data-level]').first();
const card = (page, name) => page.getByRole('region', { name, exact: true });
const levels = (page) => page.locator('section[data-about]').evaluateAll((all) => all.map(({ dataset }) => `${dataset.about} ${dataset.level}`));

test('what an admin finds', { timeout: 180_000 }, async (t) => {
  const olga = await colleague('Olga');
  await submit({});
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser);
  await step('by its key, and by its link', async () => {
    await page.getByRole('row').first().waitFor();
    await goTo(page, 'h', '/app/system');
    await page.getByRole('heading', { level: 1, name: 'System' }).waitFor();
    assert.equal(await page.title(), 'System · Usher');
    await page.goto(`${base}/app/`);
    await page.getByRole('link', { name: 'System', exact: true }).click();
    await page.waitForURL(`${base}/app/system`);
  });
  await step('no mail server, no backup, another address', async () => {
    await sentence(page).getByText('Usher works, and 3 things need a look.').waitFor();
    assert.deepEqual(await levels(page), ['intake green', 'outbox amber', 'disk green', 'database green', 'backup amber', 'clock green', 'address amber', 'settings green']);
    await card(page, 'Outbox').getByText('Set USHER_SMTP_URL and USHER_MAIL_FROM').waitFor();
    await card(page, 'Backup').getByText('usher backup /backups/usher-').waitFor();
    await card(page, 'Address').getByText('127.0.0.1').waitFor();
    await card(page, 'Database').getByText('SQLite').waitFor();
    await picture(page, 'system-at-first', { fullPage: true });
    await card(page, 'Outbox').getByRole('link', { name: 'Open the outbox' }).click();
    await page.waitForURL(`${base}/app/outbox`);
    await page.goBack();
  });
  await step('the command that it names puts it right', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'usher-backup-'));
    await usher(['backup', path.join(folder, 'firm.tar')]);
    await page.reload();
    await card(page, 'Backup').getByText('The last one is younger than a week.').waitFor();
    await card(page, 'Backup').getByText('1', { exact: true }).waitFor(); // lead
    await sentence(page).getByText('2 things need a look').waitFor();
  });
  await step('it is asked again while it is looked at', async () => {
    await page.clock.install();
    await page.goto(`${base}/app/system`);
    await sentence(page).waitFor();
    const { body } = await ask('/api/v1/system');
    await json(page, '/api/v1/system', { ...body, now: new Date(await page.evaluate(() => Date.now() + 30_000)).toISOString(), outbox: { ...body.outbox, dead: 2 }, checks: body.checks.map((check) => (check.about === 'outbox' ? { ...check, code: 'dead' } : check)) });
    await page.clock.runFor(31_000);
    await card(page, 'Outbox').getByText('2 messages were given up.').waitFor();
    await card(page, 'Outbox').getByRole('link', { name: 'See those that were given up' }).click();
    await page.waitForURL(`${base}/app/outbox?state=dead`);
    await page.unrouteAll();
  });
  await step('an attorney has no link, and is told who can', async () => {
    const attorney = await open(browser, '/app/', { user: olga });
    await attorney.page.getByRole('link', { name: 'Outbox', exact: true }).waitFor();
    assert.equal(await attorney.page.getByRole('link', { name: 'System', exact: true }).count(), 0);
    await attorney.page.goto(`${base}/app/system`);
    await attorney.page.getByText('Only an admin sees how the server stands.').waitFor();
    await provoked(attorney.wrong, /status of 403/);
    assert.deepEqual(attorney.wrong, []);
  });
  assert.deepEqual(wrong, []);
});

// standing is an answer of a server of which all is well but for some checks.
async function standing(checks = {}, more = {}) {
  const { body } = await ask('/api/v1/system');
  const about = ['intake', 'outbox', 'disk', 'database', 'backup', 'clock', 'address', 'settings'];
  const found = about.flatMap((part) => (checks[part] ?? ['green ok']).map((one) => { const [level, code] = one.split(' '); return { about: part, level, code, text: 'The server’s own words.', do: level === 'green' ? null : 'Do something.' }; }));
  return {
    ...body, now: new Date().toISOString(), checks: found,
    outbox: { sending: true, waiting: 4, stuck: 3, dead: 1200 }, disk: { free_bytes: 61e9, total_bytes: 98e9, needed_bytes: 11534336 },
    database: { engine: 'sqlite', bytes: 88_080_384, log_bytes: 4_194_304, schema: 10, newest_at: '2026-11-23T09:14:00Z' },
    backup: { taken_at: '2026-11-23T03:15:00Z', leads: 4210, bytes: 3.1e9, damaged: 1 }, address: { base_url: 'https://intake.firm.example', reached_by: 'intake.firm.example' }, ...more,
  };
}

const everyAmber = {
  outbox: ['amber captured', 'amber stuck', 'amber dead'], disk: ['amber low'], backup: ['amber old', 'amber damaged'], address: ['amber other_host'],
  settings: ['amber base_url_plain', 'amber mail_plain', 'amber trusts_everybody', 'amber data_dir_writable'],
};
const everyRed = { intake: ['red stopped'], disk: ['red full'], clock: ['red behind'] };

test('how it looks', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/', { device: still });
  const answers = async (body) => { await page.unrouteAll(); await json(page, '/api/v1/system', body); };
  const title = /^System · Usher$/;
  const text = (words) => page.getByText(words).first();
  const states = [
    ['well', async () => answers(await standing()), () => text('All is well.')],
    ['one amber', async () => answers(await standing({ backup: ['amber never'] }, { backup: null })), () => text('one thing needs a look')],
    ['every amber', async () => answers(await standing(everyAmber, { address: { base_url: 'https://intake.firm.example', reached_by: `${'a-very-long-name-'.repeat(6)}.example:8080` } })), () => text('11 things need a look')],
    ['red', async () => answers(await standing({ ...everyRed, backup: ['amber never'] })), () => text('3 things don’t work')],
    ['no database', async () => answers({ ...await standing({ outbox: [], database: ['red no_answer'], backup: [], clock: [] }), outbox: null, database: null, backup: null, disk: null }), () => text('One thing doesn’t work')],
    ['a clock that differs', async () => answers(await standing({}, { now: new Date(Date.now() - 3_600_000).toISOString() })), () => text('differ by more than two minutes')],
    ['PostgreSQL', async () => answers(await standing({}, { database: { engine: 'postgres', bytes: 5e12, log_bytes: 0, schema: 10, newest_at: null } })), () => text('PostgreSQL')],
    ['refused', async () => { await page.unrouteAll(); await refused(page, '/api/v1/system', 403); }, () => text('Only an admin sees')],
    ['not to be had', async () => { await page.unrouteAll(); await refused(page, '/api/v1/system', 404); }, () => text('can’t be shown')],
  ];
  for (const [name, given, sees] of states) {
    await step(name, async () => {
      await page.setViewportSize(desktop);
      await given();
      await page.goto(`${base}/app/system`);
      await sees().waitFor();
      await settled(page);
      for (const viewport of [desktop, phone, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
        await page.setViewportSize(viewport);
        const size = `${viewport.width}x${viewport.height}`;
        assert.deepEqual(await built(page, 'en', title), [], `how it is built, ${size}`);
        assert.ok((await width(page)) <= viewport.width, `${await width(page)} wide, ${size}`);
        assert.deepEqual(await clipped(page), [], `cut or scrolled sideways, ${size}`);
        const slug = `system-${name.replaceAll(' ', '-')}-${size}`;
        if (viewport === desktop || viewport === phone) await inSchemes(page, `${name}, ${size}`, (scheme) => picture(page, `${slug}-${scheme}`));
        else await picture(page, slug);
      }
    });
  }
  await provoked(wrong, /status of 40[34]/);
  await step('by keyboard, in forced colours, and all of it', async () => {
    await page.setViewportSize({ width: 1280, height: 1900 });
    await answers(await standing(everyAmber));
    await page.goto(`${base}/app/system`);
    await text('11 things need a look').waitFor();
    await picture(page, 'system-all-amber');
    assert.deepEqual((await tabThrough(page, 'Tab')).wrong, []);
    await page.emulateMedia({ forcedColors: 'active' });
    await picture(page, 'system-forced');
    await page.emulateMedia({ forcedColors: 'none' });
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await page.goto(`${base}/app/system`);
    await text('11 cosas piden atención').waitFor();
    assert.deepEqual(await built(page, 'es', /^Sistema · Usher$/), []);
    await eventually(() => page.getByText('The server’s own words').count(), 0);
    await inSchemes(page, 'Spanish', (scheme) => picture(page, `system-spanish-${scheme}`));
  });
  assert.deepEqual(wrong, []);
});
