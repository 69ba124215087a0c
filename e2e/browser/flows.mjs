// What the tests of the app's flows share: the list as somebody sees it, and the
// server's own word for what has happened.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { submitMany } from './app.mjs';
import { admin, base } from './browser.mjs';

const tokens = new Map();

async function tokenOf({ email, password }) {
  if (!tokens.has(email)) {
    const response = await fetch(`${base}/api/v1/token`, { method: 'POST', body: new URLSearchParams({ username: email, password }) });
    assert.equal(response.status, 200, await response.clone().text());
    tokens.set(email, (await response.json()).access_token);
  }
  return tokens.get(email);
}

// ask asks the API as a program does, beside the browser. raw is a body that is no JSON.
export async function ask(path, { user = admin, method = 'GET', body, raw, headers = {} } = {}) {
  const response = await fetch(base + path, {
    method,
    headers: { Authorization: `Bearer ${await tokenOf(user)}`, ...(body && { 'Content-Type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
    ...(raw && { body: raw }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

export const leadOf = async ({ id }) => (await ask(`/api/v1/leads/${id}`)).body;

// kindsOf are the events of a lead, the oldest first, but for what the mails do.
export async function kindsOf({ id }) {
  const { items } = (await ask(`/api/v1/leads/${id}/events?limit=100`)).body;
  return items.map(({ kind }) => kind).filter((kind) => !['message_changed', 'resume_viewed'].includes(kind)).reverse();
}

export const notesOf = async ({ id }) =>
  (await ask(`/api/v1/leads/${id}/events?limit=100`)).body.items.filter(({ kind }) => kind === 'note').map(({ data }) => data.text);

// everyLead asks for a whole list.
export async function everyLead(parameters) {
  const leads = [];
  for (let cursor; cursor !== null;) {
    const page = (await ask(`/api/v1/leads?${new URLSearchParams({ ...parameters, limit: 100, ...(cursor && { cursor }) })}`)).body;
    leads.push(...page.items);
    cursor = page.next_cursor;
  }
  return leads;
}

// people sends leads of one family name, so that a list can be of them alone: nameIn
// is what the numbered one is called, listOf the page that shows those who wait.
export const people = (family, count) => submitMany(count, (index) => {
  const [first, last] = nameIn(family, index + 1).split(' ');
  return { first, last, email: `${family}${index}@example.com`.toLowerCase() };
});
export const nameIn = (family, number) => `No${String(number).padStart(3, '0')} ${family}`;
export const listOf = (family) => `/app/?q=${encodeURIComponent(`is:pending ${family}`)}`;

// eventually waits until something is as it should be, and says how it was when that never comes.
export async function eventually(read, want, what = '') {
  const limit = Date.now() + 60_000; // as long as a page's own waiting: a busy machine is slow, not wrong
  for (;;) {
    const got = await read();
    try {
      assert.deepEqual(got, want, what);
      return;
    } catch (error) {
      if (Date.now() > limit) throw error;
    }
    await pause(20);
  }
}

// goTo presses g and a key until that has led to a page. g is forgotten after a while, and
// a busy machine may be slower; a try has time enough that none adds to the way back.
export const goTo = (page, key, path) =>
  eventually(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    return page.waitForURL(base + path, { timeout: 5000 }).then(() => path, () => page.url());
  }, path);

// namesIn are the names in the list, as they stand there.
export const namesIn = (page) => page.locator('[role=row] bdi:first-child').evaluateAll((all) =>
  all.filter((bdi) => bdi.closest('.font-semibold')).map((bdi) => bdi.textContent));

// focused is the name in the row that has the focus, if that can be seen.
export const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return at?.matches('[role=row]:focus-visible') ? at.querySelector('bdi').textContent : null;
});

// current is the name in the row that the eye is on.
export const current = (page) => page.evaluate(() => document.querySelector('[role=row][aria-current] bdi')?.textContent ?? null);

export const toast = (page) => page.locator('[aria-live=polite]');

// meddle stands between a page and the API: what `with` is set to may answer a
// request, or leave it alone by giving nothing. It stands there from the beginning,
// because requests slip through while a browser begins to hold them.
export async function meddle(page) {
  const meddler = { with: null };
  await page.route('**/api/v1/**', (route) => meddler.with?.(route) ?? route.continue());
  return meddler;
}

export const unavailable = (number) => ({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, request_id: number }) });
