// What a prospect sees where too many forms come from one network, and where no mail
// is sent. The server takes a single form an hour.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser } from './browser.mjs';
import { cv, fill, lookAtAll, press, refusal, send, summary } from './formlooks.mjs';

test('too many forms', { timeout: 300_000 }, async (t) => {
  const path = await send();
  await fetch(`${base}/uploads`, { method: 'POST' }); // that counts, whatever it holds
  const reads = async (page) => { // in the reader's own language, whatever it is about
    const { lang, text } = await page.evaluate(() => ({ lang: document.documentElement.lang, text: document.querySelector('main').textContent }));
    if (lang === 'ar') assert.doesNotMatch(text, /Too many|Wait|again/);
  };
  await lookAtAll(await openBrowser(t), [
    { name: 'confirmation without mail', at: path, sees: (page) => page.locator('.reference') },
    { name: 'form too many', at: '/', then: async (page) => { await fill(page); await press(page); await summary(page).waitFor(); await reads(page); }, sees: summary, provokes: refusal, titled: /: / },
    { name: 'form too many files', at: '/', then: async (page) => { await page.locator('#resume').setInputFiles(cv()); await page.locator('#resume-error').waitFor(); await reads(page); }, sees: (page) => page.locator('#resume-field .row button'), provokes: refusal },
    { name: 'address too many', at: `${path}/address`, then: async (page) => { await press(page); await summary(page).waitFor(); await reads(page); }, sees: summary, provokes: refusal, titled: /: / },
  ]);
});
