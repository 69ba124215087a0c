// What can be seen of a page by measuring it: how it is built, how large its
// controls are, where the focus is. What axe finds is in browser.mjs.
import assert from 'node:assert/strict';
import { violations } from './browser.mjs';

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

// json answers what is asked of a path of the API by something of our own, as far
// as the page goes. Answers of 400 and above are problems.
export async function json(page, path, body, { status = 200, method } = {}) {
  await page.route(
    (url) => (typeof path === 'string' ? url.pathname === path : path.test(url.pathname + url.search)),
    (route) => {
      if (method && route.request().method() !== method) return route.fallback();
      const contentType = status < 400 ? 'application/json' : 'application/problem+json';
      return route.fulfill({ status, contentType, body: JSON.stringify(body) });
    },
  );
}

// refused answers with a problem.
export const refused = (page, path, status, more = {}) =>
  json(page, path, { status, title: 'Refused', code: 'refused', detail: 'Refused by the test.', request_id: '0199-test', ...more }, { status, ...more });

// still is for pages that axe looks at: what fades in would have half its contrast.
export const still = { reducedMotion: 'reduce' };

// settled waits until nothing fades in any more.
export const settled = (page) =>
  page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));

// These depend on the colours; every other rule finds the same in both schemes.
const ofColours = ['color-contrast', 'link-in-text-block'];

// inSchemes runs axe on the page as it is, light and dark, without loading it anew.
export async function inSchemes(page, name, look = async () => {}) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === 'dark' ? ofColours : undefined;
    assert.deepEqual(await violations(page, rules), [], `axe on ${name}, ${colorScheme}`);
    await look(colorScheme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

// built gives what is wrong with how a page is built: its headings, its language,
// its title, controls without a name, and controls smaller than 24 pixels
// (WCAG 2.5.8) that are no words of a sentence.
export async function built(page, language = 'en', title = /\S.* · Usher$/) {
  const snapshot = await page.locator('body').ariaSnapshot();
  const nameless = /^\s*- (button|link|textbox|searchbox|checkbox|radio|combobox|row|dialog|region|img|navigation)(:|$| \[)/;
  const wrong = snapshot.split('\n').filter((line) => nameless.test(line)).map((line) => `no name: ${line.trim()}`);
  const called = await page.title();
  if (!title.test(called)) wrong.push(`the title names no page: ${called}`);
  return [...wrong, ...(await page.evaluate(measure, language))];
}

// measure runs in the page.
function measure(language) {
  const wrong = [];
  if (document.documentElement.lang !== language) wrong.push(`lang is ${document.documentElement.lang}`);

  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const dialog = document.querySelector('dialog:modal');
  const isPlaced = (heading) => !dialog?.contains(heading) && !heading.closest('.summary'); // what is wrong stands above the page's own heading
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].filter((heading) => seen(heading) && isPlaced(heading)).map(({ tagName }) => Number(tagName[1]));
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) wrong.push(`headings: ${levels}`);
  if (levels.some((level, index) => index > 0 && level > levels[index - 1] + 1)) wrong.push(`a level is left out: ${levels}`);

  for (const control of (dialog ?? document).querySelectorAll('a[href], button, input, textarea, select, [role=row]')) {
    const target = control.closest('label') ?? control;
    const { width, height } = target.getBoundingClientRect();
    const hidden = !seen(control) || width <= 1 || height <= 1; // sr-only until it has the focus
    const inText = getComputedStyle(control).display === 'inline' && control.tagName === 'A';
    if (control.closest('[aria-hidden=true]')) continue; // for programs, not for people
    if (!hidden && !inText && (width < 23.9 || height < 23.9)) wrong.push(`${Math.round(width)}×${Math.round(height)}: ${control.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}

// clipped gives text that its box cuts off, but for what is cut with an ellipsis on
// purpose and whole elsewhere, and boxes that scroll sideways; a field does so with
// what is typed into it. Runs in the page.
export const clipped = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *:not(.sr-only, input, .truncate, .truncate *, svg, svg *, dialog:not([open]) *)')]
      .filter((element) => element.checkVisibility() && ['hidden', 'clip', 'auto', 'scroll'].includes(getComputedStyle(element).overflowX))
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && !element.matches('nav'))
      .map((element) => `${element.scrollWidth} in ${element.clientWidth}: ${element.outerHTML.slice(0, 120)}`),
  );

// space puts as much room between lines, words and letters as somebody may want
// (WCAG 1.4.12). A sheet of its own is no inline style, so the CSP has nothing against it.
export const space = (page) =>
  page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
    document.adoptedStyleSheets = [sheet];
  });

// focused says what has the focus: what it is, whether that can be seen, and what
// covers it. Something covers it when no part of it shows (WCAG 2.4.11); we ask for
// more of what is small: its middle and its edges show.
export const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
    const within = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    const isLarge = height > innerHeight / 3;
    const points = [
      [left + width / 2, top + Math.min(3, height / 2)],
      [left + width / 2, top + height / 2],
      [left + width / 2, bottom - Math.min(3, height / 2)],
    ].filter(([x, y]) => within(x, y));
    const isOurs = (found) => found && (element.contains(found) || found.contains(element) || found.closest('label')?.contains(element));
    const covered = points.filter(([x, y]) => !isOurs(document.elementFromPoint(x, y)));
    // The ring is outside, so that a box that scrolls may cut it off.
    const reach = ring ? Number.parseFloat(style.outlineOffset) + Number.parseFloat(style.outlineWidth) : 0;
    let cut;
    for (let box = element.parentElement; box && reach > 0 && !cut; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === 'visible') continue;
      const around = box.getBoundingClientRect();
      const sideways = (left >= around.left && left - reach < around.left - 1) || (right <= around.right && right + reach > around.right + 1);
      const fits = height + 2 * reach <= around.height;
      if (sideways || (fits && top - reach < around.top - 1 && bottom + reach > around.bottom + 1)) cut = `by ${box.className}`;
    }
    return {
      cut,
      what: `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40)}`.trim(),
      ring: ring || element.id === 'main',
      covered: points.length === 0 ? 'is outside the window' : isLarge && covered.length < points.length ? undefined : covered.map(([x, y]) => `by ${document.elementFromPoint(x, y)?.className}`)[0],
    };
  });

// fromTheEdge makes the next Tab come in at the top of the page, and Shift+Tab at its
// end. Where it would begin otherwise is the browser's to say: where the focus was before,
// on a heading that came late, or outside the page.
const fromTheEdge = (page, key) =>
  page.evaluate((backwards) => {
    const edge = document.createElement('span');
    edge.tabIndex = -1;
    document.body[backwards ? 'append' : 'prepend'](edge);
    edge.focus({ preventScroll: true });
  }, key.startsWith('Shift'));

// tabThrough presses a key until the focus comes round, and gives what it met that
// can't be seen or is covered.
export async function tabThrough(page, key, most = 90) {
  const wrong = [];
  const met = [];
  await fromTheEdge(page, key);
  for (let count = 0; count < most; count++) {
    await page.keyboard.press(key);
    const at = await focused(page);
    if (!at) break;
    met.push(at.what);
    if (!at.ring) wrong.push(`no ring on ${at.what}`);
    if (at.cut) wrong.push(`the ring of ${at.what} is cut ${at.cut}`);
    if (at.covered) wrong.push(`${at.what} ${at.covered}`);
  }
  return { met, wrong };
}
