// What the tests of the public form share: the form as a prospect meets it, files
// made in memory, the sentences that a page ends in, and a bad connection.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { base, openPage } from './browser.mjs';
import { eventually } from './flows.mjs';

export const maria = { first_name: 'María', last_name: 'Ortiz', email: 'maria@example.com' };

// The texts that are looked for, in English as internal/words/catalogues/en.json has them.
export const said = {
  title: 'Tell us how to reach you',
  first_name: 'Enter your first name.',
  last_name: 'Enter your last name, or say that you have only one name.',
  email: 'Enter an e-mail address like name@example.com.',
  resume: 'Select a resume.',
  again: 'Select your resume again.',
  empty: 'This file is empty. Choose the file that holds your resume.',
  large: 'This file is larger than 10 MB. Choose a smaller file.',
  type: "This kind of file isn't accepted. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file, or a JPEG or PNG picture.",
  locked: 'This file needs a password to open. You can send it; you may be asked for the password later.',
  lapsed: 'This page was open for a long time. Everything is still here: send it once more.',
  notUploaded: 'The file could not be uploaded. Check your connection and try again.',
  still: 'Still uploading. Keep this page open.',
  broke: 'Not sent: the connection broke off. What you typed is still here. Send it again.',
  offline: 'Not sent: you are offline. What you typed is still here. Send it again when you are connected.',
  online: 'You are connected again. Send the form now.',
};

// pdf is a PDF of a size in bytes, or as small as it gets; locked is one that needs
// a password.
export function pdf({ name = 'maria-cv.pdf', size = 0, locked = false, of = 'Maria' } = {}) {
  const head = `%PDF-1.4\n% ${of}\n1 0 obj<</Type/Catalog>>endobj\n`;
  const tail = `trailer<</Root 1 0 R${locked ? '/Encrypt 2 0 R' : ''}>>\n%%EOF\n`;
  const filling = Buffer.alloc(Math.max(0, size - head.length - tail.length), '%\n');
  return { name, mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from(head), filling, Buffer.from(tail)]) };
}

// program is a Windows program under a name.
export const program = (name) => ({ name, mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from('MZ\x90\x00\x03'), Buffer.alloc(4096, 0x90)]) });

// onDisk writes a file to a folder that goes with the test, and gives its path: one
// that a browser can read again, as it does to send a page again.
export async function onDisk(t, { name, buffer }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'usher-form-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, name), buffer);
  return path.join(folder, name);
}

// open opens the form, in a browser context of its own. origin is where it is asked
// for: the server's own, or that of a proxy before it.
export async function open(browser, { at = '/', js = true, origin = base, viewport = { width: 800, height: 1000 }, device } = {}) {
  const watched = await openPage(browser, viewport, { javaScriptEnabled: js, locale: 'en-US', ...device }, origin);
  await watched.page.goto(origin + at);
  await submitButton(watched.page).waitFor();
  return watched;
}

export const submitButton = (page) => page.locator('#form button[type=submit]');
export const field = (page, name) => page.locator(`#form [name=${name}]`);
export const resume = (page) => page.locator('#resume');
export const choose = (page, file) => resume(page).setInputFiles(file);
export const send = (page) => submitButton(page).click();

// fill types what a prospect types.
export async function fill(page, values = maria) {
  for (const [name, value] of Object.entries(values)) await field(page, name).fill(value);
}

// typed is what stands in the fields.
export const typed = async (page) => Object.fromEntries(
  await Promise.all(Object.keys(maria).map(async (name) => [name, await field(page, name).inputValue()])),
);

// refused waits for a summary of exactly these sentences and holds the page to what
// an error needs: the focus, the title, and the same words beside each field.
export async function refused(page, ...sentences) {
  await page.locator('.summary li').filter({ hasText: sentences[0] }).first().waitFor();
  await eventually(() => page.locator('.summary li').allInnerTexts(), sentences);
  await page.locator('.summary:focus').waitFor();
  assert.match(await page.title(), /^Error: Tell us how to reach you/);
  for (const link of await page.locator('.summary a').all()) {
    const name = (await link.getAttribute('href')).slice(1);
    const control = field(page, name);
    assert.equal(await control.getAttribute('aria-invalid'), 'true', name);
    assert.ok((await control.getAttribute('aria-describedby')).split(' ').includes(`${name}-error`), name);
    assert.equal(await page.locator(`#${name}-error`).textContent(), `Error: ${await link.textContent()}`);
  }
}

// wrongWith waits for the sentence beside a field, which a script may say without a summary.
export const wrongWith = (page, name, sentence) => page.locator(`#${name}-error`).filter({ hasText: sentence }).waitFor();

// uploaded waits until a file is on the server, and named.
export async function uploaded(page, name) {
  await page.locator('#resume-field .kept').filter({ hasText: new RegExp(`^${name.replace(/[.*+?()]/g, '\\$&')} is (already )?uploaded\\.$`) }).waitFor();
  assert.ok(await field(page, 'kept').inputValue());
}

// reference waits for the confirmation and gives its reference.
export async function reference(page) {
  await page.getByRole('heading', { level: 1, name: 'We have your information' }).waitFor();
  const text = await page.locator('.reference').innerText();
  assert.match(text, /^[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  return text;
}

// expected takes from what went wrong those refusals that a test is about: a browser
// writes each down.
export const unexpected = (wrong, ...known) =>
  wrong.filter((line) => !/status of (413|415|422)/.test(line) && !known.some((pattern) => pattern.test(line)));

// connection is a proxy before the server, at an origin of its own, whose way up can
// be made slow (pace, bytes a second), or break after so many bytes of a connection
// (cut) for as long as it is set.
export async function connection(t, { pace = 0 } = {}) {
  const way = { origin: '', pace, cut: 0, sent: 0 };
  const open = new Set();
  const target = new URL(base);
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    const end = () => [client, upstream].forEach((socket) => socket.destroy());
    let passed = 0;
    open.add(end);
    client.on('close', () => {
      open.delete(end);
      upstream.destroy();
    });
    client.on('error', end);
    upstream.on('error', end);
    upstream.on('close', () => client.end());
    upstream.pipe(client);
    client.on('data', (chunk) => {
      passed += chunk.length;
      way.sent += chunk.length;
      if (way.cut && passed > way.cut) return end();
      upstream.write(chunk);
      if (!way.pace) return undefined;
      client.pause();
      return setTimeout(() => client.resume(), (1000 * chunk.length) / way.pace).unref();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  way.origin = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    for (const end of open) end();
    server.close();
  });
  return way;
}
