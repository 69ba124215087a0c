// The firm's settings as an admin changes them, one topic after the other, and as
// prospects then see them: on the form, on the confirmation, in their mail.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { colleague, open } from './app.mjs';
import { pngOf } from './appanswers.mjs';
import { admin, base, openBrowser, openPage, picture, provoked, step } from './browser.mjs';
import { ask, eventually, goTo, toast } from './flows.mjs';
import { choose, fill, maria, pdf, reference, send, submitButton } from './form.mjs';

const firm = async () => (await ask('/api/v1/firm')).body;
const change = (body) => ask('/api/v1/firm', { method: 'PATCH', body });
const at = (topic, language) => `${base}/app/settings/${topic}${language ? `?language=${language}` : ''}`;
const exact = (page, label) => page.getByLabel(label, { exact: true });
const save = async (page) => {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await toast(page).getByText('Saved.').waitFor();
  await toast(page).getByRole('button', { name: 'Close' }).click();
};
const unsaved = (page) => page.getByText('You have changes that are not saved.');
const summary = (page) => page.locator('main [role=alert]:focus');

// prospect opens the form, and gives the page.
async function prospect(browser, path = '/') {
  const { page } = await openPage(browser, { width: 800, height: 1000 }, { locale: 'en-US' });
  await page.goto(base + path);
  await submitButton(page).waitFor();
  return page;
}

test('every field of the profile, to the form and back', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/');
  await step('g s goes to the settings, and so does the link', async () => {
    await goTo(page, 's', '/app/settings/firm');
    await page.getByRole('heading', { level: 1, name: 'Settings: Firm' }).waitFor();
    assert.equal(await page.title(), 'Firm · Settings · Usher');
    await page.goto(`${base}/app/outbox`);
    const link = page.getByRole('link', { name: 'Settings' });
    await link.click();
    await page.waitForURL(/\/app\/settings\/firm$/);
    await eventually(() => link.getAttribute('aria-current'), 'page');
  });
  await step('who the firm is, and what it says in two languages', async () => {
    await exact(page, 'Name of the firm').fill('Ellison & Okoye');
    await exact(page, 'Accent colour').fill('#0B6B53');
    await exact(page, 'Time zone').fill('America/Chicago');
    await page.locator('input[type=file]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: pngOf(120, 40) });
    await page.getByAltText('The logo as it will be').waitFor();
    await exact(page, 'Opening hours, English').fill('Mon to Fri\n9 to 5');
    await exact(page, 'What happens next, and when, English').fill('We call within a day.');
    await page.getByRole('link', { name: 'Spanish' }).click();
    await page.waitForURL(/language=es$/);
    await page.getByText('Empty, so that prospects read the text in English: We call within a day.').waitFor();
    await exact(page, 'What happens next, and when, Spanish').fill('Llamamos en un día.');
    await exact(page, 'When it can’t wait, Spanish').fill('Llame al 555-0100.');
    await unsaved(page).waitFor();
    await picture(page, 'settings-firm-unsaved');
    await save(page);
    await unsaved(page).waitFor({ state: 'hidden' });
    const now = await firm();
    assert.deepEqual([now.name, now.accent, now.time_zone, now.logo.width], ['Ellison & Okoye', '#0b6b53', 'America/Chicago', 120]);
    assert.deepEqual(now.texts, {
      en: { hours: 'Mon to Fri\n9 to 5', promise: 'We call within a day.', urgent: '', mail_note: '' },
      es: { hours: '', promise: 'Llamamos en un día.', urgent: 'Llame al 555-0100.', mail_note: '' },
    });
  });
  await step('the form shows it, and so does the confirmation', async () => {
    const form = await prospect(browser, '/?lang=es');
    await form.getByAltText('Ellison & Okoye').waitFor();
    await form.getByText('Llame al 555-0100.').waitFor();
    assert.equal(await submitButton(form).evaluate((button) => getComputedStyle(button).backgroundColor), 'rgb(11, 107, 83)');
    const english = await prospect(browser, '/?lang=en');
    await fill(english, { ...maria, email: 'first@example.com' });
    await choose(english, pdf());
    await send(english);
    await reference(english);
    await english.getByText('We call within a day.').waitFor();
    await english.getByText('(Chicago)').waitFor();
    await english.getByText('9 to 5').waitFor();
  });
  await step('a reload shows it', async () => {
    await page.reload();
    await page.getByAltText('The logo as it is').waitFor();
    assert.equal(await exact(page, 'What happens next, and when, Spanish').inputValue(), 'Llamamos en un día.');
    assert.equal(await exact(page, 'Name of the firm').inputValue(), 'Ellison & Okoye');
    assert.match(await page.getByText('Last change:').innerText(), /by you$/);
    await picture(page, 'settings-firm', { fullPage: true });
  });
  await step('the logo goes, and what is left empty is not said', async () => {
    await page.getByRole('button', { name: 'Remove the logo' }).click();
    await page.getByText('No logo. The form shows the name.').waitFor();
    await exact(page, 'When it can’t wait, Spanish').fill('');
    await save(page);
    const now = await firm();
    assert.deepEqual([now.logo, now.texts.es.urgent], [null, '']);
  });
  assert.deepEqual(wrong, []);
});

