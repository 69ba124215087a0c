// What the tests of the staff app need beside browser.mjs: leads, colleagues, and
// somebody who is signed in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { admin, base, openPage, taken } from './browser.mjs';

const { USHER, USHER_DATA_DIR } = process.env;

// usher runs a command of the program beside the server.
export async function usher(args, input = '') {
  const running = promisify(execFile)(USHER, args, { env: { USHER_DATA_DIR } });
  running.child.stdin.end(input);
  return (await running).stdout;
}

// colleague adds a user, and gives what it takes to sign in.
export async function colleague(name, role = 'attorney') {
  const user = { email: `${name.toLowerCase()}@firm.example`, password: `${name} and a long passphrase` };
  await usher(['user', 'add', '--name', name, '--role', role, user.email], `${user.password}\n`);
  return user;
}

// submit sends a lead as a prospect does.
export async function submit({ first = 'Maria', last = 'Ortiz', email = 'maria@example.com', single = false, resume = 'Civil engineer since 2011.', filename = 'cv.txt', type = 'text/plain', language } = {}) {
  const body = new FormData();
  body.set('first_name', first);
  body.set('last_name', last);
  if (single) body.set('single_name', 'true');
  body.set('email', email);
  if (language) body.set('language', language);
  body.set('resume', new File([resume], filename, { type }));
  const response = await fetch(`${base}/api/v1/leads`, { method: 'POST', body });
  assert.equal(response.status, 201, await response.clone().text());
  return response.json();
}

// submitMany sends leads one after the other, so that their order is known.
export async function submitMany(count, one = (index) => ({ first: `Lead ${String(index).padStart(3, '0')}`, email: `lead${index}@example.com` })) {
  const leads = [];
  for (let index = 0; index < count; index++) leads.push(await submit(one(index)));
  return leads;
}

// signIn fills in the form that is shown.
export async function signIn(page, user = admin) {
  await page.getByLabel('E-mail address', { exact: true }).fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

// open opens a page of the app, signed in, in a browser context of its own.
export async function open(browser, path = '/app/', { user = admin, viewport = { width: 1280, height: 800 }, device } = {}) {
  const watched = await openPage(browser, viewport, device);
  await watched.page.goto(base + path);
  await signIn(watched.page, user);
  await watched.page.locator('#main').waitFor();
  // Before anybody is signed in, who am I? is answered with 401, and browsers write that down.
  await taken(watched.wrong, /status of 401/);
  return watched;
}

export const rowOf = (page, name) => page.getByRole('row').filter({ hasText: name });
