import { expect, test } from 'vitest';
import { brief, elapsed, lasting, percent, presets, todayIn } from './days';

test('today is where the firm is', () => {
  const now = Date.parse('2026-11-24T04:30:00Z');
  expect(['America/New_York', 'UTC', 'Asia/Tokyo'].map((zone) => todayIn(zone, now))).toEqual([
    '2026-11-23',
    '2026-11-24',
    '2026-11-24',
  ]);
});

test.each([
  ['2026-11-23', '2026-11-17', '2026-08-26', '2025-11-24'],
  ['2024-03-01', '2024-02-24', '2023-12-03', '2023-03-02'],
  ['2024-02-29', '2024-02-23', '2023-12-02', '2023-03-02'],
  ['2024-12-31', '2024-12-25', '2024-10-03', '2024-01-01'], // 366 days, which is as many as there may be
])('periods that end on %s', (today, week, quarter, year) => {
  expect(presets(today).map(({ period }) => period)).toEqual([
    { from: week, to: today },
    {},
    { from: quarter, to: today },
    { from: year, to: today },
  ]);
});

test('a time of waiting is no longer than it was', () => {
  expect([0, 59 * 60, 80 * 60, 47.9 * 3600, 48 * 3600, 89.9 * 86_400].map((s) => elapsed(s, 'en'))).toEqual([
    '1 minute',
    '59 minutes',
    '1 hour',
    '47 hours',
    '2 days',
    '89 days',
  ]);
});

test('lengths of time', () => {
  expect(
    [0, 59, 60, 89 * 60, 90 * 60, 3 * 3600, 47 * 3600, 48 * 3600, 100 * 3600, 12 * 86_400].map((s) => lasting(s, 'en')),
  ).toEqual([
    '1 minute',
    '1 minute',
    '1 minute',
    '89 minutes',
    '1.5 hours',
    '3 hours',
    '47 hours',
    '2 days',
    '4.2 days',
    '12 days',
  ]);
  expect(lasting(9000, 'es')).toBe('2,5 horas');
  expect([60, 3600, 86_400].map((s) => brief(s, 'en'))).toEqual(['1 min', '1 hr', '1 day']);
  expect(percent(0.846, 'en')).toBe('85%');
});