test('what is wrong stands beside its field, and the accent has a better shade', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/firm');
  await exact(page, 'Accent colour').fill('#4aa3df');
  await exact(page, 'Time zone').fill('Mars/Olympus');
  await exact(page, 'First contact within, in hours').fill('721');
  await page.getByRole('link', { name: 'French' }).click();
  await exact(page, 'Opening hours, French').fill('x'.repeat(1001));
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await summary(page).waitFor();
  await step('the summary names all of them and leads to each', async () => {
    const lines = await summary(page).locator('li').allInnerTexts();
    assert.deepEqual(lines, [
      'Accent colour: This colour is too light to be read on white: its contrast is 2.76:1, and 4.5:1 is needed. #217cba passes.',
      'Time zone: Choose a time zone from the list, such as America/New_York.',
      'First contact within, in hours: Use a whole number of hours from 1 to 720, or leave this empty.',
      'Opening hours, French: Shorten this text.',
    ]);
    await picture(page, 'settings-refused');
    await page.getByRole('link', { name: /^Opening hours, French/ }).click();
    await page.waitForURL(/language=fr$/);
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'field-texts-fr-hours');
    assert.equal(await exact(page, 'Opening hours, French').getAttribute('aria-invalid'), 'true');
  });
  await step('the shade that passes is taken with one button', async () => {
    await page.getByRole('button', { name: 'Use #217cba' }).click();
    assert.equal(await exact(page, 'Accent colour').inputValue(), '#217cba');
    assert.equal(await exact(page, 'Accent colour').getAttribute('aria-invalid'), null, 'it is not called wrong any more');
    await exact(page, 'First contact within, in hours').fill('');
    await exact(page, 'Time zone').fill('Europe/Berlin');
    await exact(page, 'Opening hours, French').fill('');
    await save(page);
    assert.deepEqual([(await firm()).accent, (await firm()).time_zone], ['#217cba', 'Europe/Berlin']);
  });
  await step('a logo that is none: all else is saved', async () => {
    await exact(page, 'Name of the firm').fill('Ruiz & Co');
    await page.locator('input[type=file]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await summary(page).getByText('Logo: This is no PNG or JPEG picture.').waitFor();
    await unsaved(page).waitFor();
    assert.equal((await firm()).name, 'Ruiz & Co');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('No logo.').waitFor();
  });
  await provoked(wrong, /status of 422/);
  await provoked(wrong, /status of 415/);
  assert.deepEqual(wrong, []);
});

