import { expect, test } from 'vitest';
import { type Check, findings, type Level, type Seen, worst } from './query';

const check = (about: Check['about'], level: Level = 'green', code: Check['code'] = 'ok'): Check => ({
  about,
  level,
  code,
  text: 'x',
  do: null,
});
const seen = (ahead: number, ...checks: Check[]) => ({ checks, ahead }) as Seen;
const said = (about: Seen) => findings(about).map(({ about, level, code }) => `${about} ${level} ${code}`);

test.each([0, 119_000, -120_000])('a clock that is %d ms ahead is right', (ahead) => {
  expect(said(seen(ahead, check('disk'), check('clock')))).toEqual(['disk green ok', 'clock green ok']);
});

test.each([121_000, -3_600_000])('a clock that is %d ms ahead is not', (ahead) => {
  expect(said(seen(ahead, check('clock'), check('disk')))).toEqual(['disk green ok', 'clock amber browser']);
  expect(said(seen(ahead, check('clock', 'red', 'behind')))).toEqual(['clock red behind', 'clock amber browser']);
});

test('the worst counts', () => {
  expect([worst([]), worst(['green']), worst(['green', 'amber']), worst(['amber', 'red', 'green'])]).toEqual([
    'green',
    'green',
    'amber',
    'red',
  ]);
});
