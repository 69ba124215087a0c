// Every page of the staff app in every state that it has: what axe finds of WCAG 2.2
// AA, light and dark, wide and on a phone, and how the page is built. A state is one
// line of a table: where it is, what the server is made to answer, what is done then,
// what is waited for, what the test itself provokes, and what is undone after it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, signIn, submit, submitMany } from './app.mjs';
import { base, openBrowser, openPage, picture, step } from './browser.mjs';
import { answers, jpegOf, pngOf } from './appanswers.mjs';
import { eventually } from './flows.mjs';
import { built, desktop, inSchemes, json, phone, refused, settled, still } from './looks.mjs';

const press = (...keys) => async (page) => {
  await page.getByRole('row').first().waitFor();
  for (const key of keys) await page.keyboard.press(key);
};
const text = (words) => (page) => page.getByText(words).first();
const button = (name) => (page) => page.getByRole('button', { name, exact: true }).first();
const dialog = (name) => (page) => page.getByRole('dialog', { name });
const heading = (name) => (page) => page.getByRole('heading', { name }).first();
const click = (name) => (page) => button(name)(page).click();
const inSpanish = (page) => page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
const inEnglish = (page) => page.evaluate(() => localStorage.removeItem('usher.preferences'));

// look brings a state about and looks at it.
async function look({ page, wrong }, { name, at, given, then, sees, title, provokes, language = 'en', onPhone = false }) {
  await page.setViewportSize(desktop);
  await given?.(page);
  if (at) await page.goto(base + at);
  await then?.(page);
  await sees(page).waitFor();
  await eventually(async () => [await page.title()].filter((called) => !title.test(called)), [], 'the title'); // it counts what may come after the list
  const slug = name.replace(/[^a-z0-9]+/gi, '-');
  await settled(page);
  for (const viewport of onPhone ? [desktop, phone] : [desktop]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await built(page, language), [], `how it is built, ${viewport.width} wide`);
    await inSchemes(page, `${viewport.width} wide`, (scheme) => picture(page, `${slug}-${viewport.width}-${scheme}`));
  }
  assert.deepEqual(wrong.splice(0).filter((line) => !provokes?.test(line)), [], 'other hosts, the CSP, errors');
}

// lookAtAll goes on after a state that failed, for each loads its page anew.
async function lookAtAll(watched, states) {
  const failed = [];
  for (const state of states) {
    await step(state.name, () => look(watched, state)).catch((error) => failed.push(error.message));
    await state.after?.(watched.page);
    await watched.page.unrouteAll({ behavior: 'ignoreErrors' });
    await watched.page.goto(`${base}/healthz`); // what it still asks for is none of the next one's
    watched.wrong.length = 0;
  }
  assert.equal(failed.join('\n\n'), '');
}

const onPhone = true; // the main ones are looked at there too
const refusal = /the server responded with a status of/;
const cut = /net::ERR_/;

test('signed out', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const watched = await openPage(browser, desktop, still);
  const title = /^Sign in · Usher$/;
  const wrongPassword = (page) => signIn(page, { email: 'nobody@firm.example', password: 'not the password' });
  await lookAtAll(watched, [
    { name: 'sign-in', onPhone, at: '/app/', sees: heading('Sign in'), title, provokes: refusal },
    { name: 'sign-in refused', onPhone, at: '/app/', then: wrongPassword, sees: text('is wrong.'), title, provokes: refusal },
    { name: 'sign-in in Spanish', onPhone, given: inSpanish, at: '/app/', sees: button('Entrar'), title: / · Usher$/, language: 'es', provokes: refusal, after: inEnglish },
    { name: 'no server', given: (page) => page.route('**/api/v1/me', (route) => route.abort()), at: '/app/', sees: heading('be reached'), title: /reached · Usher$/, provokes: cut },
  ]);
});

test('before the first lead', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const watched = await open(browser, '/app/', { device: still });
  await lookAtAll(watched, [
    { name: 'welcome', onPhone, at: '/app/welcome', sees: button('Send yourself a test lead'), title: /ready · Usher$/ },
    { name: 'welcome refused', given: (page) => refused(page, '/api/v1/leads', 503), at: '/app/welcome', then: click('Send yourself a test lead'), sees: text('be stored right now'), title: /ready/, provokes: refusal },
    { name: 'first ever empty', onPhone, at: '/app/', sees: text('No lead has come in yet'), title: /^\(0\) Needs contact · Usher$/ },
  ]);
});

