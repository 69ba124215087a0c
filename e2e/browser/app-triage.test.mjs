// A morning's work by keyboard: what each key does, on the screen and on the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, base, openBrowser, openPage, picture, provoked, step } from './browser.mjs';
import { colleague, open, rowOf } from './app.mjs';
import { ask, eventually, focused, kindsOf, leadOf, listOf, nameIn, namesIn, notesOf, people, toast } from './flows.mjs';

const statesOf = async (leads) => (await Promise.all(leads.map(leadOf))).map(({ state }) => state);
const all = (count, state) => Array(count).fill(state);

test('ten leads in ten keys', { timeout: 240_000 }, async (t) => {
  const leads = await people('Ten', 10);
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, { width: 1280, height: 800 });
  const press = (key) => page.keyboard.press(key);
  const count = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Needs contact' });

  await step('signing in needs no mouse either', async () => {
    await page.goto(`${base}/app/`);
    await page.getByLabel('E-mail address').waitFor();
    await page.keyboard.type(admin.email);
    await press('Tab');
    await page.keyboard.type(admin.password);
    await press('Enter');
    await page.getByRole('row').first().waitFor();
    await provoked(wrong, /status of 401/);
    await eventually(() => namesIn(page), leads.map((_, index) => nameIn('Ten', index + 1)), 'who has waited longest is first');
    await eventually(() => focused(page), nameIn('Ten', 1));
    await eventually(() => count.textContent(), 'Needs contact10');
    await picture(page, 'triage-ten');
  });
  await step('e marks, and goes on to the next', async () => {
    for (const [index] of leads.entries()) {
      await press('e');
      if (index < 9) await eventually(() => focused(page), nameIn('Ten', index + 2), `the focus after ${index + 1}`);
      await eventually(() => rowOf(page, nameIn('Ten', index + 1)).count(), 0, 'the row has gone');
      await eventually(() => count.textContent(), `Needs contact${9 - index}`);
      await toast(page).getByText(`${nameIn('Ten', index + 1)} is marked as reached out.`).waitFor();
      if (index === 4) await picture(page, 'triage-half');
    }
    await toast(page).getByRole('button', { name: 'Undo' }).hover(); // so that it stays
    await page.getByText('Nobody is waiting. The last lead arrived').waitFor();
    await page.getByRole('heading', { name: 'Needs contact' }).getByText('0 leads').waitFor();
    await eventually(() => page.title(), '(0) Needs contact · Usher');
    await eventually(() => statesOf(leads), all(10, 'REACHED_OUT'));
    for (const lead of leads) assert.deepEqual(await kindsOf(lead), ['received', 'reached_out']);
    await picture(page, 'triage-nobody');
  });
  await step('what is said of a mark stands beside the list', async () => {
    const last = toast(page).getByText(`${nameIn('Ten', 10)} is marked as reached out.`);
    await toast(page).getByRole('button', { name: 'Undo' }).waitFor();
    const list = await page.locator('section[aria-labelledby=list-heading]').boundingBox();
    assert.ok((await last.boundingBox()).x >= list.x + list.width, 'no row is covered');
  });
  await step('z takes back the last mark, then the one before', async () => {
    await press('z');
    await toast(page).getByText(`${nameIn('Ten', 10)} is pending again.`).waitFor();
    await eventually(() => namesIn(page), [nameIn('Ten', 10)]);
    await eventually(() => focused(page), nameIn('Ten', 10), 'the focus is on what came back');
    await eventually(() => kindsOf(leads[9]), ['received', 'reached_out', 'undone']);
    await page.getByText('You took back the mark.').waitFor();
    await page.getByText('You marked it as reached out.').waitFor();
    await picture(page, 'triage-undone');
    await press('z');
    await eventually(() => namesIn(page), [nameIn('Ten', 9), nameIn('Ten', 10)]);
    await eventually(() => focused(page), nameIn('Ten', 9), 'the eye is on what came back');
    await eventually(() => statesOf(leads), [...all(8, 'REACHED_OUT'), 'PENDING', 'PENDING']);
    await eventually(() => count.textContent(), 'Needs contact2');
  });
  await step('the toast asks how, without saying the rest again, and the server knows', async () => {
    let answer;
    const isMark = (url) => url.pathname === `/api/v1/leads/${leads[8].id}`;
    await page.route(isMark, (route) => (route.request().method() === 'PATCH' ? (answer = () => route.continue()) : route.fallback()));
    await press('e');
    const said = await toast(page).getByText('is marked as reached out.').elementHandle();
    await eventually(() => answer !== undefined, true);
    answer();
    await toast(page).getByText('How?').waitFor();
    assert.ok(await said.evaluate((text) => text.isConnected));
    await page.unroute(isMark);
    await toast(page).getByRole('button', { name: 'Phone' }).press('Enter');
    await eventually(async () => (await leadOf(leads[8])).channel, 'phone');
    await eventually(() => focused(page), nameIn('Ten', 10), 'the focus is back in the list');
    assert.deepEqual(await kindsOf(leads[8]), ['received', 'reached_out', 'undone', 'reached_out', 'channel_set']);
  });
  assert.deepEqual(wrong, []);
});

