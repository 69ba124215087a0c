// The page at /docs, used as somebody would who meets the API for the first time.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { admin, base, offences, openBrowser, openPage, picture, step, width } from './browser.mjs';
import { eventually } from './flows.mjs';

// What axe says of swagger-ui's own markup, which we don't write. Whatever is not
// here is ours to mend.
const known = {
  'nested-interactive': 'a summary is a button that holds the button to copy the path',
  label: 'the file field has its name in the cell beside it',
  'select-name': 'likewise the other fields of a form, and the choice of an example',
  'button-name': "the dialog's cross",
  'scrollable-region-focusable': 'the curl command; it has a button that copies it',
  'label-content-name-mismatch': "the dialog's Authorize button",
};

const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

// operation finds an operation of the page by its id in the document, and opens it.
async function operation(page, tag, id) {
  const block = page.locator(`#operations-${tag}-${id}`);
  if (!(await block.locator('.execute').isVisible())) {
    await block.locator('.opblock-summary-control').click();
  }
  await block.locator('.execute').waitFor();
  return block;
}

// execute presses Execute and gives the status and the text that the page shows.
async function execute(page, block) {
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith('/api/'));
  await block.locator('.execute').click();
  const status = (await answered).status();
  const shown = block.locator('.live-responses-table .response');
  await shown.locator('.response-col_status', { hasText: String(status) }).waitFor();
  return { status, text: await shown.locator('.response-col_description').innerText(), shown };
}

// answered is the JSON body that a block shows.
async function answered(block) {
  return JSON.parse(await block.locator('.live-responses-table .highlight-code code').first().innerText());
}

async function open(browser, viewport) {
  const watched = await openPage(browser, viewport);
  await watched.page.goto(`${base}/docs`);
  await watched.page.locator('.opblock').first().waitFor();
  return watched;
}

async function authorize(page) {
  await page.locator('.auth-wrapper .authorize').click();
  await page.locator('#oauth_username').fill(admin.email);
  await page.locator('#oauth_password').fill(admin.password);
  assert.deepEqual(await page.locator('.dialog-ux input:visible, .dialog-ux select:visible').count(), 3, 'only name and password, or a key, are asked for');
  await picture(page, 'docs-authorize');
  await page.locator('.dialog-ux .auth-container', { has: page.locator('#oauth_username') }).locator('.authorize').click();
  await page.locator('.dialog-ux button', { hasText: 'Logout' }).waitFor();
  assert.deepEqual(await offences(page, known), [], 'axe on the dialog');
  await page.locator('.dialog-ux .btn-done').last().click();
  await page.locator('.auth-wrapper .authorize.locked').waitFor();
}

test('a lead goes in, is marked and its resume comes out, on the page alone', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong, requests } = await open(browser, { width: 1200, height: 900 });
  let id;

  await step('the page is whole, and asks nobody else', async () => {
    assert.equal(requests.length, 6, requests.join('\n')); // page, two styles, two scripts, the document
    const document = await (await page.request.get(`${base}/openapi.json`)).json();
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
    await eventually(() => page.locator('.opblock').count(), operations.length);
    assert.deepEqual(await offences(page, known), [], 'axe on the page');
    await picture(page, 'docs');
  });
  await step('the filter finds an operation', async () => {
    await page.locator('.operation-filter-input').fill('Messages');
    await page.locator('#operations-Leads-listLeads').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.opblock-tag-section').count(), 1);
    await page.locator('.operation-filter-input').fill('');
    await page.locator('#operations-Leads-listLeads').waitFor();
  });
  await step('Authorize signs in', () => authorize(page));
  await step('the list is empty', async () => {
    const block = await operation(page, 'Leads', 'listLeads');
    const { status } = await execute(page, block);
    assert.equal(status, 200);
    assert.deepEqual(await answered(block), { items: [], next_cursor: null });
  });
  await step('a resume is uploaded', async () => {
    const block = await operation(page, 'Public', 'submitLead');
    await block.locator('input[type=file]').setInputFiles({ name: 'maria-cv.pdf', mimeType: 'application/pdf', buffer: pdf });
    const { status, text } = await execute(page, block);
    assert.equal(status, 201, text);
    const lead = await answered(block);
    assert.equal(lead.resume.size, pdf.length);
    assert.equal(lead.state, 'PENDING');
    id = lead.id;
    assert.deepEqual(await offences(page, known), [], 'axe on an open operation with an answer');
  });
  await step('the lead is in the list', async () => {
    const block = await operation(page, 'Leads', 'listLeads');
    assert.equal((await execute(page, block)).status, 200);
    // Until it is drawn, the answer before stands there, with the same status.
    await eventually(async () => (await answered(block)).items.map((lead) => lead.id), [id]);
  });
  await step('the lead is marked with the body that the page proposes', async () => {
    const block = await operation(page, 'Leads', 'patchLead');
    await block.locator('input[placeholder=id]').fill(id);
    const { status, text } = await execute(page, block);
    assert.equal(status, 200, text);
    const lead = await answered(block);
    assert.equal(lead.state, 'REACHED_OUT');
    assert.equal(lead.channel, 'phone');
  });
  await step('the lead is read', async () => {
    const block = await operation(page, 'Leads', 'getLead');
    await block.locator('input[placeholder=id]').fill(id);
    assert.equal((await execute(page, block)).status, 200);
    assert.equal((await answered(block)).version, 2);
    await block.evaluate((element) => element.scrollIntoView());
    await picture(page, 'docs-call');
  });
  await step('the resume is downloaded as it was sent', async () => {
    const block = await operation(page, 'Leads', 'downloadResume');
    await block.locator('input[placeholder=id]').fill(id);
    const { status, shown } = await execute(page, block);
    assert.equal(status, 200);
    const saved = page.waitForEvent('download');
    await shown.locator('a[download]').click();
    const download = await saved;
    assert.equal(download.suggestedFilename(), 'maria-cv.pdf');
    assert.deepEqual(await readFile(await download.path()), pdf);
  });
  assert.deepEqual(requests.filter((request) => !request.includes('/api/')).length, 6, 'nothing was loaded later');
  assert.deepEqual(wrong, [], 'other hosts, the CSP, errors');
  await step('after logging out nothing is shown', async () => {
    await page.locator('.auth-wrapper .authorize').click();
    await page.locator('.dialog-ux button', { hasText: 'Logout' }).click();
    await page.locator('.dialog-ux .btn-done').last().click();
    const block = await operation(page, 'Leads', 'listLeads');
    assert.equal((await execute(page, block)).status, 401);
  });
});

test('on a phone the page is as wide as the screen', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, { width: 390, height: 844 });
  assert.equal(await width(page), 390);
  await picture(page, 'docs-phone');
  for (const [tag, id] of [['Public', 'submitLead'], ['Public', 'token'], ['Leads', 'downloadResume']]) {
    await operation(page, tag, id);
    assert.equal(await width(page), 390, `with ${id} open`);
  }
  await authorize(page);
  await execute(page, await operation(page, 'Leads', 'listLeads'));
  assert.equal(await width(page), 390, 'with an answer');
  await picture(page.locator('#operations-Leads-listLeads'), 'docs-phone-list');
  assert.deepEqual(wrong, []);
});
