// Whether the staff app still works where there is little room, or where somebody
// sees, moves or touches it in a way of their own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers } from './appanswers.mjs';
import { open, rowOf, submit, submitMany } from './app.mjs';
import { base, openBrowser, picture, step, violations, width } from './browser.mjs';
import { eventually } from './flows.mjs';
import { clipped, focused, json, phone, settled, space, tabThrough } from './looks.mjs';

const endless = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200);
const about = (page) => page.locator('main');

async function fits(page, name, { width: wide, height }) {
  await settled(page);
  assert.ok((await width(page)) <= wide, `${name} is ${await width(page)} wide`);
  assert.deepEqual(await clipped(page), [], `${name}, cut or scrolled sideways`);
  await picture(page, `fits-${name.replace(/[^a-z0-9]+/gi, '-')}-${wide}x${height}`);
}

// places are the pages and states that have to fit, with what is seen there.
const places = (id) => [
  ['welcome', '/app/welcome', (page) => page.getByRole('button', { name: 'Send yourself' })],
  ['inbox', '/app/', (page) => page.getByRole('row').first()],
  ['inbox with a selection', '/app/', (page) => page.getByRole('row').first(), async (page) => { await page.getByRole('checkbox').first().check(); await page.getByRole('button', { name: 'Clear' }).waitFor(); }],
  ['assign', '/app/', (page) => page.getByRole('row').first(), async (page) => { for (const key of ['j', 'x', 'a']) await page.keyboard.press(key); await page.getByRole('dialog').waitFor(); }],
  ['toast', '/app/?sort=newest', (page) => page.getByRole('row').first(), async (page) => { await page.locator(`[data-lead="${id}"]`).getByRole('checkbox').check(); await page.getByRole('button', { name: 'Reached out', exact: true }).first().click(); await page.getByRole('button', { name: 'Undo' }).click(); await page.getByText('is pending again').waitFor(); }],
  ['help', '/app/', (page) => page.getByRole('row').first(), async (page) => { await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); }],
  ['no match', '/app/?q=is:pending+assignee:none+zzzz', (page) => page.getByText('No lead matches')],
  ['lead', `/app/leads/${id}`, (page) => page.getByText('Civil engineer')],
  ['delete', `/app/leads/${id}`, (page) => page.getByText('Civil engineer'), async (page) => { await page.getByRole('button', { name: 'Delete for good' }).click(); await page.getByRole('dialog').waitFor(); }],
  ['outbox', '/app/outbox', (page) => page.getByText('were given up')],
  ['you', '/app/you', (page) => page.getByText('Change the password')],
];

const provoked = (wrong) => wrong.filter((line) => !/the server responded with a status of 40[14]/.test(line));

test('320 pixels, 400 per cent, and more room between letters', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { id } = await submit({ first: endless, last: endless, email: `${'long'.repeat(15)}@${'example'.repeat(8)}.example.com`, filename: `${'resume-'.repeat(20)}.txt` });
  await submitMany(5);
  const { page, wrong } = await open(browser, '/app/');
  await json(page, /^\/api\/v1\/messages(\?|$)/, answers.messages);
  await json(page, '/api/v1/messages/summary', { ...answers.dead, sending: false });
  const visit = async (look) => {
    for (const [name, at, sees, then] of places(id)) {
      await step(name, async () => {
        await page.goto(base + at);
        await sees(page).waitFor();
        await then?.(page);
        await look(name);
      });
    }
  };
  for (const viewport of [{ width: 320, height: 640 }, { width: 320, height: 256 }]) {
    await page.setViewportSize(viewport);
    await json(page, '/api/v1/messages/summary', answers.dead);
    await visit((name) => fits(page, name, viewport));
    await step('the list and the lead have room', async () => {
      await page.goto(`${base}/app/`);
      await page.getByRole('row').first().waitFor();
      assert.ok((await page.getByRole('grid').boundingBox()).height >= 112, 'two rows at least');
      await page.goto(`${base}/app/leads/${id}`);
      await page.getByText('Civil engineer').scrollIntoViewIfNeeded();
      await page.getByLabel('Note').focus();
      assert.equal((await focused(page)).covered, undefined, 'the note can be seen while it is written');
      await picture(page, `fits-note-${viewport.width}x${viewport.height}`);
    });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await visit(async (name) => {
    await space(page);
    await fits(page, `spaced ${name}`, { width: 1280, height: 800 });
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('a, button, p, h1, h2, dd, dt, li, [role=gridcell] *, label')]
        .filter((element) => element.checkVisibility() && !element.matches('.sr-only, .truncate') && element.scrollHeight > element.clientHeight + 2 && getComputedStyle(element).overflowY === 'hidden')
        .map((element) => element.outerHTML.slice(0, 120)));
    assert.deepEqual(cut, [], 'cut off below');
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('[role=row]')].filter((row) => row.scrollHeight > row.clientHeight + 1).map((row) => row.textContent.slice(0, 60)));
    assert.deepEqual(outside, [], 'more than a row holds');
  });
  assert.deepEqual(provoked(wrong), []);
});