test('what is not saved is not lost by leaving, and can be discarded', { timeout: 240_000 }, async (t) => {
  await change({ name: 'Ruiz' });
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/firm');
  const name = exact(page, 'Name of the firm');
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await step('discard puts everything back', async () => {
    await name.fill('Another');
    await page.getByRole('button', { name: 'Discard' }).click();
    assert.equal(await name.inputValue(), 'Ruiz');
    await unsaved(page).waitFor({ state: 'hidden' });
  });
  await step('typed back, it is no change', async () => {
    await name.fill('Another');
    await unsaved(page).waitFor();
    await name.fill('Ruiz');
    await unsaved(page).waitFor({ state: 'hidden' });
  });
  await step('leaving asks, and staying keeps it', async () => {
    await name.fill('Another');
    await page.getByRole('link', { name: 'Outbox' }).click();
    await dialog.waitFor();
    await picture(page, 'settings-leave');
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    assert.equal(await name.inputValue(), 'Another');
    assert.match(page.url(), /\/settings\/firm$/);
    await page.getByRole('link', { name: 'Notices' }).click();
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await name.inputValue(), 'Another');
  });
  await step('so does the browser, when the page is closed or loaded anew', async () => {
    const asked = new Promise((resolve) => { page.once('dialog', async (box) => { resolve(box.type()); await box.dismiss(); }); });
    await page.evaluate(() => { setTimeout(() => location.reload(), 0); });
    assert.equal(await asked, 'beforeunload');
    assert.equal(await name.inputValue(), 'Another');
  });
  await step('whoever wants to leave does', async () => {
    await page.getByRole('link', { name: 'Outbox' }).click();
    await dialog.getByRole('button', { name: 'Leave without saving' }).click();
    await page.waitForURL(/\/app\/outbox$/);
    assert.equal((await firm()).name, 'Ruiz');
  });
  assert.deepEqual(wrong, []);
});

