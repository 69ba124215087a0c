// The resume, with JavaScript: it goes up as soon as it is chosen, what can't be taken
// is told at once, and a bad connection ends in a sentence and a way on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, step } from './browser.mjs';
import { eventually, everyLead } from './flows.mjs';
import { choose, connection, field, fill, maria, onDisk, open, pdf, program, reference, resume, said, send, unexpected, uploaded, wrongWith } from './form.mjs';

const { USHER_TEST_LONG } = process.env;
const MB = 1 << 20;
const status = (page) => page.locator('#resume-field [role=status]');
const row = (page) => page.locator('#resume-field .row');
const broken = /ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|ERR_CONNECTION_CLOSED/;
const kept = (page) => field(page, 'kept').count();
// Telling that the form is used is no sending of anything.
const posts = (requests) => requests.filter((request) => request.startsWith('POST') && !request.includes('/starts')).length;

// percent waits until the page says how far an upload is, somewhere on its way. The
// system takes the first few MB at once, whatever the pace.
const percent = async (page) => {
  await row(page).getByText(/^Uploading maria-cv\.pdf: [1-9]\d? %$/).waitFor();
  const at = await page.getByRole('progressbar', { name: 'maria-cv.pdf' }).evaluate((bar) => bar.position);
  assert.ok(at > 0 && at < 1, `${at}`);
};