test('the inbox', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  await submitMany(105);
  const watched = await open(browser, '/app/', { device: still });
  const list = /^\/api\/v1\/leads\?/;
  const title = /Needs contact · Usher$/;
  const found = /Search results · Usher$/;
  const held = (page) => page.getByRole('button', { name: 'Undo' }).hover(); // so that it stays
  let release = [];
  const late = (page) => page.route((url) => list.test(url.pathname + url.search), (route) => release.push(() => route.fallback()));
  const arrive = () => release.splice(0).forEach((go) => go());
  await lookAtAll(watched, [
    { name: 'inbox', onPhone, at: '/app/', sees: text('Civil engineer since 2011.'), title },
    { name: 'toast', onPhone, at: '/app/', then: async (page) => { await press('e')(page); await held(page); }, sees: text('How?'), title },
    { name: 'toast of a refusal', given: (page) => refused(page, /^\/api\/v1\/leads\/[^/]+$/, 503, { method: 'PATCH' }), at: '/app/', then: press('e'), sees: text('Not marked'), title, provokes: refusal },
    { name: 'selection', onPhone, at: '/app/', then: press('x', 'Shift+J', 'Shift+J'), sees: text('3 selected'), title },
    { name: 'bulk question', at: '/app/', then: async (page) => { await press('x')(page); await page.getByRole('button', { name: /Select all/ }).click(); await page.getByText('104 selected').waitFor(); await page.keyboard.press('e'); }, sees: dialog('Mark 104 leads'), title },
    { name: 'assign', onPhone, at: '/app/', then: press('a'), sees: dialog('Who takes care'), title },
    { name: 'assign to nobody known', at: '/app/', then: async (page) => { await press('a')(page); await page.getByLabel('Find a colleague').fill('zzz'); }, sees: text('No colleague is called that'), title },
    { name: 'help', at: '/app/', then: press('?'), sees: dialog('Keys'), title },
    { name: 'no match', at: '/app/?q=is:pending+assignee:none+zzzz', sees: text('No lead matches'), title: found },
    { name: 'unknown name', onPhone, at: '/app/?q=assignee:zzzz', sees: text('No one colleague is called'), title: found },
    { name: 'tokens that make no sense', at: '/app/?q=older:x+is:what+lead', sees: text('older:x'), title: found },
    { name: 'nobody waits', given: (page) => json(page, /^\/api\/v1\/leads\?.*PENDING/, { items: [], next_cursor: null }), at: '/app/', sees: text('Nobody is waiting'), title },
    { name: 'none', at: '/app/?q=is:reached_out+assignee:none+older:9w', sees: text('No lead is in this list now.'), title: found },
    { name: 'loading', given: late, at: '/app/', sees: (page) => page.getByRole('status', { name: 'Loading' }), title, after: arrive },
    { name: 'list refused', onPhone, given: (page) => refused(page, list, 403), at: '/app/', sees: text('The list can’t be shown'), title, provokes: refusal },
    { name: 'old rows', at: '/app/', then: async (page) => { await page.getByRole('row').first().waitFor(); await refused(page, list, 403); await submit({ first: 'Late' }); }, sees: text('This is as it was at'), title, provokes: refusal },
    { name: 'stuck mail', given: (page) => json(page, '/api/v1/messages/summary', answers.stuck), at: '/app/', sees: text('have been stuck'), title },
    { name: 'offline', at: '/app/', then: async (page) => { await press()(page); await page.context().setOffline(true); }, sees: text('You are offline'), title, provokes: cut, after: (page) => page.context().setOffline(false) },
    { name: 'offline with a change', at: '/app/', then: async (page) => { await press()(page); await page.context().setOffline(true); await text('You are offline')(page).waitFor(); await page.keyboard.press('i'); }, sees: text('1 change waits'), title, provokes: cut, after: (page) => page.context().setOffline(false) },
    { name: 'lapsed', onPhone, at: '/app/', then: async (page) => { await press()(page); await refused(page, /\/api\//, 401); await page.keyboard.press('j'); }, sees: dialog('Sign in again'), title, provokes: refusal },
    { name: 'all', at: '/app/?q=', sees: heading('All'), title: /All · Usher$/ },
    { name: 'no such page', onPhone, at: '/app/nowhere', sees: heading('There is no such page'), title: /no such page · Usher$/ },
    { name: 'inbox in Spanish', onPhone, given: inSpanish, at: '/app/', then: press('x'), sees: text('Civil engineer'), title: / · Usher$/, language: 'es', after: inEnglish },
  ]);
});

test('a lead', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const watched = await open(browser, '/app/', { device: still });
  const name = /^Maria Ortiz · Usher$/;
  const send = (more) => submit({ email: `${crypto.randomUUID()}@example.com`, ...more }).then(({ id }) => `/app/leads/${id}`);
  const pdf = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
  const [plain, long, paper, locked, png, jpeg, odd, twin] = [
    await send({}),
    await send({ resume: `${'A line that goes on and on, as lines do. '.repeat(60)}\n`.repeat(90) }),
    await send({ resume: pdf, filename: 'maria-cv.pdf', type: 'application/pdf' }),
    await send({ resume: pdf.replace('<</Root', '<</Encrypt 2 0 R/Root'), filename: 'locked.pdf', type: 'application/pdf' }),
    await send({ resume: pngOf(600, 800), filename: 'cv.png', type: 'image/png' }),
    await send({ resume: jpegOf(), filename: 'cv.jpg', type: 'image/jpeg' }),
    await send({ resume: pngOf(60_000, 60_000), filename: 'odd.png', type: 'image/png' }),
    (await send({ email: 'twin@example.com' }), await send({ email: 'twin@example.com' })),
  ];
  const nobody = '/app/leads/0199f3a0-0000-7000-8000-000000000001';
  const remove = (typed) => async (page) => {
    await click('Delete for good')(page);
    const box = page.getByRole('dialog');
    const reference = /[0-9A-Z]{3}-[0-9A-Z]{3}/.exec(await box.innerText())[0];
    await box.getByRole('textbox').fill(typed ?? reference);
    await box.getByRole('button', { name: 'Delete for good' }).click();
  };
  const note = async (page) => { await page.getByLabel('Note').fill('She calls back on Friday.'); await click('Add note')(page); };
  const resume = /\/resume$/;
  await lookAtAll(watched, [
    { name: 'lead', onPhone, at: plain, sees: text('Civil engineer'), title: name },
    { name: 'lead with a note', at: plain, then: note, sees: text('You noted:'), title: name },
    { name: 'lead reached out', onPhone, at: plain, then: async (page) => { await page.getByText('Civil engineer').waitFor(); await page.keyboard.press('i'); await page.getByText('is assigned to').waitFor(); await page.getByRole('button', { name: 'Reached out' }).first().click(); await page.getByText('How?').waitFor(); await page.goto(base + plain); }, sees: (page) => page.getByRole('button', { name: 'Undo' }), title: name },
    { name: 'lead with a draft', at: paper, then: (page) => page.getByLabel('Note').fill('She calls'), sees: text('Kept in this browser'), title: name },
    { name: 'note refused', given: (page) => refused(page, /\/notes$/, 503), at: paper, then: note, sees: text('The note is not added yet'), title: name, provokes: refusal },
    { name: 'every event', onPhone, given: (page) => json(page, /\/events/, answers.events), at: plain, sees: text('Something else happened'), title: name },
    { name: 'timeline refused', given: (page) => refused(page, /\/events/, 403), at: plain, sees: text('Your role doesn’t allow it'), title: name, provokes: refusal },
    { name: 'other leads of the address', at: twin, sees: heading('Other leads of this address'), title: name },
    { name: 'delete', at: plain, then: click('Delete for good'), sees: dialog('Delete Maria Ortiz'), title: name },
    { name: 'delete mistyped', onPhone, at: plain, then: remove('nothing'), sees: text('to delete this lead.'), title: name },
    { name: 'delete refused', given: (page) => refused(page, /^\/api\/v1\/leads\/[^/]+$/, 412, { method: 'DELETE' }), at: plain, then: remove(), sees: (page) => page.getByRole('dialog').getByRole('alert'), title: name, provokes: refusal },
    { name: 'no such lead', at: nobody, sees: heading('This lead isn’t there'), title: /isn’t there · Usher$/, provokes: refusal },
    { name: 'lead refused', given: (page) => refused(page, nobody.replace('/app/', '/api/v1/'), 403), at: nobody, sees: heading('This lead can’t be shown'), title: /can’t be shown · Usher$/, provokes: refusal },
    { name: 'PDF', onPhone, at: paper, sees: text('This kind of file is not shown'), title: name },
    { name: 'PDF with a password', at: locked, sees: text('It asks for a password'), title: name },
    { name: 'PNG', at: png, sees: (page) => page.getByRole('img', { name: 'cv.png' }), title: name },
    { name: 'JPEG', at: jpeg, sees: (page) => page.getByRole('img', { name: 'cv.jpg' }), title: name },
    { name: 'picture too large', at: odd, sees: text('This picture is too large'), title: name },
    { name: 'long text', at: long, sees: text('There is more. Download'), title: name },
    { name: 'resume missing', onPhone, given: (page) => refused(page, resume, 404), at: plain, sees: text('The file isn’t there'), title: name, provokes: refusal },
    { name: 'resume refused', given: (page) => refused(page, resume, 500), at: plain, sees: text('The resume can’t be shown'), title: name, provokes: refusal },
    { name: 'lead in Spanish', onPhone, given: inSpanish, at: plain, sees: text('Civil engineer'), title: name, language: 'es', after: inEnglish },
  ]);
});

test('outbox and preferences', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t);
  const watched = await open(browser, '/app/', { device: still });
  const title = /^Outbox · Usher$/;
  const list = /^\/api\/v1\/messages(\?|$)/;
  const test1 = (answer) => (page) => json(page, '/api/v1/messages/test', answer);
  const password = (current, next) => async (page) => { await page.getByLabel('Current password').fill(current); await page.getByLabel('New password').fill(next); await click('Change the password')(page); };
  const you = /^You · Usher$/;
  await lookAtAll(watched, [
    { name: 'outbox', at: '/app/outbox', sees: text('To the prospect'), title },
    { name: 'outbox with every state', onPhone, given: async (page) => { await json(page, list, answers.messages); await json(page, '/api/v1/messages/summary', answers.dead); }, at: '/app/outbox', sees: text('were given up'), title },
    { name: 'outbox when all is well', given: (page) => json(page, '/api/v1/messages/summary', answers.well), at: '/app/outbox', sees: text('All is sent.'), title },
    { name: 'outbox without a message', at: '/app/outbox?state=suppressed', sees: text('No message is in this state'), title },
    { name: 'outbox refused', given: (page) => refused(page, list, 403), at: '/app/outbox', sees: text('Your role doesn’t allow it'), title, provokes: refusal },
    { name: 'test mail without a server', at: '/app/outbox', then: click('Send me a test mail'), sees: text('Nothing was sent to'), title, provokes: refusal },
    { name: 'test mail sent', given: test1(answers.sent), at: '/app/outbox', then: click('Send me a test mail'), sees: text('The mail server took it'), title },
    { name: 'test mail failed', given: test1(answers.failed), at: '/app/outbox', then: click('Send me a test mail'), sees: text('It did not go out'), title },
    { name: 'outbox in Spanish', onPhone, given: inSpanish, at: '/app/outbox', sees: (page) => page.locator('li[data-state]').first(), title: / · Usher$/, language: 'es', after: inEnglish },
    { name: 'you', onPhone, at: '/app/you', sees: heading('Change your password'), title: you },
    { name: 'you with a wrong password', at: '/app/you', then: password('not it', 'a much longer passphrase'), sees: text('This is not your current password'), title: you, provokes: refusal },
    { name: 'you with a short password', onPhone, at: '/app/you', then: password('x', 'short'), sees: text('Use at least 12 characters'), title: you, provokes: refusal },
    { name: 'help without keys', at: '/app/you', then: async (page) => { await page.getByRole('group', { name: 'Keys of one letter' }).getByLabel('Off').check(); await click('Keys')(page); }, sees: text('are switched off'), title: you, after: inEnglish },
    { name: 'you in Spanish', onPhone, given: inSpanish, at: '/app/you', sees: heading('contraseña'), title: / · Usher$/, language: 'es', after: inEnglish },
  ]);
});