test('two admins at once: the second sees what the first has saved', { timeout: 240_000 }, async (t) => {
  await change({ name: 'Ruiz', accent: '', texts: { en: { urgent: '' } } });
  await colleague('Chidi', 'admin');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/firm');
  const other = await open(browser, '/app/settings/firm', { user: { email: 'chidi@firm.example', password: 'Chidi and a long passphrase' } });
  await exact(page, 'Name of the firm').fill('Mine');
  await exact(page, 'When it can’t wait, English').fill('Call us.');
  await exact(other.page, 'Name of the firm').fill('Theirs');
  await exact(other.page, 'Accent colour').fill('#0b6b53');
  await save(other.page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await step('nothing is saved, and it says what the other changed', async () => {
    const said = await summary(page).innerText();
    assert.match(said, /^Chidi has saved changes since you began: Name of the firm, Accent colour\./);
    await picture(page, 'settings-two-admins');
    assert.equal((await firm()).name, 'Theirs');
    assert.equal(await exact(page, 'Accent colour').inputValue(), '#0b6b53', 'what is theirs alone is shown');
    assert.equal(await exact(page, 'Name of the firm').inputValue(), 'Mine', 'what is mine is still there');
    await page.getByText('Saved meanwhile: Theirs').waitFor();
  });
  await step('saved again, both are there', async () => {
    await save(page);
    const now = await firm();
    assert.deepEqual([now.name, now.accent, now.texts.en.urgent], ['Mine', '#0b6b53', 'Call us.']);
  });
  await step('who wants the same is told that it is there already', async () => {
    await exact(page, 'Name of the firm').fill('Both');
    await exact(other.page, 'Name of the firm').fill('Both');
    await save(page);
    await other.page.getByRole('button', { name: 'Save', exact: true }).click();
    await summary(other.page).getByText('has saved the same meanwhile. There is nothing left to save.').waitFor();
    await unsaved(other.page).waitFor({ state: 'hidden' });
  });
  await provoked(other.wrong, /status of 412/);
  await provoked(wrong, /status of 412/);
  assert.deepEqual([...wrong, ...other.wrong], []);
});

test('a notice is written, looked at, published, changed and withdrawn', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/notices');
  const editor = page.getByLabel('Notice, English', { exact: true });
  const form = await prospect(browser, '/?lang=en');
  assert.equal(await form.locator('.notice').count(), 0);
  await step('from the draft, which says that it wants a review', async () => {
    await page.getByText('The form shows no notice.').waitFor();
    await page.getByRole('button', { name: 'Begin with Usher’s draft' }).click();
    await page.getByText('Review before use.').waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'notice-text', 'the focus doesn’t go with the button');
    assert.notEqual(await editor.inputValue(), '');
    await page.getByRole('heading', { name: 'As prospects will read it' }).waitFor();
    await picture(page, 'settings-notice-draft', { fullPage: true });
    await form.reload();
    assert.equal(await form.locator('.notice').count(), 0, 'nobody sees a draft');
  });
  await step('published, the form shows it', async () => {
    await editor.fill('First line.\n\nSecond line.');
    await page.getByRole('button', { name: 'Publish' }).click();
    await toast(page).getByText('Version 1 in English is published.').waitFor();
    await page.getByText(/^Version 1, published/).waitFor();
    await form.reload();
    assert.deepEqual(await form.locator('.notice .saying p').allInnerTexts(), ['First line.', 'Second line.']);
  });
  await step('a tick is asked for once it is saved', async () => {
    await page.getByLabel('Ask prospects to tick “I have read this”').check();
    await save(page);
    await form.reload();
    await form.getByLabel('I have read this').waitFor();
    await page.getByLabel('Ask prospects to tick “I have read this”').uncheck();
    await save(page);
  });
  await step('a language without one says what the form shows instead', async () => {
    await page.getByRole('link', { name: 'Arabic' }).click();
    await page.getByText('None in this language. The form shows the notice in English, and says so.').waitFor();
    await page.getByLabel('Notice, Arabic', { exact: true }).fill('إرسال هذا النموذج لا يجعلك موكلًا.');
    await page.getByRole('button', { name: 'Publish' }).click();
    await toast(page).getByText('Version 2 in Arabic is published.').waitFor();
    assert.equal(await page.locator('[lang=ar]').first().evaluate((text) => getComputedStyle(text).direction), 'rtl');
    await picture(page, 'settings-notice-arabic', { fullPage: true });
    const arabic = await prospect(browser, '/?lang=ar');
    await arabic.locator('.notice').getByText('إرسال هذا النموذج').waitFor();
  });
  await step('a change is the next version, and the one before is kept', async () => {
    await page.getByRole('link', { name: /^English/ }).click();
    await editor.fill('Only one line.');
    await page.getByRole('link', { name: 'Outbox' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay here' }).click();
    assert.equal(await editor.inputValue(), 'Only one line.');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText(/^Version 3, published/).waitFor();
    await page.getByText('1 earlier version').click();
    await page.getByText(/^Version 1, published/).waitFor();
    await page.getByText('Second line.').waitFor();
    await form.reload();
    await form.locator('.notice').getByText('Only one line.').waitFor();
  });
  await step('too long is said beside it, and nothing is lost', async () => {
    await editor.fill('x'.repeat(5001));
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Shorten this text.').waitFor();
    assert.equal(await editor.getAttribute('aria-invalid'), 'true');
    await page.getByRole('button', { name: 'Discard' }).click();
    assert.equal(await editor.inputValue(), 'Only one line.');
  });
  await step('nothing is published by mistake: that would withdraw it', async () => {
    await editor.fill(' ');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Write the notice first.').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    assert.equal((await ask('/api/v1/firm/notices')).body.items[0].version, 3);
  });
  await step('withdrawn, the form shows the other language’s', async () => {
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog', { name: 'Withdraw the notice in English?' }).getByRole('button', { name: 'Withdraw' }).click();
    await toast(page).getByText('The notice in English is withdrawn.').waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'notice-text', 'the focus doesn’t go with the button');
    await page.getByText('The form shows the notice in Arabic, and says so.').waitFor();
    await form.reload();
    await form.locator('.notice').getByText('إرسال هذا النموذج').waitFor();
  });
  await provoked(wrong, /status of 422/);
  assert.deepEqual(wrong, []);
});

