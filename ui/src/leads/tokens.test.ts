import { expect, test } from 'vitest';
import type { Colleague, Lead } from '../api/client';
import { belongs, parameters, resolve } from './query';
import { type Filter, parse, quoted, without } from './tokens';
import { listSearch, parseSearch, sortOf, stringifySearch, textOf, validList, viewOf } from './views';

const hour = 3_600_000;

test.each<[string, Partial<Filter>]>([
  ['', { words: '' }],
  ['is:pending', { state: 'PENDING', words: '' }],
  ['IS:Pending', { state: 'PENDING', words: '' }],
  ['is:reached_out', { state: 'REACHED_OUT' }],
  ['is:reached', { state: 'REACHED_OUT' }],
  ['is:all', { words: '' }],
  ['is:pending is:reached_out', { state: 'REACHED_OUT' }],
  ['assignee:me', { assignee: 'me' }],
  ['assignee:"Ana Ruiz" x', { assignee: 'Ana Ruiz', words: 'x' }],
  ['assignee:ana@firm.example', { assignee: 'ana@firm.example' }],
  ['older:2h', { older: 2 * hour }],
  ['older:30m', { older: hour / 2 }],
  ['older:3D', { older: 72 * hour }],
  ['older:1w', { older: 168 * hour }],
  ['lang:es', { language: 'es' }],
  ['LANG:pt-BR', { language: 'pt-BR' }],
  ['lang:zh_Hant_TW x', { language: 'zh_Hant_TW', words: 'x' }],
  ['from:2026-11-01 to:2026-11-30', { from: '2026-11-01', to: '2026-11-30', words: '' }],
  ['from:2024-02-29', { from: '2024-02-29' }],
  ['from:"2026-11-01"', { from: '2026-11-01' }],
  ['is:pending assignee:me older:2h maría lópez', { state: 'PENDING', assignee: 'me', older: 2 * hour, words: 'maría lópez' }],
  ['maría is:pending  lópez', { state: 'PENDING', words: 'maría lópez' }],
  ['محمد', { words: 'محمد' }],
  ['phone:555', { words: 'phone:555' }],
  ['"', { words: '"' }],
  ['is:', { words: '' }],
])('%j is read', (text, expected) => {
  expect(parse(text)).toMatchObject(expected);
});

test.each([
  'is:',
  'is:new',
  'older:',
  'older:2',
  'older:2y',
  'older:-1h',
  'older:9999999d',
  'older:999999w',
  'lang:',
  'lang:e',
  'lang:spanish',
  'lang:es-',
  'lang:español',
  'from:',
  'from:2026-02-29',
  'from:2026-13-01',
  'from:1-1-2026',
  'from:0026-01-01',
  'to:yesterday',
  'to:2026-11-31',
  'to:2026-11-30T12:00:00Z',
  'assignee:',
  'assignee:""',
])('%j is marked as wrong, and asks for nothing', (text) => {
  const filter = parse(text);
  expect(filter.tokens).toEqual([{ text, kind: text.split(':')[0], wrong: true }]);
  expect(filter).toMatchObject({ words: '' });
  expect(Object.keys(filter).sort()).toEqual(['tokens', 'words']);
});

test('what is written is what the tokens say, in order', () => {
  const text = 'is:pending assignee:"Ana Ruiz" maría older:2h';
  expect(
    parse(text)
      .tokens.map((token) => token.text)
      .join(' '),
  ).toBe(text);
  expect(without(text, 1)).toBe('is:pending maría older:2h');
  expect(without('x', 0)).toBe('');
  expect(parse(`assignee:${quoted('Ana "the boss" Ruiz')}`).assignee).toBe('Ana the boss Ruiz');
});

const colleague = (id: string, name: string, email: string): Colleague => ({ id, name, email, disabled: false });
const colleagues = [
  colleague('1', 'Ana Ruiz', 'ana@firm.example'),
  colleague('2', 'Anabel Sánchez', 'anabel@firm.example'),
  colleague('3', '', 'raj@firm.example'),
];

test.each([
  ['assignee:me', 'me'],
  ['assignee:none', 'none'],
  ['assignee:ana@firm.example', '1'],
  ['assignee:"ana ruiz"', '1'],
  ['assignee:ruiz', '1'],
  ['assignee:sanchez', '2'],
  ['assignee:raj', '3'],
])('%s is somebody', (text, id) => {
  expect(resolve(parse(text), colleagues, undefined)).toEqual({ assignee: id });
});

