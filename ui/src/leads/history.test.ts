import { expect, test } from 'vitest';
import { forget, remember, takeLast } from './history';
import { sampleLead } from './sample';

const lead = (id: string) => sampleLead({ id });
const ids = (now: number) => takeLast(now).map(({ id }) => id);

test('the last batch comes back first, once, and not after ten minutes', () => {
  remember([lead('a')], 0);
  remember([lead('b'), lead('c')], 60_000);
  remember([], 61_000);
  expect(ids(62_000)).toEqual(['b', 'c']);
  remember([lead('d')], 300_000);
  expect(ids(600_000)).toEqual(['d']);
  expect(ids(600_000)).toEqual([]);
});

test('what was undone in another way is not undone again', () => {
  remember([lead('a'), lead('b')], 0);
  remember([lead('c')], 0);
  forget('c');
  forget('a');
  expect(ids(1)).toEqual(['b']);
  expect(ids(1)).toEqual([]);
});

test('it does not grow without end', () => {
  for (let index = 0; index < 100; index++) remember([lead(`${index}`)], 0);
  const all: string[] = [];
  for (let taken = ids(1); taken.length > 0; taken = ids(1)) all.push(...taken);
  expect(all).toHaveLength(20);
  expect(all[0]).toBe('99');
});