test('the mails, before anybody gets them', { timeout: 240_000 }, async (t) => {
  await change({ name: 'Ellison & Okoye', texts: { en: { mail_note: 'Keep this message.' } } });
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/mail');
  const paper = page.getByRole('article');
  await step('what is typed is shown before it is saved', async () => {
    await paper.getByText('Keep this message.').waitFor();
    await paper.getByText('Ellison & Okoye').first().waitFor();
    await exact(page, 'The firm’s sentence in the confirmation, English').fill('Bring your papers.');
    await paper.getByText('Bring your papers.').waitFor();
    assert.equal((await firm()).texts.en.mail_note, 'Keep this message.');
    await picture(page, 'settings-mail', { fullPage: true });
  });
  await step('a long Arabic name, in Arabic, from right to left', async () => {
    await page.getByRole('link', { name: 'Arabic' }).click();
    await page.getByText('Empty, so that prospects read the text in English: Bring your papers.').waitFor();
    await page.getByLabel('Sent to or about').selectOption('A long Arabic name');
    const text = paper.locator('p[dir=rtl][lang=ar]');
    await text.getByText('عبد الرحمن محمد عبد العزيز بن عبد الله آل سعود الهاشمي القرشي').waitFor();
    await exact(page, 'The firm’s sentence in the confirmation, Arabic').fill('احتفظ بهذه الرسالة.');
    await text.getByText('احتفظ بهذه الرسالة.').waitFor();
    await picture(page, 'settings-mail-arabic', { fullPage: true });
  });
  await step('the firm’s mail, about somebody with one name', async () => {
    await exact(page, 'Message').selectOption('To the firm');
    await page.getByLabel('Sent to or about').selectOption('Somebody with one name');
    await page.getByText('Mails to the firm are in its first language, English.').waitFor();
    await paper.getByText('Suharto').first().waitFor();
    await paper.getByText(admin.email).waitFor();
    await picture(page, 'settings-mail-firm', { fullPage: true });
  });
  await step('a sentence that can’t be sent is refused beside it', async () => {
    await exact(page, 'The firm’s sentence in the confirmation, Arabic').fill('x'.repeat(1001));
    await page.getByText('The preview can’t be made. Shorten this text.').waitFor();
    await exact(page, 'The firm’s sentence in the confirmation, Arabic').fill('احتفظ بهذه الرسالة.');
    await paper.waitFor();
    await save(page);
  });
  await step('where they go, and whether they leave', async () => {
    await page.getByRole('heading', { name: 'Where the firm’s messages go' }).waitFor();
    await eventually(() => page.getByRole('region', { name: 'Where the firm’s messages go' }).getByRole('listitem').allInnerTexts(), [admin.email]);
    await page.getByRole('button', { name: 'Send me a test mail' }).click();
    await page.getByText(`The mail server took it. Look in the mailbox of ${admin.email}.`).waitFor();
  });
  await step('the real one is as it was shown', async () => {
    const form = await prospect(browser, '/?lang=ar');
    await fill(form, { ...maria, email: 'arabic@example.com' });
    await choose(form, pdf());
    await send(form);
    await form.locator('.reference').waitFor();
  });
  await provoked(wrong, /status of 422/);
  assert.deepEqual(wrong, []);
});

// website is the firm's: whatever was copied stands on its page.
async function website(t) {
  const site = { body: '' };
  const server = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    const body = request.url === '/thanks' ? '<h1>Thank you</h1>' : `<h1>Our firm</h1>${site.body}`;
    response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>A firm</title>${body}`);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => { server.close(); server.closeAllConnections(); });
  site.origin = `http://127.0.0.1:${server.address().port}`;
  return site;
}