test.each(['assignee:ana', 'assignee:nobody', 'assignee:firm.example'])('%s is not one colleague', (text) => {
  expect(resolve(parse(text), colleagues, undefined)).toBeNull();
});

test('how old is counted when it is asked', () => {
  const asked = resolve(parse('is:pending older:2h ana'), [], undefined);
  expect(asked && parameters(asked, Date.parse('2026-11-23T12:00:00Z'))).toEqual({
    state: 'PENDING',
    q: 'ana',
    to: '2026-11-23T10:00:00.000Z',
  });
});

const iso = (...day: [number, number, number]) => new Date(...day).toISOString();
const now = Date.parse('2026-11-23T12:00:00Z');

test('days begin and end where the app is shown', () => {
  const of = (text: string) => parameters(resolve(parse(text), [], undefined) ?? {}, now);
  expect(of('lang:es-MX from:2026-11-01')).toEqual({ language: 'es-MX', from: iso(2026, 10, 1) });
  const end = of('to:2026-11-30').to ?? '';
  expect(end).toMatch(/59\.999999Z$/);
  expect(Date.parse(end) + 1).toBe(Date.parse(iso(2026, 11, 1)));
});

test('of two ends the earlier one counts', () => {
  const to = (text: string) => parameters(resolve(parse(text), [], undefined) ?? {}, now).to;
  expect(to('older:2h to:2026-11-30')).toBe('2026-11-23T10:00:00.000Z');
  expect(to('older:2h to:2026-11-01')).toMatch(/^2026-11-0[12]T..:..:59\.999999Z$/);
});

test.each<[string, string, boolean]>([
  ['lang:es', 'es', true],
  ['lang:ES', 'es-MX', true],
  ['lang:es-mx', 'ES_MX', true],
  ['lang:es', 'est', false],
  ['lang:es-MX', 'es', false],
])('%s and a lead in %s', (text, language, expected) => {
  expect(belongs({ language, created_at: '2026-11-23T12:00:00Z' } as Lead, resolve(parse(text), [], undefined) ?? {}, 'me')).toBe(
    expected,
  );
});

test('a lead belongs to the days of its list', () => {
  const on = (hours: number, text: string) => {
    const lead = { created_at: new Date(2026, 10, 23, hours).toISOString() } as Lead;
    return belongs(lead, resolve(parse(text), [], undefined) ?? {}, 'me');
  };
  expect([0, 12, 23].map((hours) => on(hours, 'from:2026-11-23 to:2026-11-23'))).toEqual([true, true, true]);
  expect([on(-1, 'from:2026-11-23'), on(24, 'to:2026-11-23'), on(24, 'from:2026-11-23')]).toEqual([false, false, true]);
});

test.each<[Record<string, string>, string, string]>([
  [{}, 'is:pending', 'oldest'],
  [{ q: '' }, '', 'newest'],
  [{ q: 'is:reached_out' }, 'is:reached_out', 'newest'],
  [{ q: 'is:pending ana' }, 'is:pending ana', 'oldest'],
  [{ sort: 'newest' }, 'is:pending', 'newest'],
  [{ q: 'ana', sort: 'oldest' }, 'ana', 'oldest'],
  [{ q: 'ana', sort: 'sideways', other: 'x' }, 'ana', 'newest'],
])('the URL %j shows %j, %s first', (url, text, sort) => {
  const search = validList(parseSearch(stringifySearch(url)));
  expect(textOf(search)).toBe(text);
  expect(sortOf(search)).toBe(sort);
  // The shortest URL for it shows the same.
  const again = validList(parseSearch(stringifySearch(listSearch(textOf(search), sortOf(search)))));
  expect([textOf(again), sortOf(again)]).toEqual([text, sort]);
});

test.each(['7', 'true', 'null', '{"a":1}', 'a&b=c', 'é +%', '"x"', '#'])('%j survives the URL as it is', (text) => {
  expect(parseSearch(stringifySearch({ q: text }))).toEqual({ q: text });
});

test('views are known by their text', () => {
  expect([viewOf('is:pending'), viewOf('is:pending assignee:me'), viewOf(''), viewOf('is:reached_out'), viewOf('ana')]).toEqual([
    'needsContact',
    'mine',
    'all',
    'reachedOut',
    undefined,
  ]);
});
