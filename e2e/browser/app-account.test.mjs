// How somebody comes in for the first time, and comes in again who forgot the password.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, rowOf, signIn, submit } from './app.mjs';
import { base, openBrowser, openPage, picture, provoked, step, width } from './browser.mjs';
import { ask, eventually } from './flows.mjs';
import { built, clipped, desktop, inSchemes, phone, refused, settled, still, tabThrough } from './looks.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const field = (page) => page.getByLabel('New password');

// letters are the texts that were mailed to an address.
const letters = async (to) => (await fetch(`${process.env.MAILBOX}/?${new URLSearchParams({ to })}`)).json();

// linkIn waits for so many letters, and gives the link in the last one.
async function linkIn(to, count) {
  await eventually(async () => (await letters(to)).length, count, `letters to ${to}`);
  const [link] = /http:\S+\/app\/(invitation|reset)#[\w-]+/.exec((await letters(to)).at(-1));
  return link;
}

// here is a link of this server, which knows its own port only once it listens.
const here = (link) => link.replace(/^http:\/\/[^/]+/, base);

const ben = { email: 'ben@firm.example', password: 'seven quiet green lamps' };
const forgetful = { email: 'eva@firm.example', password: 'nine small brown birds' };

test('an invitation', { timeout: 240_000 }, async (t) => {
  await submit();
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/people');
  let link;
  await step('an admin invites', async () => {
    await button(page, 'Add somebody').click();
    await dialog(page).getByLabel('Name').fill('Ben Cole');
    await dialog(page).getByLabel('E-mail address').fill(ben.email);
    await dialog(page).getByRole('radio', { name: 'Intake' }).check();
    await button(dialog(page), 'Invite').click();
    await page.getByRole('heading', { name: 'Ben Cole is invited' }).waitFor();
    link = await linkIn(ben.email, 1);
    await dialog(page).getByText(link).waitFor();
    await inSchemes(page, 'the link', (scheme) => picture(page, `account-invited-${scheme}`));
    await button(dialog(page), 'Done').click();
    await page.getByRole('row').filter({ hasText: 'Ben Cole' }).getByRole('cell', { name: 'Invited', exact: true }).waitFor();
  });
  const his = await openPage(browser, desktop);
  await step('he looks at the link, twice', async () => {
    for (let times = 0; times < 2; times++) {
      await his.page.goto('about:blank');
      await his.page.goto(here(link));
      await heading(his.page, 'Choose a password');
      await his.page.getByText(ben.email).waitFor();
    }
    await picture(his.page, 'account-choose');
  });
  await step('what is wrong with a password stands beside it', async () => {
    for (const [password, says] of [['short', 'at least 12'], ['Qwertyuiop 123', 'Many people'], ['ben.cole@firm.example', 'little more than a name'], ['', 'Enter a password.']]) {
      await field(his.page).fill(password);
      await button(his.page, 'Set the password').click();
      await his.page.getByText(says, { exact: false }).last().waitFor();
      await eventually(() => field(his.page).evaluate((input) => input === document.activeElement && input.getAttribute('aria-invalid')), 'true');
    }
    await provoked(his.wrong, /status of 422/);
    await picture(his.page, 'account-choose-wrong');
  });
  await step('he pastes one, and is in', async () => {
    await field(his.page).fill('');
    await his.page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      const input = document.querySelector('input[name=password]');
      if (input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))) document.execCommand('insertText', false, text);
    }, ben.password);
    assert.equal(await field(his.page).inputValue(), ben.password, 'pasting is not hindered');
    assert.equal(await field(his.page).getAttribute('autocomplete'), 'new-password');
    assert.equal(await his.page.locator('input[autocomplete=username]').inputValue(), ben.email);
    await his.page.getByLabel('Show the password').check();
    await button(his.page, 'Set the password').click();
    await heading(his.page, 'Your password is set');
    await eventually(() => new URL(his.page.url()).hash, '', 'the link goes out of the address bar');
    await picture(his.page, 'account-done');
    await his.page.getByRole('link', { name: 'To sign in' }).click();
    await signIn(his.page, ben);
    await rowOf(his.page, 'Maria Ortiz').waitFor();
    await provoked(his.wrong, /status of 401/);
  });
  await step('the link is used up', async () => {
    await his.page.goto(here(link));
    await heading(his.page, 'This link doesn’t work any more');
    await provoked(his.wrong, /status of 422/);
    await picture(his.page, 'account-dead');
  });
  await step('another one takes the place of the first', async () => {
    await button(page, 'Add somebody').click();
    await dialog(page).getByLabel('E-mail address').fill('late@firm.example');
    await button(dialog(page), 'Invite').click();
    await button(dialog(page), 'Done').click();
    const before = await linkIn('late@firm.example', 1);
    await button(page, 'Change late@firm.example').click();
    await button(dialog(page), 'Send another invitation').click();
    const after = await linkIn('late@firm.example', 2);
    await dialog(page).getByText(after).waitFor();
    await picture(page, 'account-invited-again');
    await his.page.goto('about:blank'); // where a link that doesn't work is shown already
    await his.page.goto(here(before));
    await heading(his.page, 'This link doesn’t work any more');
    await his.page.goto(here(after)); // the same page but for what stands behind the #
    await heading(his.page, 'Choose a password');
    await provoked(his.wrong, /status of 422/);
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(his.wrong, []);
});