test('the focus is always to be seen', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { id } = await submit({ resume: 'One line.\n'.repeat(300) });
  const { page, wrong } = await open(browser);
  for (const viewport of [{ width: 1280, height: 800 }, { width: 1280, height: 500 }, phone, { width: 320, height: 256 }]) {
    await page.setViewportSize(viewport);
    for (const [name, at] of [['inbox', '/app/?q='], ['lead', `/app/leads/${id}`], ['outbox', '/app/outbox']]) {
      for (const key of ['Tab', 'Shift+Tab']) {
        await step(`${name} by ${key}, ${viewport.width}×${viewport.height}`, async () => {
          await page.goto(base + at);
          await (name === 'inbox' ? page.getByRole('row').first() : page.getByRole('heading', { level: 1 })).waitFor();
          if (name === 'lead' || viewport.width === 1280) await page.getByText(name === 'outbox' ? 'To the prospect' : 'The lead came in.').first().waitFor();
          // A resume that came later would push away what is looked at.
          if (name === 'lead' || (name === 'inbox' && viewport.width === 1280)) await page.getByText('One line.').first().waitFor();
          await page.locator('header').getByText(/^\d+$/).nth(1).waitFor(); // counts make links wider
          const { met, wrong: unseen } = await tabThrough(page, key, 40);
          assert.ok(met.length > 8, `met only ${met}`);
          assert.deepEqual(unseen, [], met.join('\n'));
        });
      }
    }
  }
  assert.deepEqual(provoked(wrong), []);
});

test('forced colours and no motion', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { id } = await submit();
  const { page, wrong } = await open(browser);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await json(page, /^\/api\/v1\/messages(\?|$)/, answers.messages);
  await json(page, '/api/v1/messages/summary', answers.dead);
  for (const [name, at, sees, then] of places(id)) {
    await step(name, async () => {
      await page.goto(base + at);
      await sees(page).waitFor();
      await then?.(page);
      await settled(page);
      await picture(page, `forced-${name.replaceAll(' ', '-')}`);
      // Browsers take backgrounds away, so what is current has a border of its own.
      const marked = await page.evaluate(() =>
        [...document.querySelectorAll('[aria-current]:not([aria-current=false])')].filter((element) => element.checkVisibility())
          .map((element) => ['Top', 'Left', 'Bottom'].map((side) => Number.parseFloat(getComputedStyle(element)[`border${side}Width`])).some((size) => size >= 2)));
      assert.ok(marked.every(Boolean), 'what is current can be told');
      assert.deepEqual(await violations(page), []);
    });
  }
  await step('nothing moves', async () => {
    let go;
    await page.route(/\/api\/v1\/leads\?/, (route) => { go = () => route.fallback(); });
    await page.goto(`${base}/app/?q=nothing`);
    await page.getByRole('status', { name: 'Loading' }).waitFor();
    const long = await page.evaluate(() => document.getAnimations().filter((animation) => animation.effect.getTiming().duration > 10).length);
    assert.equal(long, 0);
    await picture(page, 'forced-loading');
    await eventually(() => typeof go, 'function'); // a page says that it loads before it asks
    await go();
  });
  assert.deepEqual(provoked(wrong), []);
});

