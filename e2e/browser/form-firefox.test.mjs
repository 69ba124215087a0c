// The form in Debian's Firefox, once from end to end. Playwright drives only a Firefox
// of its own; puppeteer drives this one, by WebDriver BiDi.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { base, step } from './browser.mjs';
import { everyLead } from './flows.mjs';
import { maria, onDisk, pdf, said } from './form.mjs';

test('the form in Firefox', { timeout: 240_000 }, async (t) => {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX, headless: true });
  t.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  const who = { ...maria, email: 'firefox@example.com' };
  const type = async (values) => {
    for (const [name, value] of Object.entries(values)) {
      await page.$eval(`#${name}`, (input) => input.select());
      await page.type(`#${name}`, value);
    }
  };
  const shown = (selector, text) => page.waitForFunction((at, words) => document.querySelector(at)?.textContent.includes(words), {}, selector, text);
  const send = () => page.click('#form button[type=submit]');

  await step('it is filled in, and a file goes up', async () => {
    await page.goto(`${base}/?lang=en`);
    await type({ ...who, email: 'x' });
    await (await page.$('#resume')).uploadFile(await onDisk(t, pdf()));
    await shown('#resume-field .kept', 'maria-cv.pdf is uploaded.');
  });
  await step('an error keeps it, and all that was typed', async () => {
    await send();
    await shown('.summary:focus li', said.email);
    await shown('#resume-field .kept', 'maria-cv.pdf is already uploaded.');
    assert.equal(await page.$eval('#first_name', ({ value }) => value), who.first_name);
    assert.match(await page.title(), /^Error: /);
  });
  await step('a reload keeps it too', async () => {
    await page.goto(`${base}/?lang=en`);
    await shown('#resume-field .kept', 'maria-cv.pdf is already uploaded.');
    assert.equal(await page.$eval('#last_name', ({ value }) => value), who.last_name);
  });
  await step('mended, it is sent', async () => {
    await type({ email: who.email });
    await send();
    await shown('h1', 'We have your information');
    const reference = await page.$eval('.reference', ({ textContent }) => textContent);
    const [lead] = (await everyLead({})).filter(({ email }) => email === who.email);
    assert.deepEqual([lead.reference, lead.first_name, lead.resume.filename], [reference, who.first_name, 'maria-cv.pdf']);
  });
  t.diagnostic(`measured in ${await browser.version()}`);
  assert.deepEqual(wrong, []);
});