test('every key of a lead', { timeout: 240_000 }, async (t) => {
  const leads = await people('Keys', 6);
  const ben = await colleague('Benedikt');
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Keys'));
  const press = (key) => page.keyboard.press(key);
  await page.getByRole('row').first().waitFor();
  const at = (number) => eventually(() => focused(page), nameIn('Keys', number));

  await step('j, k and the arrows move', async () => {
    for (const [key, number] of [['j', 2], ['ArrowDown', 3], ['k', 2], ['ArrowUp', 1], ['k', 1], ['j', 2]]) {
      await press(key);
      await at(number);
    }
  });
  await step('Enter opens the lead, Escape comes back to it', async () => {
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: nameIn('Keys', 2) }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/app/leads/${leads[1].id}`);
    await press('j');
    await page.getByRole('heading', { level: 1, name: nameIn('Keys', 3) }).waitFor();
    await press('[');
    await page.getByRole('heading', { level: 1, name: nameIn('Keys', 2) }).waitFor();
    await press('Escape');
    await at(2);
  });
  await step('n writes a note, Ctrl and Enter save it', async () => {
    await page.getByLabel('Note').waitFor();
    await press('n');
    await page.keyboard.type('Called at ten.');
    await press('Enter');
    await page.keyboard.type('e j z: will call back.');
    await page.getByText('Kept in this browser until you add it.').waitFor();
    await press('Control+Enter');
    await page.getByText('You noted:').waitFor();
    await eventually(() => page.getByLabel('Note').inputValue(), '');
    assert.deepEqual(await notesOf(leads[1]), ['Called at ten.\ne j z: will call back.']);
    await press('Escape');
    await press('j');
    await press('n'); // at once, before all of the next lead is there
    await page.keyboard.type('exit');
    assert.equal(await page.getByLabel('Note').inputValue(), 'exit');
    await press('Escape');
    await press('ArrowDown');
    await press('ArrowUp');
    await at(3);
    assert.deepEqual(await statesOf(leads), all(6, 'PENDING'));
  });
  await step('i takes it oneself, a gives it to whoever is typed', async () => {
    await press('i');
    await eventually(async () => (await leadOf(leads[2])).assignee, (await ask('/api/v1/me')).body.id);
    await rowOf(page, nameIn('Keys', 3)).getByText('you', { exact: true }).waitFor();
    await press('j');
    await at(4);
    await press('a');
    const dialog = page.getByRole('dialog', { name: `Who takes care of ${nameIn('Keys', 4)}?` });
    await dialog.waitFor();
    await page.keyboard.type('nedi');
    await eventually(() => dialog.getByRole('listitem').allInnerTexts(), ['Benedikt']);
    await picture(page, 'triage-assign');
    await press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await eventually(async () => (await leadOf(leads[3])).assignee, (await ask('/api/v1/me', { user: ben })).body.id);
    await toast(page).getByText(`${nameIn('Keys', 4)} is assigned to Benedikt.`).waitFor();
    await rowOf(page, nameIn('Keys', 4)).getByText('Benedikt').waitFor();
    await at(4);
    await press('a');
    await dialog.waitFor();
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await at(4);
  });
  await step('x and Shift with j select, e is then for all of them, and one z takes them back', async () => {
    await press('k');
    await press('k');
    await press('k');
    await at(1);
    await press('x');
    await press('Shift+J');
    await press('Shift+J');
    await page.getByText('3 selected').waitFor();
    assert.deepEqual(await page.getByRole('row', { selected: true }).count(), 3);
    await picture(page, 'triage-selected');
    await press('x');
    await page.getByText('2 selected').waitFor();
    await press('x');
    await press('e');
    await toast(page).getByText('3 leads are marked as reached out.').waitFor();
    await at(4);
    await eventually(() => statesOf(leads), [...all(3, 'REACHED_OUT'), ...all(3, 'PENDING')]);
    await press('z');
    await toast(page).getByText('3 leads are pending again.').waitFor();
    assert.deepEqual(await statesOf(leads), all(6, 'PENDING'));
    await eventually(async () => (await namesIn(page)).length, 6);
    await at(1);
    await press('z');
    await toast(page).getByText('There is nothing to undo.').waitFor();
    await press('x');
    await page.getByText('1 selected').waitFor();
    await press('Escape');
    await page.getByText('1 selected').waitFor({ state: 'detached' });
  });
  await step('while something is typed, keys are letters', async () => {
    await press('/');
    await page.keyboard.type('e x i z ?');
    assert.equal(await page.getByLabel('Search leads').inputValue(), 'e x i z ?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.equal(await page.getByText('selected').count(), 0);
    await press('Escape');
    await eventually(() => page.getByLabel('Search leads').inputValue(), 'is:pending Keys', 'the field says again what the list is of');
    assert.deepEqual(await statesOf(leads), all(6, 'PENDING'));
    await press('j');
    await at(2);
  });
  await step('? lists the keys', async () => {
    await press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Assign to me').waitFor();
    await picture(page, 'triage-help');
    await press('e'); // in a dialog it does nothing
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await at(2);
    assert.deepEqual(await statesOf(leads), all(6, 'PENDING'));
  });
  assert.deepEqual(wrong, []);
});

test('keys of other layouts, with Alt, and off', { timeout: 240_000 }, async (t) => {
  const leads = await people('Layout', 5);
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, listOf('Layout'));
  const press = (key) => page.keyboard.press(key);
  const at = (number) => eventually(() => focused(page), nameIn('Layout', number));
  await page.getByRole('row').first().waitFor();

  await step('a Cyrillic у stands where e does', async () => {
    const session = await page.context().newCDPSession(page);
    const type = async (key, code) => {
      for (const kind of ['keyDown', 'keyUp']) await session.send('Input.dispatchKeyEvent', { type: kind, key, code, ...(kind === 'keyDown' && { text: key }) });
    };
    await type('о', 'KeyJ');
    await at(2);
    await type('л', 'KeyK');
    await at(1);
    await type('у', 'KeyE');
    await at(2);
    await eventually(() => statesOf(leads), ['REACHED_OUT', ...all(4, 'PENDING')]);
    await type('я', 'KeyZ');
    await eventually(() => statesOf(leads), all(5, 'PENDING'));
    await at(1);
    // On Dvorak the letter counts, not the place: where e types a full stop, it does nothing.
    await type('.', 'KeyE');
    await type('j', 'KeyC');
    await at(2);
    assert.deepEqual(await statesOf(leads), all(5, 'PENDING'));
  });

  // settings goes to one's preferences and back by links, so that the page is not loaded anew.
  const settings = async (choice) => {
    await page.goto(`${base}/app/you`);
    await page.getByRole('group', { name: 'Keys of one letter' }).getByLabel(choice).check();
    await page.goto(base + listOf('Layout'));
    await page.getByRole('row').first().waitFor();
    await press('ArrowDown');
    await at(2);
  };
  await step('with Alt they need Alt', async () => {
    await settings('With Alt');
    await press('e');
    await press('Alt+j');
    await at(3);
    assert.deepEqual(await statesOf(leads), all(5, 'PENDING'));
    await page.getByRole('button', { name: 'Reached out' }).getByText('Alt+e').waitFor();
    await press('Alt+e');
    await at(4);
    await eventually(() => statesOf(leads), ['PENDING', 'PENDING', 'REACHED_OUT', 'PENDING', 'PENDING']);
    await press('Alt+z');
    await eventually(() => statesOf(leads), all(5, 'PENDING'));
  });
  await step('switched off they do nothing, and arrows still move', async () => {
    await settings('Off');
    for (const key of ['e', 'x', 'i', 'Alt+e', '?']) await press(key);
    await press('ArrowDown');
    await at(3);
    assert.equal(await page.getByRole('button', { name: 'Reached out' }).locator('kbd').count(), 0);
    assert.equal(await page.getByText('selected').count(), 0);
    assert.deepEqual(await statesOf(leads), all(5, 'PENDING'));
    assert.deepEqual((await Promise.all(leads.map(leadOf))).map(({ assignee }) => assignee), all(5, null));
    await picture(page, 'triage-off');
  });
  assert.deepEqual(wrong, []);
});