test('what is copied works on the firm’s own site', { timeout: 240_000 }, async (t) => {
  await change({ embed_sites: [], return_addresses: [] });
  const site = await website(t);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/form');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
  const copy = async (name) => {
    await page.getByRole('button', { name }).click();
    await page.getByRole('button', { name }).getByText('Copied').waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const formURL = (await firm()).form_url;
  await step('the link and the code, in a language', async () => {
    assert.equal(await copy('Copy the address'), formURL);
    await page.getByLabel('Language of the link').selectOption('Spanish');
    await eventually(() => copy('Copy the address'), `${formURL}?lang=es`); // it may say of the one before that it is copied
    await page.getByRole('img', { name: `QR code of ${formURL}?lang=es` }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the QR code' }).click()]);
    assert.equal(download.suggestedFilename(), 'form-es.svg');
    await page.getByLabel('Language of the link').selectOption('English');
  });
  await step('an address that is none is refused in its row', async () => {
    await page.getByText('No site may show the form yet.').waitFor();
    const sites = page.getByRole('group', { name: 'Sites that may show the form in a frame' });
    await sites.getByRole('button', { name: 'Add an address' }).click();
    await page.keyboard.type('www.firm.example/contact');
    await sites.getByRole('button', { name: 'Add an address' }).click(); // a row that stays empty
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await summary(page).getByRole('link', { name: /^Sites that may show the form in a frame, number 1: Use the address of a site/ }).click();
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'field-embed_sites-0-');
    await picture(page, 'settings-form-refused', { fullPage: true });
    await page.keyboard.press('Control+A');
    await page.keyboard.type(site.origin);
    const pages = page.getByRole('group', { name: 'Pages to which' });
    await pages.getByRole('button', { name: 'Add an address' }).click();
    await page.keyboard.type(`${site.origin}/thanks`);
    await save(page);
    assert.deepEqual([(await firm()).embed_sites, (await firm()).return_addresses], [[site.origin], [`${site.origin}/thanks`]]);
    await page.getByText('No site may show the form yet.').waitFor({ state: 'hidden' });
    await picture(page, 'settings-form', { fullPage: true });
  });
  const visit = async (snippet) => {
    site.body = snippet;
    const watched = await openPage(browser, { width: 800, height: 900 }, { locale: 'en-US' }, site.origin);
    await watched.page.goto(site.origin);
    return watched.page;
  };
  await step('the frame shows the form, as high as it is', async () => {
    const outer = await visit(await copy('Copy the frame'));
    const inside = await (await outer.waitForSelector('iframe')).contentFrame();
    await submitButton(inside).waitFor();
    await eventually(() => outer.locator('iframe').evaluate((frame) => frame.clientHeight !== 900), true, 'the script has measured it');
  });
  await step('the firm’s own form ends on the firm’s page', async () => {
    const own = await visit(await copy('Copy the form'));
    await own.getByLabel('Given names').fill('Maria');
    await own.getByLabel('Family name').fill('Ortiz');
    await own.getByLabel('E-mail address').fill('own@example.com');
    await own.getByLabel('Resume or CV').setInputFiles(pdf());
    await own.getByRole('button', { name: 'Send' }).click();
    await own.getByRole('heading', { name: 'Thank you' }).waitFor();
  });
  await step('a row is taken away', async () => {
    await page.getByRole('button', { name: `Remove ${site.origin}`, exact: true }).click();
    await save(page);
    assert.deepEqual((await firm()).embed_sites, []);
  });
  await provoked(wrong, /status of 422/);
  assert.deepEqual(wrong, []);
});

test('an attorney reads all of it, and is told who can change it', { timeout: 240_000 }, async (t) => {
  await change({ name: 'Ellison & Okoye', embed_sites: ['https://www.firm.example'] });
  const dana = await colleague('Dana');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/settings/firm', { user: dana });
  await page.getByText('An admin can change this.').waitFor();
  assert.equal(await exact(page, 'Name of the firm').inputValue(), 'Ellison & Okoye');
  for (const topic of ['firm', 'notices', 'mail', 'form']) {
    await step(topic, async () => {
      await page.goto(at(topic));
      await page.getByText('An admin can change this.').waitFor();
      if (topic === 'mail') await page.getByRole('article').getByText('Ellison & Okoye').first().waitFor();
      const open_ = await page.locator('main').evaluate((main) =>
        [...main.querySelectorAll('form input, form textarea')].filter((field) => !field.readOnly && !field.disabled).map((field) => field.outerHTML.slice(0, 90)));
      assert.deepEqual(open_, []);
      for (const name of [/^Save/, /^Publish/, /^Withdraw/, /^Remove/, /^Add an/, /^Choose a pic/, /^Begin with/]) {
        assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
      }
      await picture(page, `settings-attorney-${topic}`);
    });
  }
  assert.deepEqual(wrong, []);
});
