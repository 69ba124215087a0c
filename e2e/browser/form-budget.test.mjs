// What the form weighs, and how it comes up on a slow phone. Bytes, requests and
// shifts are asserted; times are printed, because they are the machine's as well.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import lighthouse from 'lighthouse';
import { base, openBrowser, openPage, step } from './browser.mjs';
import { cv, describe, fill, languages, press, refusal, send, summary } from './formlooks.mjs';
import { phone } from './looks.mjs';

const kilobyte = 1000;
const slowPhone = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

// watch counts what comes over the wire, as the browser sees it: with its header, packed.
async function watch(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const asked = new Map();
  devtools.on('Network.requestWillBeSent', ({ requestId, type, request }) => {
    if (!request.url.startsWith('data:')) asked.set(requestId, { type, url: request.url, bytes: 0 });
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (asked.has(requestId)) asked.get(requestId).bytes = encodedDataLength;
  });
  return { devtools, asked };
}

// record notes in the page what moves, and when the largest thing was painted.
const record = (page) =>
  page.addInitScript(() => {
    globalThis.shifts = [];
    const note = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
    const named = ({ node }) => (node?.outerHTML ?? node?.parentElement?.outerHTML)?.slice(0, 80);
    note('layout-shift', ({ hadRecentInput, startTime, value, sources }) => hadRecentInput || globalThis.shifts.push({ at: startTime, what: `${value.toFixed(4)} ${sources.map(named)}` }));
    note('largest-contentful-paint', (entry) => { globalThis.largest = entry.startTime; });
    note('longtask', (entry) => { globalThis.blocked = (globalThis.blocked ?? 0) + Math.max(0, entry.duration - 50); });
  });

// shifted gives what has moved by itself since a time of the page's clock, in ms.
// What moves is told only after the frame in which it did.
const shifted = (page, since) =>
  page.evaluate(async (from = 0) => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    return globalThis.shifts.filter(({ at }) => at >= from).map(({ what }) => what);
  }, since);

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)].toFixed(0);

test('bytes and requests', { timeout: 300_000 }, async (t) => {
  await describe();
  const browser = await openBrowser(t);
  for (const language of [...languages, 'vi']) {
    const { page, wrong } = await openPage(browser, phone);
    const { asked } = await watch(page);
    const weigh = async (what, path, act) => {
      asked.clear();
      await act();
      await page.waitForLoadState('networkidle');
      const all = [...asked.values()];
      const html = sum(all.filter(({ url }) => new URL(url).pathname === path).map(({ bytes }) => bytes));
      const total = sum(all.map(({ bytes }) => bytes));
      t.diagnostic(`measured ${what} in ${language}: ${html} bytes of HTML, ${total} in all, ${all.length} requests`);
      assert.ok(html > 1 * kilobyte && html <= 14 * kilobyte, `${html} bytes of HTML`);
      assert.ok(total > html && total <= 30 * kilobyte, `${total} bytes`);
      assert.ok(all.length <= 3, all.map(({ url }) => url).join('\n'));
      assert.deepEqual(all.filter(({ url }) => !url.startsWith(base)), [], 'other hosts');
    };
    await step(`the form in ${language}`, () => weigh('form', '/', () => page.goto(`${base}/?lang=${language}`)));
    const path = await send(language, { notice_read: 'true' });
    await step(`the confirmation in ${language}`, () => weigh('confirmation', path, () => page.goto(`${base}${path}?lang=${language}`)));
    assert.deepEqual(wrong, [], 'other hosts, the CSP, errors');
    await page.context().close();
  }
});

test('nothing moves while it comes up, nor when something is wrong', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const times = { paint: [], largest: [], blocked: [], errors: [] };
  for (let count = 0; count < 5; count++) {
    for (const viewport of [phone, { width: 1280, height: 800 }]) {
      const { page, wrong } = await openPage(browser, viewport);
      await record(page);
      const { devtools } = await watch(page);
      await devtools.send('Network.emulateNetworkConditions', slowPhone);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      await page.goto(`${base}/?lang=en`);
      await page.waitForLoadState('networkidle');
      const still = async (when, since = 0) => assert.deepEqual(await shifted(page, since), [], `${when}, ${viewport.width} wide`);
      await still('the first view');
      const first = await page.evaluate(() => ({
        paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, largest: globalThis.largest, blocked: globalThis.blocked ?? 0,
      }));
      const began = performance.now();
      await press(page);
      await summary(page).waitFor();
      if (viewport === phone) {
        times.errors.push(performance.now() - began);
        for (const [name, time] of Object.entries(first)) times[name].push(time);
      }
      await still('all is missing');
      await fill(page, { email: 'maria@', resume: cv() }); // what is mended goes, and that moves the rest
      await shifted(page);
      const mended = await page.evaluate(() => performance.now());
      await press(page);
      await page.waitForFunction(() => document.querySelectorAll('.summary li').length === 2);
      await still('some of it is wrong', mended);
      assert.deepEqual(wrong.filter((line) => !refusal.test(line)), [], 'other hosts, the CSP, errors');
      await page.context().close();
    }
  }
  const [paint, largest, blocked, errors] = [times.paint, times.largest, times.blocked, times.errors].map(median);
  t.diagnostic(`measured on a slow phone, medians of 5: first paint ${paint} ms, largest ${largest} ms, blocked ${blocked} ms, errors after ${errors} ms`);
});

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

test('Lighthouse on a phone', { timeout: 300_000 }, async (t) => {
  const port = await freePort();
  await openBrowser(t, [`--remote-debugging-port=${port}`]);
  for (const [name, path] of [['form', '/?lang=en'], ['form in Arabic', '/?lang=ar'], ['confirmation', await send('en', { notice_read: 'true' })]]) {
    await step(name, async () => {
      const { lhr } = await lighthouse(`${base}${path}`, { port, logLevel: 'silent' });
      const scores = Object.values(lhr.categories).map(({ title, score }) => `${title} ${Math.round(score * 100)}`);
      t.diagnostic(`measured Lighthouse, mobile, ${name}: ${scores.join(', ')}`);
      const lacking = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === 'binary' && score === 0).map(({ id }) => id);
      for (const category of ['accessibility', 'best-practices']) assert.equal(lhr.categories[category].score, 1, `${category}: ${lacking}`);
    });
  }
});