test('a file goes up as soon as it is chosen', { timeout: 240_000 }, async (t) => {
  const { page, wrong, requests } = await open(await openBrowser(t));
  await step('it is named, and said to those who listen', async () => {
    await choose(page, pdf());
    await uploaded(page, 'maria-cv.pdf');
    assert.equal(await status(page).textContent(), 'maria-cv.pdf is uploaded.');
    await page.getByText('Choose a different file').waitFor();
    assert.equal(posts(requests), 1);
  });
  await step('it can be removed', async () => {
    await row(page).getByRole('button', { name: 'Remove' }).click();
    await status(page).getByText('The file was removed.').waitFor();
    assert.equal(await kept(page), 0);
    await page.locator('#resume:focus').waitFor();
    await page.locator('label[for=resume]').getByText('Resume or CV').waitFor();
  });
  await step('another takes its place', async () => {
    await choose(page, pdf());
    await uploaded(page, 'maria-cv.pdf');
    const first = await field(page, 'kept').inputValue();
    await choose(page, pdf({ name: 'other.pdf' }));
    await uploaded(page, 'other.pdf');
    assert.notEqual(await field(page, 'kept').inputValue(), first);
    assert.equal(await kept(page), 1);
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...maria, kept: first, form_token: await field(page, 'form_token').inputValue() })) body.set(name, value);
    const answer = await (await fetch(`${base}/`, { method: 'POST', body })).text();
    assert.match(answer, /Your file was kept for an hour and is gone now/, 'the other is not on the server any more');
  });
  await step('it can be dropped', async () => {
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'], 'dropped.pdf', { type: 'application/pdf' }));
      return data;
    });
    await page.getByText('or drop it here').dispatchEvent('dragover', { dataTransfer: transfer });
    await page.locator('#resume-field.over').waitFor();
    await page.getByText('or drop it here').dispatchEvent('drop', { dataTransfer: transfer });
    await uploaded(page, 'dropped.pdf');
    assert.equal(await page.locator('#resume-field.over').count(), 0);
  });
  await step('it is the one that is sent', async () => {
    await fill(page, maria);
    await send(page);
    await reference(page);
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('what can’t be taken is told at once', { timeout: 240_000 }, async (t) => {
  const { page, wrong, requests } = await open(await openBrowser(t));
  for (const [name, file, sentence] of [
    ['0 bytes', { name: 'cv.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) }, said.empty],
    ['25 MB', pdf({ size: 25 * MB }), said.large],
    ['a program', program('setup.exe'), said.type],
  ]) {
    await step(name, async () => {
      await choose(page, await onDisk(t, file));
      await wrongWith(page, 'resume', sentence);
      assert.equal(await resume(page).getAttribute('aria-invalid'), 'true');
      assert.equal(await resume(page).inputValue(), '', 'it would be sent with the form');
      assert.equal(posts(requests), 0, 'nothing is sent');
    });
  }
  await step('a program with the name of a PDF is told of by the server', async () => {
    await choose(page, program('cv.pdf'));
    await eventually(() => posts(requests), 1);
    await wrongWith(page, 'resume', said.type);
    assert.equal(await resume(page).inputValue(), '');
    assert.equal(await kept(page), 0);
    assert.equal(await row(page).getByRole('button').count(), 0, 'trying again would not help');
  });
  await step('a PDF with a password is taken, and said', async () => {
    await choose(page, pdf({ locked: true }));
    await uploaded(page, 'maria-cv.pdf');
    await row(page).getByText(said.locked).waitFor();
    await page.reload();
    await row(page).getByText(said.locked).waitFor();
    assert.equal(await page.locator('#resume-error').count(), 0);
  });
  await step('as it is when the form goes out with it', async () => {
    await fill(page, { ...maria, email: 'locked-live@example.com' });
    await send(page);
    await reference(page);
    await page.getByText(said.locked).waitFor();
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('an upload shows how far it is, and can be cancelled', { timeout: 240_000 }, async (t) => {
  const way = await connection(t, { pace: 100_000 });
  const { page, wrong } = await open(await openBrowser(t), { origin: way.origin });
  await choose(page, pdf({ size: 8 * MB }));
  await percent(page);
  await row(page).getByRole('button', { name: 'Cancel' }).click();
  await status(page).getByText('The upload was cancelled.').waitFor();
  assert.deepEqual([await row(page).innerText(), await resume(page).inputValue(), await kept(page)], ['', '', 0]);
  await page.locator('#resume:focus').waitFor();
  way.pace = 0;
  await step('and another can be chosen', async () => {
    await choose(page, pdf());
    await uploaded(page, 'maria-cv.pdf');
  });
  assert.deepEqual(unexpected(wrong), []);
});

test('what does not take its place leaves the file that is kept', { timeout: 240_000 }, async (t) => {
  const way = await connection(t);
  const { page, wrong } = await open(await openBrowser(t), { origin: way.origin });
  const waits = status(page).getByText('The form is sent as soon as the file is uploaded.');
  const large = await onDisk(t, pdf({ name: 'large.pdf', size: 8 * MB }));
  const tooLarge = await onDisk(t, pdf({ size: 25 * MB }));
  await fill(page, { ...maria, email: 'replaced@example.com' });
  await choose(page, pdf());
  await uploaded(page, 'maria-cv.pdf');
  await step('an upload that is cancelled', async () => {
    way.pace = 100_000;
    await choose(page, large);
    await row(page).getByRole('button', { name: 'Cancel' }).click();
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('one that breaks', async () => {
    [way.pace, way.cut] = [0, MB];
    await choose(page, large);
    await wrongWith(page, 'resume', said.notUploaded);
    await uploaded(page, 'maria-cv.pdf');
    way.cut = 0;
  });
  await step('one that is no resume', async () => {
    await choose(page, program('cv.pdf'));
    await wrongWith(page, 'resume', said.type);
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('one that is too large, chosen while Send waits for another: Send works again', async () => {
    way.pace = 100_000;
    await choose(page, large);
    await send(page);
    await waits.waitFor();
    await choose(page, tooLarge);
    await wrongWith(page, 'resume', said.large);
    assert.equal(await page.getByRole('progressbar').count(), 0);
    await uploaded(page, 'maria-cv.pdf');
  });
  await step('none at all, chosen while Send waits: Send works again', async () => {
    await choose(page, large);
    await send(page);
    await waits.waitFor();
    await choose(page, []);
    await uploaded(page, 'maria-cv.pdf');
    assert.equal(await page.getByRole('progressbar').count(), 0);
  });
  await step('and it is the one that is sent', async () => {
    way.pace = 0;
    await send(page);
    await reference(page);
    const [lead] = (await everyLead({})).filter(({ email }) => email === 'replaced@example.com');
    assert.equal(lead.resume.filename, 'maria-cv.pdf');
  });
  assert.deepEqual(unexpected(wrong, broken), []);
});

test('cut at 60 %, it can be tried again', { timeout: 240_000 }, async (t) => {
  const way = await connection(t);
  const { page, wrong } = await open(await openBrowser(t), { origin: way.origin });
  const again = row(page).getByRole('button', { name: 'Try again' });
  await fill(page, { ...maria, email: 'cut@example.com' });
  await step('the sentence, and a button', async () => {
    way.cut = 0.6 * MB;
    await choose(page, pdf({ size: MB }));
    await wrongWith(page, 'resume', said.notUploaded);
    await again.click();
    await wrongWith(page, 'resume', said.notUploaded);
  });
  await step('cut again while the form waits for it, the form is not sent, and says so', async () => {
    way.pace = 20_000;
    await again.click();
    await page.getByRole('progressbar').waitFor();
    await send(page);
    await status(page).getByText('The form is sent as soon as the file is uploaded.').waitFor();
    way.pace = 0; // it need not be slow any more to be cut
    await page.locator('#form [role=alert]').getByText(said.broke).waitFor();
    await wrongWith(page, 'resume', said.notUploaded);
  });
  await step('once the connection holds, it is sent', async () => {
    [way.cut, way.pace] = [0, 0];
    await again.click();
    await uploaded(page, 'maria-cv.pdf');
    assert.equal(await page.locator('#resume-error').count(), 0);
    await send(page);
    await reference(page);
  });
  assert.deepEqual(unexpected(wrong, broken), []);
});

// 200 kbit/s are 25,000 bytes a second.
for (const size of [MB, ...(USHER_TEST_LONG ? [10 * MB] : [])]) {
  test(`${size / MB} MB at 200 kbit/s, and Send waits for it`, { timeout: 15 * 60_000 }, async (t) => {
    const way = await connection(t, { pace: 25_000 });
    const { page, wrong } = await open(await openBrowser(t), { origin: way.origin });
    page.setDefaultTimeout(14 * 60_000);
    const began = Date.now();
    await fill(page, { ...maria, email: `slow${size}@example.com` });
    await choose(page, pdf({ size }));
    await send(page);
    await status(page).getByText(said.still).waitFor();
    await reference(page);
    t.diagnostic(`measured ${size} bytes at 200 kbit/s and the form in ${Date.now() - began} ms`);
    assert.ok(way.sent > size);
    assert.deepEqual(unexpected(wrong), []);
  });
}
