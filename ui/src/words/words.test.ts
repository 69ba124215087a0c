import { expect, test } from 'vitest';
import { Refusal, Unreachable } from '../api/refusal';
import { en } from './en';
import { es } from './es';
import { explanation } from './explain';
import { ago, date, full, midnight, size, span } from './times';
import { languageOf } from './words';

// all gives every sentence with its path; a function is asked with numbers and names.
function all(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(2, 'x', 'y'))]];
  return Object.entries(value as object).flatMap(([key, inner]) => all(inner, path ? `${path}.${key}` : key));
}

// Every list of words: that of the app, and those of its parts that are loaded later.
const parts = import.meta.glob<Record<string, { en: unknown; es: unknown }>>(['../*/words.ts', '!./words.ts'], { eager: true });
const catalogues = [{ en, es } as { en: unknown; es: unknown }, ...Object.values(parts).flatMap((part) => Object.values(part))];
const allIn = (language: 'en' | 'es') =>
  catalogues.flatMap((catalogue, index) => all(catalogue[language]).map(([path, text]) => [`${index}.${path}`, text] as const));
const sentences = (['en', 'es'] as const).flatMap((language) =>
  allIn(language).map(([path, text]) => [language, path, text] as const),
);

// The same in both languages, because that is what they are called.
const own = ['OpenDocument (ODT)', 'English', 'Español'];

test.each(sentences)('%s %s says something, calmly', (_, __, text) => {
  expect(text.trim()).not.toBe('');
  expect(text).not.toMatch(/!|undefined|\[object|oops|please|por favor/i);
});

test('Spanish is not English', () => {
  const english = new Map(allIn('en'));
  const same = allIn('es').filter(([path, text]) => english.get(path) === text && /[a-z]{5}/i.test(text));
  expect(same.map(([, text]) => text).filter((text) => !own.includes(text))).toEqual([]);
});

test.each([
  ['es', ['en'], 'es'],
  ['browser', ['es-MX', 'en'], 'es'],
  ['browser', ['fr', 'es'], 'es'],
  ['browser', ['fr', 'en-GB', 'es'], 'en'],
  ['browser', [], 'en'],
] as const)('%s with a browser of %j is %s', (preferred, browser, language) => {
  expect(languageOf(preferred, browser)).toBe(language);
});

test('one is one', () => {
  expect(en.markedMany(1)).toBe('1 lead is marked as reached out.');
  expect(en.markedMany(1200)).toBe('1,200 leads are marked as reached out.');
});

test('spans, distances and sizes', () => {
  expect([20_000, 12 * 60_000, 47 * 3_600_000, 49 * 3_600_000].map((span_) => span(span_, 'en'))).toEqual([
    '< 1 min',
    '12 min',
    '47 hr',
    '2 days',
  ]);
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(ago('2026-11-23T11:59:48Z', now, 'en')).toBe('12 sec. ago');
  expect(ago('2026-11-23T12:00:05Z', now, 'en')).toBe('now');
  expect(ago('2026-11-20T12:00:00Z', now, 'es')).toBe('hace 3 d');
  expect([5, 48_213, 10_485_760, 2.5e9, 98e9, 3e16].map((bytes) => size(bytes, 'en'))).toEqual([
    '5 bytes',
    '48 kB',
    '10 MB',
    '2.5 GB',
    '98 GB',
    '30,000 TB',
  ]);
});

test('what went wrong is explained without the server’s English', () => {
  expect(explanation(new Unreachable('x'), es)).toBe(es.why.unreachable);
  expect(explanation(new Refusal(412, { detail: 'x' }), en)).toBe(en.why.stale);
  expect(explanation(new Refusal(429, {}, 7), en)).toContain('7 seconds');
  expect(explanation(new Refusal(500, { request_id: 'r1' }), en)).toContain('r1');
  expect(explanation(new Error('x'), en)).toBe(en.why.unknown);
});

test.each([
  ['2026-11-23', 0, 'America/New_York', '2026-11-23T05:00:00.000Z'],
  ['2026-11-01', 0, 'America/New_York', '2026-11-01T04:00:00.000Z'], // the clocks go back that day
  ['2026-11-01', 1, 'America/New_York', '2026-11-02T05:00:00.000Z'],
  ['2026-03-08', 1, 'America/New_York', '2026-03-09T04:00:00.000Z'],
  ['2026-11-30', 1, 'Asia/Tokyo', '2026-11-30T15:00:00.000Z'],
  ['2026-11-23', 0, 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z'],
  ['2026-09-06', 0, 'America/Santiago', '2026-09-06T04:00:00.000Z'], // has no midnight
  ['2026-04-24', 0, 'Africa/Cairo', '2026-04-23T22:00:00.000Z'], // nor has this one
  ['2026-10-30', 0, 'Africa/Cairo', '2026-10-29T22:00:00.000Z'], // an hour of the day before comes twice
  ['2026-11-01', 0, 'America/Havana', '2026-11-01T04:00:00.000Z'], // has two
])('%s and %i days in %s begins at %s', (day, later, zone, at) => {
  expect(new Date(midnight(day, zone, later)).toISOString()).toBe(at);
});

test('a day is a day of its zone', () => {
  const [at, now] = ['2025-12-31T23:30:00Z', Date.parse('2026-01-02T12:00:00Z')];
  expect(date(at, now, { language: 'en', zone: 'UTC' })).toBe('Dec 31, 2025');
  expect(date(at, now, { language: 'en', zone: 'Asia/Tokyo' })).toBe('Jan 1');
  expect(full(at, { language: 'en', zone: 'America/New_York' })).toContain('6:30:00');
});
