// Two people at one list, sessions that end, connections that break: whatever was
// done is done once, in the right name, or said not to be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, openBrowser, openPage, picture, provoked, step } from './browser.mjs';
import { colleague, open, rowOf, signIn, usher } from './app.mjs';
import { ask, current, eventually, focused, kindsOf, leadOf, listOf, meddle, namesIn, notesOf, people, toast, unavailable } from './flows.mjs';

const me = async (user) => (await ask('/api/v1/me', { user })).body.id;
const lapsed = (page) => page.getByRole('dialog', { name: 'Sign in again' });

// asked waits until the page has said that a lead is marked, and asks how.
const asked = (page, name) => toast(page).filter({ hasText: `${name} is marked as reached out.` }).getByText('How?').waitFor();

// ready waits until a list is there, with its first lead under the eye.
const ready = async (page, name) => {
  await rowOf(page, name).waitFor();
  await eventually(() => current(page), name);
};

// endAt ends the session while a request is on its way, so that it is this one that
// meets the closed door, and nothing that the page asks for by itself.
function endAt(meddler, method, path, end) {
  meddler.with = (route) => {
    if (route.request().method() !== method || !route.request().url().endsWith(path)) return undefined;
    meddler.with = null;
    return end().then(() => route.continue());
  };
}

test('two mark the same lead within a second', { timeout: 240_000 }, async (t) => {
  const leads = await people('Race', 4);
  const ana = await colleague('Ana');
  const ben = await colleague('Ben');
  const browser = await openBrowser(t);
  const [a, b] = await Promise.all([ana, ben].map((user) => open(browser, listOf('Race'), { user })));
  const pages = [a.page, b.page];
  await Promise.all(pages.map((page) => ready(page, 'No001 Race')));

  await step('at once: one of them did it, and both are told who', async () => {
    await Promise.all(pages.map((page) => page.keyboard.press('e')));
    const lead = async () => { const { state, version } = await leadOf(leads[0]); return { state, version }; };
    await eventually(lead, { state: 'REACHED_OUT', version: 2 });
    assert.deepEqual(await kindsOf(leads[0]), ['received', 'reached_out']);
    const winner = (await leadOf(leads[0])).reached_out_by === await me(ana) ? 0 : 1;
    const [won, lost] = [pages[winner], pages[1 - winner]];
    const name = ['Ana', 'Ben'][winner];
    await asked(won, 'No001 Race');
    await toast(lost).getByText(new RegExp(`^${name} marked No001 Race (now|\\d+ (sec|min))`)).waitFor();
    assert.equal(await toast(lost).getByRole('button', { name: 'Undo' }).count(), 0, 'what another has done is not theirs to undo');
    await picture(lost, 'together-lost');
    for (const page of pages) {
      await eventually(() => namesIn(page), ['No002 Race', 'No003 Race', 'No004 Race']);
      await eventually(() => current(page), 'No002 Race');
    }
    await lost.keyboard.press('z');
    await toast(lost).getByText('There is nothing to undo.').waitFor();
    assert.equal((await leadOf(leads[0])).state, 'REACHED_OUT');
  });
  await step('later, by who has not heard of it', async () => {
    await a.page.keyboard.press('e');
    await toast(a.page).getByRole('button', { name: 'Phone' }).click();
    await eventually(async () => (await leadOf(leads[1])).channel, 'phone');
    await b.page.keyboard.press('e');
    await toast(b.page).getByText(/^Ana marked No002 Race (now|\d+ (sec|min))/).waitFor();
    assert.equal((await leadOf(leads[1])).channel, 'phone', 'what Ana said is not lost');
    assert.deepEqual(await kindsOf(leads[1]), ['received', 'reached_out', 'channel_set']);
    for (const [page, who] of [[a.page, 'You'], [b.page, 'Ana']]) {
      await page.goto(`${base}/app/leads/${leads[1].id}`);
      await page.getByText(`${who} marked it as reached out.`).waitFor();
      await page.getByText(`${who} · `).getByText('Phone').waitFor();
    }
    await b.page.getByRole('button', { name: 'Reopen' }).waitFor();
    await a.page.getByRole('button', { name: 'Undo' }).first().waitFor();
  });
  for (const { wrong } of [a, b]) wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes('status of 412'))); // who came second was told so
  assert.deepEqual([...a.wrong, ...b.wrong], []);
});

