// Whether the form still works where there is little room, or where somebody sees or
// uses it in a way of their own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, openPage, step, violations, width } from './browser.mjs';
import { cv, cut, describe, fill, languages, press, refusal, send, shoot, summary, uploaded } from './formlooks.mjs';
import { clipped, desktop, phone, settled, space, tabThrough } from './looks.mjs';

const endless = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200);
const address = `${'long'.repeat(15)}@${'example'.repeat(8)}.example.com`;
const longest = { first: endless, last: endless, email: address };
const tiny = { width: 320, height: 256 }; // a window of 1280 by 1024 at 400 per cent
const file = cv(`${'resume-'.repeat(20)}.pdf`);

// places are the pages and states that have to fit: a path, what is seen there, what is done then.
const places = [
  ['form', '/', '#form'],
  ['form errors', '/', '.summary', press],
  ['form one error', '/', '.summary', async (page) => { await fill(page, { ...longest, resume: file }); await press(page); }], // the notice is unread
  ['form uploading', '/', 'progress', async (page) => { await page.route('**/uploads**', () => {}); await page.locator('#resume').setInputFiles(file); }],
  ['form uploaded', '/', '.row .kept', async (page) => { await fill(page, { ...longest, resume: file }); await page.locator('#notice_read').focus(); }],
  ['form file refused', '/', '#resume-error', (page) => page.locator('#resume').setInputFiles(cv('cv.exe'))],
  ['form suggestion', '/', '.status bdi', async (page) => { await page.locator('#email').fill(`${'long'.repeat(15)}@gmial.com`); await page.locator('#email').blur(); }],
  ['confirmation', 'receipt', '.reference'],
  ['address', 'address', '#email'],
  ['no such page', '/nowhere', 'h1'],
];

// visit brings each place about in a language, and looks.
async function visit(page, language, look) {
  const receipt = await send(language, { ...longest, notice_read: 'true' });
  const paths = { receipt, address: `${receipt}/address` };
  for (const [name, at, sees, then] of places) {
    await step(`${name} in ${language}`, async () => {
      await page.goto(`${base}${paths[at] ?? at}?lang=${language}`);
      await then?.(page);
      await page.locator(sees).first().waitFor();
      await settled(page);
      await look(name);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await page.evaluate(() => sessionStorage.clear());
    });
  }
}

async function fits(page, name, language, wide) {
  assert.ok((await width(page)) <= wide, `${await width(page)} wide`);
  assert.deepEqual(await clipped(page), [], 'cut or scrolled sideways');
  await shoot(page, ['fits', name, language, wide]);
}

// begin puts the focus on the first control, or on the last. Runs in the page.
function begin(atEnd) {
  const controls = [...document.querySelectorAll('a, button, input')].filter((control) => control.checkVisibility() && control.type !== 'hidden' && control.tabIndex >= 0);
  controls.at(atEnd ? -1 : 0).focus();
  return controls.length;
}

const provoked = (wrong) => wrong.filter((line) => !refusal.test(line) && !cut.test(line));

test('320 pixels, 400 per cent, and more room between letters', { timeout: 300_000 }, async (t) => {
  await describe();
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, desktop);
  for (const language of languages) {
    await page.setViewportSize(tiny);
    await visit(page, language, (name) => fits(page, name, language, 320));
    for (const viewport of [desktop, tiny]) {
      await page.setViewportSize(viewport);
      await visit(page, language, async (name) => {
        await space(page);
        await fits(page, `spaced ${name}`, language, viewport.width);
      });
    }
  }
  assert.deepEqual(provoked(wrong), []);
});

test('the focus is always to be seen', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, desktop);
  for (const viewport of [desktop, phone, tiny]) {
    await page.setViewportSize(viewport);
    for (const forcedColors of ['none', 'active']) {
      await page.emulateMedia({ forcedColors });
      await visit(page, 'en', async (name) => {
        for (const key of ['Tab', 'Shift+Tab']) {
          const controls = await page.evaluate(begin, key !== 'Tab');
          const { met, wrong: unseen } = await tabThrough(page, key, 30);
          assert.ok(met.length >= controls - 1, `${key} met only ${met}`);
          assert.deepEqual(unseen, [], `${key}: ${met.join('\n')}`);
        }
      });
    }
  }
  assert.deepEqual(provoked(wrong), []);
});

test('forced colours and no motion', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, phone);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  for (const language of ['en', 'ar']) {
    await visit(page, language, async (name) => {
      await shoot(page, ['forced', name, language]);
      // Browsers take backgrounds away, so that whatever is a box has a border of its own.
      const bare = await page.evaluate(() =>
        [...document.querySelectorAll('button, input:not([type=hidden], [type=checkbox]), .notice, .summary, .panel')]
          .filter((element) => element.checkVisibility() && !element.closest('[aria-hidden=true]'))
          .filter((element) => {
            const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(element);
            return Number.parseFloat(borderTopWidth) < 1 || borderTopStyle === 'none' || borderTopColor === backgroundColor || borderTopColor === 'rgba(0, 0, 0, 0)';
          })
          .map((element) => element.outerHTML.slice(0, 120)));
      assert.deepEqual(bare, [], 'boxes without a border');
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0, 'something moves');
    });
  }
  assert.deepEqual(provoked(wrong), []);
});

test('a keyboard is enough', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, desktop);
  const to = async (selector) => {
    for (let count = 0; count < 40; count++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  page.on('filechooser', () => {}); // from now on the browser's own doesn't open
  await page.goto(`${base}/?lang=en`);
  await step('sent empty, it is mended from the summary', async () => {
    await to('button[type=submit]');
    await page.keyboard.press('Enter');
    await summary(page).waitFor();
    await page.locator('.summary:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#first_name:focus').waitFor(); // its link leads to the field
  });
  await step('it is filled in and sent', async () => {
    await page.keyboard.type('Madonna');
    await to('#single_name');
    await page.keyboard.press('Space');
    await to('#email');
    await page.keyboard.type('madonna@example.com');
    await to('#resume');
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(cv());
    await uploaded(page).waitFor();
    await to('#notice_read');
    await page.keyboard.press('Space');
    await to('button[type=submit]');
    await page.keyboard.press('Enter');
    await page.locator('.reference').waitFor();
  });
  assert.deepEqual(provoked(wrong), []);
});