test('triage on a phone, by touch', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const leads = await submitMany(3, (index) => ({ first: `Touch ${index}`, email: `touch${index}@example.com` }));
  const { page, wrong } = await open(browser, '/app/?q=touch&sort=oldest', { viewport: phone, device: { hasTouch: true, isMobile: true } });
  const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
  const bar = (name) => page.getByRole('button', { name, exact: true }).filter({ visible: true });
  const large = async () => {
    const wrong = await page.evaluate(() => [
      ...[...document.querySelectorAll('input:not([type=checkbox], [type=radio]), textarea')].filter((field) => field.checkVisibility() && Number.parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => `text of ${field.outerHTML.slice(0, 80)}`),
      ...[...document.querySelectorAll('.button, .icon-button')].filter((button) => button.checkVisibility() && button.getBoundingClientRect().height < 43.5 && button.getBoundingClientRect().height > 1).map((button) => `height of ${button.outerHTML.slice(0, 80)}`),
    ]);
    assert.deepEqual(wrong, []);
  };
  await step('the list', async () => {
    await large();
    await rowOf(page, 'Touch 0').tap();
    await heading('Touch 0');
    await large();
    await picture(page, 'phone-lead');
  });
  await step('reached out goes on to the next', async () => {
    await bar('Reached out').tap();
    await heading('Touch 1');
    await page.getByText('How?').waitFor();
    await picture(page, 'phone-toast');
    for (const name of ['Reached out', 'Assign', 'Next']) {
      const { x, y, width: wide, height } = await bar(name).boundingBox();
      const free = await page.evaluate(([left, top]) => Boolean(document.elementFromPoint(left, top)?.closest('button')), [x + wide / 2, y + height / 2]);
      assert.ok(free, `the toast covers ${name}`);
    }
    const answered = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.getByRole('button', { name: 'Phone', exact: true }).tap();
    const lead = await (await answered).json();
    assert.deepEqual([lead.id, lead.state, lead.channel], [leads[0].id, 'REACHED_OUT', 'phone']);
  });
  await step('assign', async () => {
    await bar('Assign').tap();
    await page.getByRole('dialog').waitFor();
    await large();
    await picture(page, 'phone-assign');
    await page.getByRole('dialog').getByRole('button', { name: 'Me' }).tap();
    await page.getByText('is assigned to you').waitFor();
  });
  await step('next, up to the last', async () => {
    await bar('Next').tap();
    await heading('Touch 2');
    assert.ok(await bar('Next').isDisabled());
    await page.getByRole('link', { name: 'To the list' }).tap();
    await rowOf(page, 'Touch 2').waitFor();
  });
  await step('the other places are behind one button', async () => {
    await page.getByRole('button', { name: 'More' }).tap();
    await page.getByRole('navigation', { name: 'More' }).waitFor();
    await large();
    assert.deepEqual(await violations(page), []);
    await picture(page, 'fits-menu');
    await page.getByRole('link', { name: 'admin@firm.example' }).tap();
    await page.getByRole('navigation', { name: 'More' }).waitFor({ state: 'hidden' });
    await page.getByText('Change the password').waitFor();
    await large();
  });
  assert.deepEqual(provoked(wrong), []);
});

// names are what people are called (ux.md's list): first, last, and whether it is the only one.
const names = [
  ['X', 'Y'],
  ['Madonna', '', true],
  ['O', '', true],
  [endless, endless],
  ['محمد', 'بن عبد الله'],
  ['משה', 'כהן'],
  ['Zoe\u0308', 'Nguye\u0302\u0303n'],
  ['D’Arcy', "O'Brien-Smith"],
  ['Null', 'undefined'],
  ['NaN', '0'],
  ['👩🏽‍⚖️ Ana', 'Ruiz 🌻'],
  ['Lê Thị', 'Hoà'],
  ['王', '小明'],
  ['Jean-Luc', 'de la Tour d’Auvergne-Lauraguais'],
];

test('every name is shown as it was typed', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/?q=');
  for (const [first, last, single] of names) {
    await step(first.slice(0, 30), async () => {
      const lead = await submit({ first, last, single, email: `${crypto.randomUUID()}@example.com` });
      assert.deepEqual([lead.first_name, lead.last_name], [first, last], 'as the API has it');
      const name = single ? first : `${first} ${last}`;
      await page.goto(`${base}/app/?q=${lead.reference}`);
      const row = page.locator(`[data-lead="${lead.id}"]`);
      await row.waitFor();
      assert.equal(await row.locator('bdi').first().textContent(), name, 'in the list');
      assert.equal(await row.getByRole('checkbox').getAttribute('aria-label'), `Select ${name}`);
      await page.goto(`${base}/app/leads/${lead.id}`);
      const heading = about(page).getByRole('heading', { level: 1 });
      await heading.waitFor();
      assert.equal(await heading.textContent(), name, 'on its page');
      assert.equal(await page.title(), `${name} · Usher`);
      const facts = await about(page).locator('dl').first().innerText();
      for (const part of [first, last]) assert.ok(facts.includes(part), facts);
      assert.ok((await width(page)) <= 1280);
      await picture(page, `name-${names.findIndex((one) => one[0] === first)}`);
    });
  }
  await page.goto(`${base}/app/?q=`);
  await page.getByRole('row').nth(5).waitFor();
  await picture(page, 'names');
  assert.deepEqual(provoked(wrong), []);
});
