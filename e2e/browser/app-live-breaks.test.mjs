// Streams break. The server is this file's own, so that it can be stopped and started.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { admin, base, openBrowser, picture, provoked, step } from './browser.mjs';
import { open, rowOf, submit } from './app.mjs';
import { current, eventually, listOf, meddle, nameIn, people } from './flows.mjs';
import { accessible, pill, where } from './live.mjs';

const { USHER, USHER_DATA_DIR } = process.env;

let server;

// serve starts the server, on the port and the data that it had before, and waits until it can take leads.
async function serve() {
  const env = { USHER_LISTEN: `127.0.0.1:${new URL(base).port}`, USHER_BASE_URL: base, USHER_DATA_DIR, USHER_ADMIN_EMAIL: admin.email, USHER_ADMIN_PASSWORD: admin.password, USHER_PUBLIC_RATE: 'off' };
  server = spawn(USHER, ['serve'], { env, stdio: 'ignore' });
  await eventually(() => fetch(`${base}/readyz`).then(({ status }) => status, () => 0), 200);
}

async function stop(signal) {
  const gone = once(server, 'exit');
  server.kill(signal);
  await gone;
}

before(serve);
after(() => stop('SIGKILL'));

const another = (family, number) => {
  const [first, last] = nameIn(family, number).split(' ');
  return submit({ first, last, email: `${family}${number}@example.com`.toLowerCase() });
};

// forgive takes what browsers write down of a server that isn't there.
function forgive(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK|INTERNET|FAILED)/.test(line)));
}

test('the server is restarted under open pages, and nothing is missed', { timeout: 180_000 }, async (t) => {
  await people('Again', 3);
  const browser = await openBrowser(t);
  const pages = [];
  for (const _ of [1, 2, 3]) pages.push(await open(browser, listOf('Again')));
  for (const { page } of pages) await eventually(() => current(page), nameIn('Again', 1));
  let count = 0;
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM']) {
    await step(`${signal}, round ${count / 2 + 1}`, async () => {
      await another('Again', 10 + count++);
      for (const { page } of pages) await pill(page).getByText(`${count} new`).waitFor();
      await stop(signal);
      await serve();
      // Before the pages have come back, as likely as not.
      await another('Again', 10 + count++);
      for (const { page } of pages) await pill(page).getByText(`${count} new`).waitFor();
    });
  }
  for (const { page, wrong } of pages) {
    await page.keyboard.press('.');
    await eventually(() => current(page), nameIn('Again', 10));
    for (let number = 10; number < 10 + count; number++) await rowOf(page, nameIn('Again', number)).waitFor();
    forgive(wrong);
    assert.deepEqual(wrong, []);
  }
});

test('the connection is lost: a quiet word, and leads all the same', { timeout: 180_000 }, async (t) => {
  await people('Lost', 3);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Lost'));
  const meddler = await meddle(page);
  await step('a moment without it is not worth a word, longer is', async () => {
    meddler.with = (route) => (route.request().url().endsWith('/stream') ? route.abort() : undefined);
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector('main')?.parentElement.parentElement.textContent.includes('The live connection is lost.')) return;
        globalThis.lostAt = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, characterData: true, subtree: true });
    });
    await page.goto(base + listOf('Lost'));
    await eventually(() => current(page), nameIn('Lost', 1));
    await page.getByText('The live connection is lost. New leads show late until it is back.').waitFor();
    const said = await page.evaluate(() => globalThis.lostAt); // since the page began
    assert.ok(said >= 5000, `said after ${said} ms`);
    await accessible(page);
    await picture(page, 'live-lost');
  });
  await step('the list is asked for instead, and still nothing moves', async () => {
    const eye = await where(page);
    await another('Lost', 4);
    await pill(page).getByText('1 new').waitFor();
    assert.deepEqual(await where(page), eye);
  });
  await step('back again', async () => {
    meddler.with = null;
    await page.context().setOffline(true);
    await page.getByText('You are offline. What you see may be old.').waitFor();
    assert.equal(await page.getByText('The live connection is lost.').count(), 0, 'one reason is enough');
    await another('Lost', 5);
    await page.context().setOffline(false);
    await pill(page).getByText('2 new').waitFor();
    await page.getByText('The live connection is lost.').waitFor({ state: 'detached' });
    await another('Lost', 6);
    await pill(page).getByText('3 new').waitFor();
  });
  await provoked(wrong, /ERR_FAILED/);
  forgive(wrong);
  assert.deepEqual(wrong, []);
});
