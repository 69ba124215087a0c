// The form by keyboard alone: everything can be reached and done, and the focus is
// always to be seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, step } from './browser.mjs';
import { choose, field, fill, maria, open, pdf, reference, refused, said, unexpected, uploaded } from './form.mjs';

// focus is what has the focus, which must be to be seen.
async function focus(page) {
  const { name, seen } = await page.evaluate(() => {
    const at = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    return {
      name: at.id || at.getAttribute('hreflang') || at.getAttribute('href') || at.textContent.trim() || at.tagName,
      seen: at === document.body || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 3 && box.width > 1 && box.bottom > 0 && box.top < innerHeight),
    };
  });
  assert.ok(seen, `the focus on ${name} is to be seen`);
  return name;
}

// tabTo goes on with Tab, or back with Shift+Tab, until something has the focus; it gives all that had it.
async function tabTo(page, wanted, key = 'Tab') {
  const passed = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    passed.push(await focus(page));
    if (passed.at(-1) === wanted) return passed;
  }
  throw new Error(`${wanted} is not reached: ${passed.join(', ')}`);
}

for (const js of [true, false]) {
  test(`by keyboard alone, JavaScript ${js}`, { timeout: 240_000 }, async (t) => {
    const { page, wrong } = await open(await openBrowser(t), { js });
    page.on('filechooser', () => {}); // from the beginning: a key is faster than what holds the dialog back
    const chooser = async (key) => {
      const opens = page.waitForEvent('filechooser');
      await page.keyboard.press(key);
      await (await opens).setFiles(pdf());
    };
    await step('everything is reached, in the order of the page, and nothing else', async () => {
      assert.deepEqual(await tabTo(page, 'Send'),
        ['en', 'es', 'zh-Hans', 'pt-BR', 'fr', 'vi', 'ar', 'first_name', 'last_name', 'single_name', 'email', 'resume', 'Send']);
    });
    await step('sent empty, the summary leads to the fields', async () => {
      await page.keyboard.press('Enter');
      await refused(page, said.first_name, said.last_name, 'Enter your e-mail address.', said.resume);
      await focus(page);
      assert.deepEqual(await tabTo(page, '#first_name'), ['#first_name']);
      await page.keyboard.press('Enter');
      await page.locator('#first_name:focus').waitFor();
      await focus(page);
    });
    await step('names and address', async () => {
      await page.keyboard.type('Suharto');
      await tabTo(page, 'single_name');
      await page.keyboard.press('Space');
      assert.ok(await page.getByLabel('I have only one name').isChecked());
      await tabTo(page, 'email');
      await page.keyboard.type(js ? `keys-${js}@gmial.com` : `keys-${js}@gmail.com`);
    });
    await step('a file, by the button', async () => {
      await tabTo(page, 'resume');
      await chooser('Enter');
      if (js) await uploaded(page, 'maria-cv.pdf');
    });
    if (js) {
      await step('the likely address is one key away', async () => {
        await page.getByText('Did you mean keys-true@gmail.com?').waitFor();
        await tabTo(page, 'Remove', 'Shift+Tab');
        await tabTo(page, 'Use it', 'Shift+Tab');
        await page.keyboard.press('Enter');
        assert.equal(await field(page, 'email').inputValue(), 'keys-true@gmail.com');
        assert.equal(await focus(page), 'email');
        assert.equal(await page.getByText('Did you mean').count(), 0);
      });
      await step('the file can be removed, and chosen again', async () => {
        await tabTo(page, 'Remove');
        await page.keyboard.press('Space');
        await page.locator('#resume:focus').waitFor();
        await focus(page);
        await chooser('Space');
        await uploaded(page, 'maria-cv.pdf');
      });
    }
    await step('it is sent', async () => {
      await tabTo(page, 'Send');
      await page.keyboard.press('Space');
      await reference(page);
    });
    assert.deepEqual(unexpected(wrong), []);
  });
}

test('a likely slip in the address is asked about, and never more than asked', { timeout: 240_000 }, async (t) => {
  const { page, wrong } = await open(await openBrowser(t));
  const hint = page.locator('#email ~ [role=status]');
  for (const [typed, meant] of [
    ['maria@gmial.com', 'maria@gmail.com'], ['maria@gmail.co', 'maria@gmail.com'], ['m@hotmial.com', 'm@hotmail.com'], ['m@yaho.com', 'm@yahoo.com'],
    ['maria@gmail.com', ''], ['maria@firm.example', ''], ['maria@mail.com', ''], ['maria@', ''], ['maria', ''], ['', ''],
  ]) {
    await fill(page, { email: typed });
    assert.equal(await hint.textContent(), '', 'not while it is typed');
    await page.keyboard.press('Tab');
    assert.equal(await hint.textContent(), meant && `Did you mean ${meant}? Use it`, typed);
  }
  await step('it holds nobody up', async () => {
    await fill(page, { ...maria, email: 'maria@gmial.com' });
    await choose(page, pdf());
    await uploaded(page, 'maria-cv.pdf');
    await page.locator('#form button[type=submit]').focus();
    await page.keyboard.press('Enter');
    await reference(page);
  });
  assert.deepEqual(unexpected(wrong), []);
});