test('a session ends in the middle of a note', { timeout: 240_000 }, async (t) => {
  const [lead, other] = await people('Lapse', 2);
  const cleo = await colleague('Cleo');
  const dora = await colleague('Dora');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, `/app/leads/${lead.id}`, { user: cleo });
  const meddler = await meddle(page);
  const note = page.getByLabel('Note');

  await step('a dialog stands over the page, and the draft is still there', async () => {
    await note.fill('She has a court date on Monday.');
    cleo.password = 'another long passphrase of Cleo';
    endAt(meddler, 'POST', '/notes', () => usher(['user', 'reset-password', cleo.email], `${cleo.password}\n`));
    await note.press('Control+Enter');
    await lapsed(page).waitFor();
    assert.equal(await note.inputValue(), 'She has a court date on Monday.');
    assert.equal(await lapsed(page).getByLabel('E-mail address', { exact: true }).inputValue(), cleo.email);
    assert.deepEqual(await notesOf(lead), []);
    await eventually(() => page.evaluate(() => document.activeElement.name), 'password', 'only the password is left to type');
    await page.keyboard.press('Escape');
    assert.equal(await lapsed(page).isVisible(), true, 'it does not go away unanswered');
    await picture(page, 'together-lapsed');
  });
  await step('a wrong password says so', async () => {
    await signIn(page, { ...cleo, password: 'not the password at all' });
    await lapsed(page).getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    assert.deepEqual(await notesOf(lead), []);
  });
  await step('signing in saves the note, once', async () => {
    await signIn(page, cleo);
    await lapsed(page).waitFor({ state: 'detached' });
    await page.getByText('You noted:').waitFor();
    await eventually(() => note.inputValue(), '');
    assert.deepEqual(await notesOf(lead), ['She has a court date on Monday.']);
    assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('usher.draft.')).length), 0);
    await provoked(wrong, /status of 401/);
  });
  await step('a mark waits for it too', async () => {
    await page.goto(base + listOf('Lapse'));
    await ready(page, 'No001 Lapse');
    endAt(meddler, 'PATCH', lead.id, () => page.context().clearCookies());
    await page.keyboard.press('e');
    await lapsed(page).waitFor();
    assert.equal((await leadOf(lead)).state, 'PENDING');
    await signIn(page, cleo);
    await asked(page, 'No001 Lapse');
    assert.deepEqual(await kindsOf(lead), ['received', 'note', 'reached_out']);
    await provoked(wrong, /status of 401/);
  });
  await step('who else signs in there does nothing in the first one’s name', async () => {
    await page.goto(`${base}/app/leads/${other.id}`);
    await note.fill('Only Cleo may say this.');
    endAt(meddler, 'POST', '/notes', () => page.context().clearCookies());
    await note.press('Control+Enter');
    await lapsed(page).waitFor();
    const loaded = page.waitForEvent('load');
    await signIn(page, dora);
    await loaded;
    await page.getByRole('link', { name: 'Dora' }).waitFor();
    await page.getByRole('heading', { level: 1, name: 'No002 Lapse' }).waitFor();
    assert.equal(await note.inputValue(), '', 'nor is it hers to read');
    assert.equal(await page.getByText('Only Cleo').count(), 0);
    assert.deepEqual(await notesOf(other), []);
    assert.deepEqual((await ask('/api/v1/leads/counts?q=lapse&state=PENDING')).body.PENDING, 1);
    await provoked(wrong, /status of 401/);
  });
  await step('and the first one finds the draft again', async () => {
    await page.context().clearCookies();
    await page.reload();
    await signIn(page, cleo);
    await page.getByText('Kept in this browser until you add it.').waitFor();
    assert.equal(await note.inputValue(), 'Only Cleo may say this.');
    await provoked(wrong, /status of 401/);
  });
  assert.deepEqual(wrong, []);
});

