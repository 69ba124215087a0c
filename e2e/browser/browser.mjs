// What every browser test needs: a Chromium, a page that is watched, and pictures.
// The Go test that runs these files says in the environment where things are.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const { CHROMIUM, BASE, EMAIL, PASSWORD, USHER_TEST_SCREENSHOTS, USHER_TEST_SLOW } = process.env;

export const base = BASE;
export const admin = { email: EMAIL, password: PASSWORD };

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Nothing here asks another host for anything; the flags keep Chromium from it too.
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

// openBrowser starts a Chromium that closes with the test. more are flags beside the usual ones.
export async function openBrowser(t, more = []) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...flags, ...more] });
  t.after(() => browser.close());
  return browser;
}

// openPage opens a page of a size, and keeps what it must not do in `wrong`:
// requests to other hosts, broken rules of its CSP, errors. `requests` is what it
// asked for. device is what else Playwright knows of a context, such as hasTouch.
// origin is the server's own, or that of a proxy before it.
export async function openPage(browser, viewport, device = {}, origin = base) {
  const context = await browser.newContext({ viewport, acceptDownloads: true, ...device });
  context.setDefaultTimeout(60_000); // a machine that builds something else meanwhile is slow, not wrong
  const page = await context.newPage();
  if (USHER_TEST_SLOW) await slowed(page, Number(USHER_TEST_SLOW));
  const wrong = [];
  const excuse = { patterns: [], late: [] };
  excuses.set(wrong, excuse);
  const complain = (line) => (excuse.patterns.some((pattern) => pattern.test(line)) ? excuse.late : wrong).push(line);
  const requests = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) {
      complain(`asked another host: ${request.url()}`);
    }
    requests.push(`${request.method()} ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning' || message.text().startsWith('CSP ')) {
      complain(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complain(`threw: ${error.message}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return { page, wrong, requests };
}

// What tests have made happen themselves, by the list of what went wrong on a page: it may
// come once more, and late, for a page asks for several things at once.
const excuses = new WeakMap();

// provoked waits for what a test has made happen itself, and takes it out of what went wrong.
export async function provoked(wrong, pattern) {
  await taken(wrong, pattern);
  excuses.get(wrong).patterns.push(pattern);
}

// taken is provoked, for what must not happen again.
export async function taken(wrong, pattern) {
  const { late } = excuses.get(wrong);
  for (const limit = Date.now() + 60_000; ![...wrong, ...late].some((line) => pattern.test(line)); await pause(20)) {
    assert.ok(Date.now() < limit, `nothing like ${pattern} in ${JSON.stringify(wrong)}`);
  }
  for (const lines of [wrong, late]) lines.splice(0, lines.length, ...lines.filter((line) => !pattern.test(line)));
}

// slowed makes a page's processor so many times slower and its server farther, so that a
// test which looks before a page is ready is found out.
async function slowed(page, times) {
  const context = page.context();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: times });
  const network = (offline) =>
    session.send('Network.emulateNetworkConditions', { offline, latency: 30 * times, downloadThroughput: -1, uploadThroughput: -1 });
  await network(false);
  const setOffline = context.setOffline.bind(context);
  context.setOffline = (offline) => Promise.all([network(offline), setOffline(offline)]); // or this session would keep it online
}

// violations runs axe with the rules of WCAG 2.2 AA on the page as it is now, and
// gives all that it finds, as "rule selector"; only those of some rules when they are given.
export async function violations(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
  const found = await page.evaluate((only) => globalThis.axe.run(document, { runOnly: only }), runOnly);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`));
}

// offences runs axe on the page as it is now and gives what is serious or
// critical, as "rule selector", but for the rules that are known.
export async function offences(page, known = {}) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations
    .filter(({ id, impact }) => ['serious', 'critical'].includes(impact) && !(id in known))
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(' ')}`));
}

// width is how wide the page's content is: more than the window is a bar at the bottom.
export const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);

// picture writes a screenshot when USHER_TEST_SCREENSHOTS names a folder.
export async function picture(target, name, options = {}) {
  if (USHER_TEST_SCREENSHOTS) {
    await target.screenshot({ path: path.join(USHER_TEST_SCREENSHOTS, `${name}.png`), ...options });
  }
}

// step is a part of a test with a name. Those after one that failed would only
// wait in vain, so they don't run, as they would in subtests.
export async function step(name, run) {
  try {
    await run();
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}
