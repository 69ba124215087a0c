// What the tests of how the form looks share: a firm that has said all that it can
// say of itself, prospects who write to it, and every state of a page in turn.
import assert from 'node:assert/strict';
import { pngOf } from './appanswers.mjs';
import { base, openPage, picture, step } from './browser.mjs';
import { ask } from './flows.mjs';
import { built, desktop, inSchemes, phone, settled, still } from './looks.mjs';

// languages are one from left to right, one from right to left, and one that is 40 %
// longer; or only the one that LOOK_IN names.
export const languages = process.env.LOOK_IN ? [process.env.LOOK_IN] : ['en', 'ar', 'en-XA'];

export const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
export const locked = Buffer.from(pdf.toString().replace('<</Root', '<</Encrypt 2 0 R/Root'));
export const cv = (name = 'maria-cv.pdf', buffer = pdf) => ({ name, mimeType: 'application/pdf', buffer });

// texts are a firm's own, in the languages that it has them in.
const texts = {
  en: {
    urgent: 'Court date this week, or someone detained? Call 555-0100.',
    promise: 'Elena Rivera reads what you sent. She calls you within one working day.\nIf you do not hear from us, call 555-0100.',
    hours: 'Monday to Friday, 9:00 to 17:30\nSaturday, 10:00 to 13:00',
  },
  ar: {
    urgent: 'هل لديك جلسة محكمة هذا الأسبوع، أو هل هناك شخص محتجز؟ اتصل على 555-0100.',
    promise: 'تقرأ إيلينا ريفيرا ما أرسلته وتتصل بك خلال يوم عمل واحد.',
    hours: 'من الاثنين إلى الجمعة، من 9:00 إلى 17:30',
  },
};
const notices = {
  en: 'Sending this form does not make you a client of ours. That takes an agreement that we both sign.\nDo not send originals.',
  ar: 'إرسال هذا النموذج لا يجعلك موكلاً لدينا. يتطلب ذلك اتفاقاً يوقعه الطرفان.',
};

export const rivera = { name: 'Rivera & Cole', time_zone: 'America/New_York' };

// change changes what the firm says of itself.
export async function change(profile) {
  const { status, body } = await ask('/api/v1/firm', { method: 'PATCH', body: profile });
  assert.equal(status, 200, JSON.stringify(body));
}

// publish makes notices stand: of those above, in some languages.
export async function publish(...tags) {
  for (const language of tags) {
    const { status, body } = await ask('/api/v1/firm/notices', { method: 'POST', body: { language, text: notices[language] } });
    assert.equal(status, 201, JSON.stringify(body));
  }
}

// describe gives the firm a whole profile. Its notice and its texts are in English and Arabic only.
export async function describe({ logo = true, ...more } = {}) {
  await change({ ...rivera, accent: '#0b6b53', ask_read: true, texts, ...more });
  await publish('en', 'ar');
  if (!logo) return;
  const { status } = await ask('/api/v1/firm/logo', { method: 'PUT', raw: pngOf(420, 96), headers: { 'Content-Type': 'application/octet-stream' } });
  assert.equal(status, 200);
}

// send sends the form as a browser without JavaScript does, and gives the path of the confirmation.
export async function send(language = 'en', { first = 'María-José', last = 'Carreño Quiñones', email = `${crypto.randomUUID()}@example.com`, resume = pdf, ...more } = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ first_name: first, last_name: last, email, ...more })) body.set(name, value);
  body.set('resume', new File([resume], 'maria-cv.pdf'));
  const answer = await fetch(`${base}/?lang=${language}`, { method: 'POST', body, redirect: 'manual' });
  assert.equal(answer.status, 303, await answer.clone().text());
  return answer.headers.get('location');
}

// fill types what a prospect types. The file goes up by itself.
export async function fill(page, { first = 'María-José', last = 'Carreño Quiñones', email = 'maria.jose@example.com', resume } = {}) {
  await page.locator('#first_name').fill(first);
  await page.locator('#last_name').fill(last);
  await page.locator('#email').fill(email);
  if (!resume) return;
  await page.locator('#resume').setInputFiles(resume);
  await uploaded(page).waitFor();
}

export const press = (page) => page.locator('button[type=submit]').click();
export const uploaded = (page) => page.locator('#resume-field .row .kept + button.small');
export const summary = (page) => page.locator('.summary[aria-labelledby]');

// What a state may provoke: an answer of 400 or above, and a connection that breaks.
export const refusal = /the server responded with a status of/;
export const cut = /net::ERR_/;

// plain leaves the script away, so that the page is as it was sent.
export const plain = (page) => page.route('**/form.*.js', (route) => route.abort());

// look brings a state about and looks at it, on a phone and on a desktop, light and
// dark. `titled` is what the title must be like.
async function look({ page, wrong }, language, { name, at, given, then, sees, provokes, titled = /\S/ }) {
  await page.setViewportSize(desktop);
  const where = typeof at === 'function' ? await at(language) : at;
  await given?.(page);
  await page.goto(`${base}${where}${where.includes('?') ? '&' : '?'}lang=${language}`);
  await then?.(page);
  await sees(page).waitFor();
  await settled(page);
  const spoken = name.startsWith('setup') ? 'en' : language; // what an operator reads is English
  for (const viewport of [desktop, phone]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await built(page, spoken, titled), [], `how it is built, ${viewport.width} wide`);
    assert.deepEqual(await mirrored(page, spoken), [], `its direction, ${viewport.width} wide`);
    await inSchemes(page, `${viewport.width} wide`, (scheme) => shoot(page, [name, language, viewport.width, scheme]));
  }
  assert.deepEqual(wrong.splice(0).filter((line) => !provokes?.test(line)), [], 'other hosts, the CSP, errors');
}

export const shoot = (page, words) => picture(page, words.join('-').replace(/[^a-z0-9]+/gi, '-'), { fullPage: true });

// mirrored gives what stands on the wrong side: labels begin where the language
// does, and an address is from left to right in every language.
const mirrored = (page, language) =>
  page.evaluate((rtl) => {
    const wrong = [];
    if (document.documentElement.dir !== (rtl ? 'rtl' : 'ltr')) wrong.push(`dir is ${document.documentElement.dir}`);
    const { left, right } = document.querySelector('main').getBoundingClientRect();
    const style = getComputedStyle(document.querySelector('main'));
    const [from, to] = [left + Number.parseFloat(style.paddingLeft), right - Number.parseFloat(style.paddingRight)];
    for (const element of document.querySelectorAll('h1, .field:not(.wrong) > label')) {
      const range = document.createRange();
      range.selectNodeContents(element);
      const text = range.getBoundingClientRect();
      const [near, far] = rtl ? [to - text.right, text.left - from] : [text.left - from, to - text.right];
      if (Math.abs(near) > 1 || far < -1) wrong.push(`${near} from its side: ${element.outerHTML.slice(0, 80)}`);
    }
    const email = document.querySelector('#email');
    if (email && getComputedStyle(email).direction !== 'ltr') wrong.push('the address is not from left to right');
    return wrong;
  }, language === 'ar');

// lookAtAll looks at states in every language, each in a tab of its own: the script
// keeps what was typed in one. It goes on after one that failed.
export async function lookAtAll(browser, states) {
  const failed = [];
  for (const language of languages) {
    for (const state of states) {
      const watched = await openPage(browser, desktop, still);
      await step(`${state.name} in ${language}`, () => look(watched, language, state)).catch((error) => failed.push(error.message));
      await watched.page.context().close();
    }
  }
  assert.equal(failed.join('\n\n'), '');
}
