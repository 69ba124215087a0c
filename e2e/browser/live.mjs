// What the tests of the live app share: where the eye is, and what is said to those who can't see.
import assert from 'node:assert/strict';
import { violations } from './browser.mjs';

// where is all that must not move when leads come in: the row with the focus, how far
// the list is scrolled, and where its rows stand in the window.
export const where = (page) => page.evaluate(() => {
  const grid = document.querySelector('[role=grid]');
  const top = grid.getBoundingClientRect().top;
  const rows = [...grid.querySelectorAll('[role=row]')]
    .map((row) => [row.querySelector('bdi').textContent, Math.round(row.getBoundingClientRect().top)])
    .filter(([, at]) => at >= top && at < innerHeight)
    .toSorted(([, a], [, b]) => a - b);
  return { focus: document.activeElement.closest('[role=row]')?.dataset.lead, scroll: grid.scrollTop, rows };
});

// listening keeps what is put into the live regions of a page from now on, as a screen
// reader would say it.
export async function listening(page) {
  await page.evaluate(() => {
    globalThis.said = [];
    const last = new Map();
    const look = () => {
      for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
        const text = region.textContent.trim();
        if (text && last.get(region) !== text) globalThis.said.push(text);
        last.set(region, text);
      }
    };
    look();
    globalThis.said = []; // what stood there before was said before
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => globalThis.said);
}

// accessible looks for what keeps anybody from using the page as it is now, in light and in dark.
export async function accessible(page) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await violations(page), [], colorScheme);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

export const pill = (page) => page.getByRole('button', { name: / new\b/ });