test('without a connection', { timeout: 240_000 }, async (t) => {
  const leads = await people('Cut', 5);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Cut'));
  const meddler = await meddle(page);
  const states = async () => (await Promise.all(leads.map(leadOf))).map(({ state }) => state);
  await ready(page, 'No001 Cut');

  await step('offline, what one does waits, and the page says so', async () => {
    await page.context().setOffline(true);
    await page.getByText('You are offline. What you see may be old.').waitFor();
    await page.keyboard.press('e');
    await page.getByText('You are offline. 1 change waits in this tab until you are back.').waitFor();
    await eventually(() => focused(page), 'No002 Cut');
    await page.keyboard.press('e');
    await page.keyboard.press('e');
    await page.keyboard.press('z');
    await page.getByText('4 changes wait').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('Written in a tunnel.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Waits for the connection' }).waitFor();
    await page.getByText('5 changes wait').waitFor();
    assert.deepEqual(await states(), Array(5).fill('PENDING'));
    await picture(page, 'together-offline');
    // What was on its way when the connection went may have failed, and browsers write that down.
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED')));
  });
  await step('back online it is done, in order', async () => {
    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
    await eventually(() => kindsOf(leads[2]), ['received', 'reached_out', 'undone']);
    assert.deepEqual(await states(), ['REACHED_OUT', 'REACHED_OUT', 'PENDING', 'PENDING', 'PENDING']);
    await eventually(() => namesIn(page), ['No003 Cut', 'No004 Cut', 'No005 Cut']);
    await page.getByText('You noted:').waitFor();
    assert.deepEqual(await notesOf(leads[3]), ['Written in a tunnel.']);
    await eventually(() => page.getByLabel('Note').inputValue(), '');
  });
  await step('a server that does not answer: the lead comes back, with an explanation', async () => {
    await page.goto(base + listOf('Cut'));
    await ready(page, 'No003 Cut');
    meddler.with = (route) => (route.request().method() === 'PATCH' ? route.abort() : undefined);
    await page.keyboard.press('e');
    await toast(page).getByText('Not marked: No003 Cut. There was no answer. Check the connection, then try again.').waitFor();
    await eventually(() => namesIn(page), ['No003 Cut', 'No004 Cut', 'No005 Cut']);
    await rowOf(page, 'No003 Cut').getByText('Pending').waitFor();
    assert.equal((await leadOf(leads[2])).state, 'PENDING');
    await picture(page, 'together-unreachable');
    meddler.with = null;
    await page.keyboard.press('k');
    await eventually(() => focused(page), 'No003 Cut');
    await page.keyboard.press('e');
    await asked(page, 'No003 Cut');
    await provoked(wrong, /ERR_FAILED/);
  });
  await step('an undo that fails can be tried again', async () => {
    meddler.with = (route) => (route.request().url().endsWith('/reopen') ? route.abort() : undefined);
    await page.keyboard.press('z');
    await toast(page).getByText('Still reached out: No003 Cut. There was no answer.').waitFor();
    await eventually(() => namesIn(page), ['No004 Cut', 'No005 Cut']);
    meddler.with = null;
    await page.keyboard.press('z');
    await toast(page).getByText('No003 Cut is pending again.').waitFor();
    await eventually(() => namesIn(page), ['No003 Cut', 'No004 Cut', 'No005 Cut']);
    await page.keyboard.press('k');
    await eventually(() => focused(page), 'No003 Cut');
    await page.keyboard.press('e');
    await asked(page, 'No003 Cut');
    await provoked(wrong, /ERR_FAILED/);
  });
  await step('a list that can’t be had anew stays, and says of when it is', async () => {
    const isList = (route) => route.request().url().includes('/api/v1/leads?');
    meddler.with = (route) => (isList(route) ? route.fulfill(unavailable('r-7')) : undefined);
    await page.clock.install();
    await page.goto(base + listOf('Cut'));
    await page.getByRole('alert').getByText('The list can’t be shown.').waitFor();
    await page.getByRole('alert').getByText('r-7').waitFor();
    meddler.with = null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready(page, 'No004 Cut');
    meddler.with = (route) => (isList(route) ? route.abort() : undefined);
    await people('Elsewhere', 1); // whatever comes in makes the page look again
    await page.clock.runFor(5000);
    await page.getByRole('alert').getByText(/This is as it was at .*There was no answer/).waitFor();
    assert.deepEqual(await namesIn(page), ['No004 Cut', 'No005 Cut']);
    await picture(page, 'together-old');
    meddler.with = null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await provoked(wrong, /status of 503/);
    await provoked(wrong, /ERR_FAILED/);
  });
  assert.deepEqual(wrong, []);
});

