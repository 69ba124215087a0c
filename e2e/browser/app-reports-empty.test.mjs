// The reports of a firm to which nobody has come yet, and the form's counts as they grow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from './app.mjs';
import { base, openBrowser, openPage, step } from './browser.mjs';
import { ask, eventually } from './flows.mjs';
import { built, desktop, inSchemes, phone, settled, still } from './looks.mjs';
import { whole } from './appreports.mjs';

test('reports of nothing', { timeout: 180_000 }, async (t) => {
  const browser = await openBrowser(t);
  const { page, wrong } = await open(browser, '/app/reports', { device: still });
  const section = (name) => page.getByRole('region', { name, exact: true }).first();
  await step('each says why, and what to do', async () => {
    await section('Leads per day').getByText('No lead came in on these days.').waitFor();
    await section('Who waits now').getByText('Nobody is waiting.').waitFor();
    await section('From form to lead').getByText('The form was not opened on these days.').waitFor();
    assert.equal(await page.locator('canvas').count(), 0);
    await settled(page);
    for (const viewport of [desktop, phone]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await built(page), [], `${viewport.width} wide`);
      await inSchemes(page, `${viewport.width} wide`, (scheme) => whole(page, `reports-empty-${viewport.width}-${scheme}`));
    }
    await page.setViewportSize(desktop);
    await page.getByRole('link', { name: 'Where the form is' }).click();
    await page.waitForURL('**/app/welcome');
  });
  await step('a prospect comes, with JavaScript', async () => {
    const funnel = async () => (await ask('/api/v1/reports')).body.funnel;
    const visitor = await openPage(browser, phone);
    await visitor.page.goto(`${base}/?lang=es`);
    await eventually(async () => (await funnel()).views, 1);
    const told = visitor.page.waitForResponse('**/starts*');
    await visitor.page.locator('#first_name').pressSequentially('María');
    assert.equal((await told).status(), 204);
    await visitor.page.locator('#last_name').fill('Ortiz');
    await visitor.page.locator('#email').fill('maria');
    await visitor.page.locator('button[type=submit]').click();
    await visitor.page.locator('.summary').waitFor();
    await visitor.page.locator('#email').fill('maria@example.com');
    await visitor.page.locator('#resume').setInputFiles({ name: 'cv.txt', mimeType: 'text/plain', buffer: Buffer.from('Civil engineer since 2011.') });
    await visitor.page.locator('input[name=kept]').waitFor({ state: 'attached' });
    await visitor.page.locator('button[type=submit]').click();
    await visitor.page.waitForURL('**/received/**');
    await eventually(funnel, {
      views: 1, starts: 1, submits: 1, api_submits: 0,
      errors: [{ field: 'email', code: 'invalid_email', count: 1 }, { field: 'resume', code: 'required', count: 1 }],
    });
    assert.equal(visitor.requests.filter((request) => request.includes('/starts')).length, 1);
    assert.deepEqual(await visitor.page.context().cookies(), []);
    assert.deepEqual(visitor.wrong.filter((line) => !line.includes('status of 422')), []);
  });
  await step('and the report says so', async () => {
    await page.goto(`${base}/app/reports`);
    await section('Leads per day').getByText('1 lead came in').waitFor();
    await section('From form to lead').getByText('Of 1 time that the form was shown, 100% became a lead.').waitFor();
    await section('What held people up').getByText('E-mail address, not an address').first().waitFor();
    await section('Time to first contact').getByText('No lead of these days was contacted yet.').waitFor();
    await whole(page, 'reports-one');
  });
  assert.deepEqual(wrong, []);
});