test('a forgotten password', { timeout: 240_000 }, async (t) => {
  const made = await ask('/api/v1/users', { method: 'POST', body: { ...forgetful, name: 'Eva Lang', role: 'attorney' } });
  const browser = await openBrowser(t);
  const elsewhere = await open(browser, '/app/', { user: forgetful });
  const { page, wrong } = await openPage(browser, desktop);
  const askFor = async (email) => {
    await page.goto(`${base}/app/forgot`);
    await page.getByLabel('E-mail address').fill(email);
    await button(page, 'Send the link').click();
    await heading(page, 'Look into your mailbox');
    return (await page.locator('main').innerText()).replace(email, '(address)');
  };
  await step('from where one signs in', async () => {
    await page.goto(`${base}/app/leads/00000000-0000-7000-8000-000000000000`);
    await page.getByRole('link', { name: 'Password forgotten' }).click();
    await heading(page, 'Password forgotten');
    await provoked(wrong, /status of 401/);
    await page.getByLabel('E-mail address').fill('nobody');
    await button(page, 'Send the link').click();
    await page.getByText('Enter an e-mail address like name@example.com.').waitFor();
    await provoked(wrong, /status of 422/);
  });
  let link;
  await step('whether anybody has the address is not told', async () => {
    const strange = await askFor('stranger@firm.example');
    assert.equal(await askFor(forgetful.email), strange);
    await picture(page, 'account-asked');
    link = await linkIn(forgetful.email, 1);
    assert.deepEqual(await letters('stranger@firm.example'), []);
  });
  await step('another password, and everybody is out who had the old one', async () => {
    await page.goto(here(link));
    await heading(page, 'Choose a new password');
    await page.getByText('Every browser and program').waitFor();
    await picture(page, 'account-reset');
    await field(page).fill(ben.password);
    await page.keyboard.press('Enter');
    await heading(page, 'Your password is set');
    await elsewhere.page.getByRole('dialog').getByLabel('Password', { exact: true }).waitFor();
    await provoked(elsewhere.wrong, /status of 401/);
    await elsewhere.page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(ben.password);
    await button(elsewhere.page, 'Sign in').click();
    await eventually(() => elsewhere.page.getByRole('dialog').count(), 0);
    await eventually(async () => (await letters(forgetful.email)).length, 2);
    assert.match((await letters(forgetful.email))[1], /password of eva@firm\.example was changed/);
  });
  await step('an admin sends a link too, and never sees it', async () => {
    const admins = await open(browser, '/app/people');
    await button(admins.page, 'Change Eva Lang').click();
    await button(dialog(admins.page), 'Send a link').click();
    await admins.page.getByText(`A link to choose another password goes to ${forgetful.email}.`).waitFor();
    await eventually(() => dialog(admins.page).count(), 0);
    assert.match(await linkIn(forgetful.email, 3), /\/app\/reset#/);
    assert.deepEqual(admins.wrong, []);
  });
  await step('a link that has gone, or is of another purpose', async () => {
    assert.deepEqual(elsewhere.wrong, []);
    await elsewhere.page.close();
    await ask(`/api/v1/users/${made.body.id}`, { method: 'PATCH', body: { disabled: true } });
    for (const at of [link, await linkIn(forgetful.email, 3), (await linkIn(forgetful.email, 3)).replace('reset', 'invitation'), `${base}/app/reset`]) {
      await page.goto('about:blank');
      await page.goto(here(at));
      await heading(page, 'This link doesn’t work any more');
    }
    await provoked(wrong, /status of 422/);
  });
  assert.deepEqual(wrong, []);
});

test('how it looks', { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await openPage(browser, desktop, still);
  const invite = async (email) => (await ask('/api/v1/users', { method: 'POST', body: { email, role: 'viewer' } })).body.invitation_url;
  const link = await invite(`${'a-long-name-'.repeat(5)}x@${'a-very-long-host-'.repeat(3)}x.example`);
  const at = (path) => async () => { await page.goto('about:blank'); await page.goto(here(path)); };
  const states = [
    ['forgot', at(`${base}/app/forgot`), 'Password forgotten'],
    ['asked', async () => { await page.goto(`${base}/app/forgot`); await page.getByLabel('E-mail address').fill(`${'x'.repeat(60)}@${'host-'.repeat(10)}x.example`); await page.keyboard.press('Enter'); }, 'Look into your mailbox'],
    ['choose', at(link), 'Choose a password'],
    ['dead', at(`${base}/app/invitation#x`), 'This link doesn’t work any more'],
    ['done', async () => { await at(link)(); await field(page).fill(ben.password); await page.keyboard.press('Enter'); }, 'Your password is set'],
  ];
  for (const [name, then, title] of states) {
    await step(name, async () => {
      await page.setViewportSize(desktop);
      await then();
      await heading(page, title);
      await settled(page);
      for (const viewport of [desktop, phone, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
        await page.setViewportSize(viewport);
        const size = `${viewport.width}x${viewport.height}`;
        assert.deepEqual(await built(page), [], `how it is built, ${size}`);
        assert.ok((await width(page)) <= viewport.width, `${await width(page)} wide, ${size}`);
        assert.deepEqual(await clipped(page), [], `cut or scrolled sideways, ${size}`);
        if (viewport === desktop || viewport === phone) await inSchemes(page, `${name}, ${size}`, (scheme) => picture(page, `account-${name}-${size}-${scheme}`));
      }
      await page.setViewportSize(desktop);
      assert.deepEqual((await tabThrough(page, 'Tab')).wrong, []);
    });
  }
  await provoked(wrong, /status of 422/);
  await step('not to be had', async () => {
    await refused(page, '/api/v1/link', 503);
    await at(link)();
    await button(page, 'Try again').waitFor();
    await inSchemes(page, 'not to be had', (scheme) => picture(page, `account-refused-${scheme}`));
    await page.unrouteAll();
    await provoked(wrong, /status of 503/);
  });
  await step('in Spanish', async () => {
    await page.evaluate(() => localStorage.setItem('usher.preferences', '{"language":"es"}'));
    await at(`${base}/app/forgot`)();
    await heading(page, 'Contraseña olvidada');
    assert.deepEqual(await built(page, 'es'), []);
    await picture(page, 'account-spanish');
  });
  assert.deepEqual(wrong, []);
});
