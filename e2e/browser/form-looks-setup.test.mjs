// The page that makes the first admin, as whoever installs Usher sees it.
import { test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { lookAtAll, press, refusal, summary } from './formlooks.mjs';

const { SETUP } = process.env;

test('the first admin', { timeout: 300_000 }, async (t) => {
  const first = (selector) => (page) => page.locator(selector).first();
  await lookAtAll(await openBrowser(t), [
    { name: 'setup', at: SETUP, sees: first('#password') },
    { name: 'setup errors', at: SETUP, then: press, sees: summary, provokes: refusal, titled: /^Error: / },
  ]);
});
