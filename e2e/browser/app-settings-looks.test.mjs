// The settings in every state that they have: what axe finds of WCAG 2.2 AA, light and
// dark, how the page is built, whether it fits 320 pixels, and with a keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colleague, open } from './app.mjs';
import { base, openBrowser, picture, step, width } from './browser.mjs';
import { ask, eventually, toast } from './flows.mjs';
import { built, clipped, desktop, focused, inSchemes, json, phone, refused, settled, space, still, tabThrough } from './looks.mjs';

const firm = '/api/v1/firm';
const notices = `${firm}/notices`;
const preview = '/api/v1/messages/preview';
const refusal = /the server responded with a status of/;
const endless = 'Rindfleischetikettierung'.repeat(8);

const label = (page, name) => page.getByLabel(name, { exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const text = (words) => (page) => page.getByText(words).first();
const typed = (name, value) => (page) => label(page, name).fill(value);
const saved = (name, value) => async (page) => { await typed(name, value)(page); await button(page, 'Save').click(); };
const violation = (field, code, message) => ({ status: 422, code: 'invalid', errors: [{ field, code, message }] });
const patched = (body) => (page) => json(page, firm, body, { status: body.status, method: 'PATCH' });
const inSpanish = (page) => page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
const inEnglish = (page) => page.evaluate(() => localStorage.removeItem('usher.preferences'));

// states are the topics as they are met, and how each is brought about.
const states = [
  { name: 'firm', onPhone: true, at: 'firm', sees: text('What the form says') },
  { name: 'firm unsaved', onPhone: true, at: 'firm', then: typed('Name of the firm', endless), sees: text('You have changes that are not saved.') },
  { name: 'firm refused', onPhone: true, at: 'firm', then: saved('Accent colour', '#ffff00'), sees: (page) => page.getByRole('button', { name: /^Use #/ }), provokes: refusal },
  { name: 'firm not stored', at: 'firm', given: patched({ status: 503, request_id: '0199-test' }), then: saved('Name of the firm', 'x'), sees: text('be stored right now'), provokes: refusal },
  { name: 'leaving', onPhone: true, at: 'firm', then: async (page) => { await typed('Name of the firm', 'x')(page); await page.getByRole('link', { name: 'E-mail', exact: true }).click(); }, sees: (page) => page.getByRole('dialog', { name: 'Leave without saving?' }), after: (page) => page.getByRole('button', { name: 'Leave without saving' }).click() },
  { name: 'settings refused', at: 'firm', given: (page) => refused(page, firm, 403), sees: text('The settings can’t be shown.'), provokes: refusal },
  { name: 'notices with none', onPhone: true, at: 'notices', given: (page) => json(page, notices, { items: [], next_cursor: null, drafts: [{ language: 'en', text: 'A draft.', remark: 'Review before use.' }] }), sees: text('The form shows no notice.') },
  { name: 'notices', onPhone: true, at: 'notices', then: (page) => page.getByText('1 earlier version').click(), sees: text('Version 1') },
  { name: 'notice written', onPhone: true, at: 'notices', then: typed('Notice, English', `A new one.\n${endless}`), sees: text('As prospects will read it') },
  { name: 'notice refused', at: 'notices', given: (page) => json(page, notices, violation('text', 'too_long', 'x'), { status: 422, method: 'POST' }), then: async (page) => { await typed('Notice, English', 'x')(page); await button(page, 'Publish').click(); }, sees: text('Shorten this text.'), provokes: refusal },
  { name: 'withdrawing', at: 'notices', then: (page) => button(page, 'Withdraw').click(), sees: (page) => page.getByRole('dialog', { name: 'Withdraw the notice' }) },
  { name: 'notices refused', at: 'notices', given: (page) => refused(page, notices, 403), sees: text('The notices can’t be shown.'), provokes: refusal },
  { name: 'mail', onPhone: true, at: 'mail', sees: text('Keep this message.') },
  { name: 'mail in Arabic', onPhone: true, at: 'mail?language=ar', then: (page) => page.getByLabel('Sent to or about').selectOption('A long Arabic name'), sees: (page) => page.locator('article p[dir=rtl]').getByText('عبد الرحمن') },
  { name: 'mail refused', at: 'mail', given: (page) => refused(page, preview, 503), sees: text('The preview can’t be made.'), provokes: refusal },
  { name: 'form', onPhone: true, at: 'form', sees: text('A form of the firm’s own') },
  { name: 'form refused', onPhone: true, at: 'form', then: async (page) => { await button(page, 'Add an address').first().click(); await page.keyboard.type('nothing'); await button(page, 'Save').click(); }, sees: text('Not saved yet.'), provokes: refusal },
  { name: 'no such topic', at: 'nothing', sees: text('There is no such page'), title: /^There is no such page · Usher$/ },
  ...['firm', 'notices', 'mail', 'form'].map((topic) => ({ name: `${topic} in Spanish`, given: inSpanish, at: topic, sees: text('Ajustes'), language: 'es', after: inEnglish })),
];

async function given() {
  const set = (body, path = firm, method = 'PATCH') => ask(path, { method, body });
  await set({ name: 'Ellison & Okoye', accent: '#0b6b53', time_zone: 'America/New_York', return_addresses: ['https://www.firm.example/thanks'], texts: { en: { promise: 'We call within a day.', mail_note: 'Keep this message.' } } });
  await set({ language: 'en', text: 'The first.' }, notices, 'POST');
  await set({ language: 'en', text: 'Sending this form does not make you a client.\n\nThat begins with an agreement.' }, notices, 'POST');
}

async function bring({ page }, { at, given: before, then, sees, title = / · (Settings|Ajustes) · Usher$/ }) {
  await before?.(page);
  await page.goto(`${base}/app/settings/${at}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await then?.(page);
  await sees(page).waitFor();
  await eventually(async () => [await page.title()].filter((called) => !title.test(called)), [], 'the title');
  await settled(page);
}

// opened signs in, in a browser that leaves what is not saved without asking.
async function opened(t, options) {
  const watched = await open(await openBrowser(t), '/app/', options);
  watched.page.on('dialog', (box) => box.accept());
  return watched;
}

// eachState goes on after one that failed, for each loads its page anew.
async function eachState(watched, some, look) {
  const failed = [];
  for (const state of some) {
    await step(state.name, async () => { await bring(watched, state); await look(state); }).catch((error) => failed.push(error.message));
    await state.after?.(watched.page);
    await watched.page.unrouteAll({ behavior: 'ignoreErrors' });
    await watched.page.goto(`${base}/healthz`); // what it still asks for is none of the next one's
    const unexpected = watched.wrong.splice(0).filter((line) => !state.provokes?.test(line));
    if (unexpected.length > 0) failed.push(`${state.name}: ${unexpected.join('\n')}`);
  }
  assert.equal(failed.join('\n\n'), '');
}

test('axe, and how it is built', { timeout: 300_000 }, async (t) => {
  await given();
  const watched = await opened(t, { device: still });
  await eachState(watched, states, async ({ name, onPhone, language }) => {
    for (const viewport of onPhone ? [desktop, phone] : [desktop]) {
      await watched.page.setViewportSize(viewport);
      assert.deepEqual(await built(watched.page, language), [], `how it is built, ${viewport.width} wide`);
      await inSchemes(watched.page, `${viewport.width} wide`, (scheme) => picture(watched.page, `settings-look-${name.replace(/[^a-z]+/gi, '-')}-${viewport.width}-${scheme}`));
    }
    await watched.page.setViewportSize(desktop);
  });
});

test('an attorney’s pages', { timeout: 240_000 }, async (t) => {
  const dana = await colleague('Dana');
  const watched = await opened(t, { user: dana, device: still });
  const read = ['firm', 'notices', 'mail', 'form'].map((topic) => ({ name: `${topic}, an attorney`, at: topic, sees: text('An admin can change this.') }));
  await eachState(watched, read, async ({ name }) => {
    assert.deepEqual(await built(watched.page), []);
    await inSchemes(watched.page, name);
  });
});

test('320 pixels, 400 per cent, and more room between letters', { timeout: 300_000 }, async (t) => {
  const watched = await opened(t);
  const { page } = watched;
  const fits = states.filter(({ onPhone }) => onPhone);
  for (const viewport of [{ width: 320, height: 640 }, { width: 320, height: 256 }]) {
    await page.setViewportSize(viewport);
    for (const roomy of [false, true]) {
      await eachState(watched, fits, async ({ name }) => {
        if (roomy) await space(page);
        assert.ok((await width(page)) <= 320, `${await width(page)} wide`);
        assert.deepEqual(await clipped(page), []);
        if (!roomy) await picture(page, `settings-fits-${name.replace(/[^a-z]+/gi, '-')}-${viewport.height}`);
      });
    }
  }
});

test('with a keyboard alone', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/firm');
  const tabTo = async (what) => {
    for (let count = 0; count < 60; count++) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      assert.equal(at?.covered, undefined, `${at?.what} is covered`);
      if (await page.evaluate(([selector]) => document.activeElement?.matches(selector), [what])) return;
    }
    assert.fail(`${what} has not been reached`);
  };
  await label(page, 'Name of the firm').waitFor();
  await step('a field is changed and saved', async () => {
    await tabTo('#field-name');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Enter');
    await toast(page).getByText('Saved.').waitFor();
    assert.equal((await ask(firm)).body.name, 'By keyboard');
  });
  await step('so is one of several lines, by the bar', async () => {
    await tabTo('#field-texts-en-promise');
    await page.keyboard.type(' Soon.');
    await page.getByText('You have changes that are not saved.').waitFor();
    await picture(page, 'settings-keyboard');
    await tabTo('section button[type=submit]');
    await page.keyboard.press('Enter');
    await page.getByText('You have changes that are not saved.').waitFor({ state: 'hidden' });
    assert.match((await ask(firm)).body.texts.en.promise, /Soon\./);
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'main', 'the focus is not lost with the bar');
  });
  for (const topic of ['firm', 'notices', 'mail', 'form']) {
    for (const [name, viewport] of [['wide', desktop], ['low', { width: 640, height: 400 }]]) {
      await step(`the focus is always to be seen: ${topic}, ${name}`, async () => {
        await page.setViewportSize(viewport);
        await page.goto(`${base}/app/settings/${topic}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('form').waitFor();
        if (topic === 'mail') await page.getByRole('article').waitFor(); // which would push away what is looked at
        const { met, wrong: hidden } = await tabThrough(page, 'Tab');
        assert.ok(met.length > 8, `${met}`);
        assert.deepEqual(hidden, []);
      });
    }
  }
  await step('forced colours', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(`${base}/app/settings/firm`);
    await typed('Name of the firm', 'x')(page);
    await page.getByText('You have changes that are not saved.').waitFor();
    await picture(page, 'settings-forced-colours');
    await page.getByRole('button', { name: 'Discard' }).click();
  });
  assert.deepEqual(wrong, []);
});
