// Every page that a prospect meets, in every state that it has: what axe finds of
// WCAG 2.2 AA, light and dark, from both directions, in long words, wide and on a
// phone; and how it is built. A state is one line of a table: where it is, what the
// server is made to answer, what is done then, what is waited for, and what the test
// itself provokes.
import { test } from 'node:test';
import { cut, cv, describe, fill, locked, lookAtAll, plain, press, publish, refusal, send, summary, uploaded } from './formlooks.mjs';
import { openBrowser } from './browser.mjs';

const first = (selector) => (page) => page.locator(selector).first();
const said = first('#resume-field .status:not(:empty, .hidden)');
const hold = (path) => (page) => page.route((url) => url.pathname === path, () => {}); // it is never answered
const choose = (file) => (page) => page.locator('#resume').setInputFiles(file);
const all = async (page, more) => { await fill(page, { resume: cv(), ...more }); await press(page); };
const slip = async (page) => { await page.locator('#email').fill('maria@gmial.com'); await page.locator('#email').blur(); };
const sendOffline = async (page) => { await fill(page, { resume: cv() }); await page.context().setOffline(true); await press(page); };
const online = (page) => page.context().setOffline(false);
const break1 = (page) => page.locator('[name=form_token]').evaluate((field) => { field.value = 'lapsed'; });
const long = (page) => page.clock.fastForward(11_000);
const wrongTitle = /: .*/; // "Error: …", in every language

test('before the firm has said anything of itself', { timeout: 300_000 }, async (t) => {
  await lookAtAll(await openBrowser(t), [
    { name: 'form', at: '/', sees: first('#form') },
    { name: 'form without the script', at: '/', given: plain, sees: first('#form'), provokes: cut },
    { name: 'form errors', at: '/', then: press, sees: summary, provokes: refusal, titled: wrongTitle },
    { name: 'form errors without the script', at: '/', given: plain, then: async (page) => { await fill(page, { email: 'maria@' }); await press(page); }, sees: summary, provokes: /net::ERR_|status of/, titled: wrongTitle },
    { name: 'form one error', at: '/', then: (page) => all(page, { email: 'maria@' }), sees: first('.summary ~ #form .row .kept'), provokes: refusal, titled: wrongTitle },
    { name: 'form one error without the script', at: '/', given: plain, then: async (page) => { await fill(page, { email: 'maria@' }); await choose(cv())(page); await press(page); }, sees: first('#kept'), provokes: /net::ERR_|status of/, titled: wrongTitle },
    { name: 'form uploading', at: '/', given: hold('/uploads'), then: choose(cv()), sees: first('progress') },
    { name: 'form waiting for the upload', at: '/', given: hold('/uploads'), then: async (page) => { await fill(page); await choose(cv())(page); await press(page); }, sees: said },
    { name: 'form uploaded', at: '/', then: choose(cv('Maria-Jose-Carreno-Quinones-curriculum-vitae-2026-final.pdf')), sees: uploaded },
    { name: 'form uploaded with a password', at: '/', then: choose(cv('maria-cv.pdf', locked)), sees: first('.row .hint') },
    { name: 'form upload failed', at: '/', given: (page) => page.route('**/uploads**', (route) => route.abort()), then: choose(cv()), sees: first('#resume-error'), provokes: cut },
    { name: 'form file refused', at: '/', then: choose(cv('maria-cv.exe')), sees: first('#resume-error') },
    { name: 'form file removed', at: '/', then: async (page) => { await fill(page, { resume: cv() }); await uploaded(page).click(); }, sees: said },
    { name: 'form suggestion', at: '/', then: slip, sees: first('.status bdi') },
    { name: 'form sending', at: '/', then: async (page) => { await fill(page, { resume: cv() }); await hold('/')(page); await press(page); }, sees: said },
    { name: 'form not sent', at: '/', then: sendOffline, sees: first('[role=alert] > .summary'), provokes: cut },
    { name: 'form connected again', at: '/', then: async (page) => { await sendOffline(page); await first('[role=alert] > .summary')(page).waitFor(); await online(page); }, sees: first('[role=alert] > .summary'), provokes: cut },
    { name: 'form sent before', at: () => send(), then: async (page) => { const lang = new URL(page.url()).search; await page.waitForFunction(() => sessionStorage.length); await page.goto(new URL(`/${lang}`, page.url()).href); }, sees: first('#sent:not([hidden])') },
    { name: 'form lapsed', at: '/', then: async (page) => { await fill(page, { resume: cv() }); await break1(page); await press(page); }, sees: summary, provokes: refusal, titled: wrongTitle },
    { name: 'form still uploading', at: '/', given: (page) => Promise.all([page.clock.install(), hold('/uploads')(page)]), then: async (page) => { await choose(cv())(page); await long(page); }, sees: said },
    { name: 'confirmation of no firm', at: (language) => send(language), sees: first('.reference') },
    { name: 'no such page', at: '/nowhere', sees: first('h1'), provokes: refusal },
  ]);
});

test('with all that a firm can say of itself', { timeout: 300_000 }, async (t) => {
  await describe();
  const corrected = async (language) => {
    const path = await send(language);
    for (let count = 0; count < 3; count++) {
      await fetch(`${process.env.BASE}${path}/address`, { method: 'POST', body: new URLSearchParams({ email: `${crypto.randomUUID()}@example.com` }) });
    }
    return `${path}/address`;
  };
  const address = async (language) => `${await send(language, { notice_read: 'true' })}/address`;
  const another = (email) => async (page) => { await page.locator('#email').fill(email); await press(page); };
  await lookAtAll(await openBrowser(t), [
    { name: 'firm form', at: '/', sees: first('.notice') },
    { name: 'firm form errors', at: '/', then: press, sees: summary, provokes: refusal, titled: wrongTitle },
    { name: 'firm form notice unread', at: '/', then: all, sees: first('#notice_read-error'), provokes: refusal, titled: wrongTitle },
    { name: 'firm confirmation', at: (language) => send(language, { email: 'maria.jose@example.com' }), sees: first('.reference') },
    { name: 'firm confirmation of a file with a password', at: (language) => send(language, { resume: locked }), sees: first('.reference') },
    { name: 'firm address', at: address, sees: first('#email') },
    { name: 'firm address wrong', at: address, then: another('maria@'), sees: summary, provokes: refusal, titled: wrongTitle },
    { name: 'firm address too often', at: corrected, then: another('again@example.com'), sees: first('main p'), provokes: refusal },
    { name: 'firm no such page', at: '/nowhere', sees: first('h1'), provokes: refusal },
  ]);
});