test('coming and going', { timeout: 240_000 }, async (t) => {
  const [lead] = await people('Door', 1);
  const emil = await colleague('Emil');
  const browser = await openBrowser(t);
  const deep = `/app/leads/${lead.id}`;

  const { page, wrong } = await openPage(browser, { width: 1280, height: 800 });
  await step('a link into the app asks to sign in, and leads where it points', async () => {
    await page.goto(base + deep);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(await page.getByText('Door').count(), 0);
    await picture(page, 'together-signin');
    await signIn(page, emil);
    await page.getByRole('heading', { level: 1, name: 'No001 Door' }).waitFor();
    assert.equal(page.url(), base + deep);
    await provoked(wrong, /status of 401/);
  });
  const second = await open(browser, '/app/', { user: emil });
  await step('a new password keeps this browser, and ends the others', async () => {
    await page.getByRole('link', { name: 'Emil' }).click();
    const fill = async (old, next) => {
      await page.getByLabel('Current password').fill(old);
      await page.getByLabel('New password').fill(next);
      await page.getByRole('button', { name: 'Change the password' }).click();
    };
    await fill('not my password at all', 'a new and long passphrase');
    await page.getByText('This is not your current password.').waitFor();
    await fill(emil.password, 'short');
    await page.getByText('Use at least 12 characters.').waitFor();
    await picture(page, 'together-password');
    const old = emil.password;
    emil.password = 'a new and long passphrase';
    await fill(old, emil.password);
    await toast(page).getByText('The password is changed.').waitFor();
    await eventually(() => page.getByLabel('New password').inputValue(), '');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Emil' }).waitFor();
    assert.equal((await page.request.get(`${base}/api/v1/me`)).status(), 200);
    assert.equal((await second.page.request.get(`${base}/api/v1/me`)).status(), 401);
    // Whatever is asked next shows it; perhaps something has been asked already.
    await second.page.getByRole('link', { name: 'All', exact: true }).evaluate((link) => link.click());
    await lapsed(second.page).waitFor();
    await signIn(second.page, emil);
    await lapsed(second.page).waitFor({ state: 'detached' });
    await second.page.getByRole('heading', { name: 'All' }).waitFor();
    await provoked(wrong, /status of 422/);
    await provoked(second.wrong, /status of 401/);
  });
  await step('signing out forgets what was written and read', async () => {
    await page.goto(base + deep);
    await page.getByLabel('Note').fill('A draft about No001 Door.');
    await page.getByRole('link', { name: 'Emil' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('usher.draft.'))), []);
    for (const move of ['goBack', 'goBack', 'goForward']) {
      await page[move]();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      assert.equal(await page.getByText('Door').count(), 0, move);
      assert.equal((await page.title()).includes('Door'), false);
    }
    assert.equal((await page.request.get(`${base}/api/v1/me`)).status(), 401);
    assert.equal((await second.page.request.get(`${base}/api/v1/me`)).status(), 200, 'elsewhere one stays signed in');
    await provoked(wrong, /status of 401/);
  });
  assert.deepEqual([...wrong, ...second.wrong], []);
});
