import { expect, test } from 'vitest';
import type { Lead } from '../api/client';
import { sampleLead } from './sample';
import { nothingShown, steady, type View } from './steady';

const mine = new Set<string>();
const erased = new Set<string>();
const rules = {
  belongs: (lead: Lead) => lead.state === 'PENDING',
  isOurs: ({ id, version }: Lead) => !Number.isInteger(version) || mine.has(`${id}${version}`),
  isErased: ({ id }: Lead) => erased.has(id),
  comesBefore: (a: Lead, b: Lead) => a.created_at < b.created_at,
};
const lead = (id: string, more: Partial<Lead> = {}) => sampleLead({ id, created_at: id, ...more });
const reached = (id: string, version = 2) => lead(id, { state: 'REACHED_OUT', version });
const ids = ({ shown, held }: View) => `${shown.map(({ id }) => id).join('')}|${held.map(({ id }) => id).join('')}`;
const all = (text: string) => [...text].map((id) => lead(id));
const begin = steady(nothingShown, all('bdf'), true, rules);

test('a list that opens shows all', () => expect(ids(begin)).toBe('bdf|'));

test('arrivals wait, wherever they would stand', () => {
  const view = steady(begin, all('abcdefg'), false, rules);
  expect(ids(view)).toBe('bdf|aceg');
  expect(ids(steady(view, all('abcdefgh'), false, rules))).toBe('bdf|acegh');
});

test('what waits goes on waiting when another page comes', () => {
  const view = steady(begin, all('abdf'), false, rules);
  expect(ids(steady(view, all('abdfxyz'), true, rules))).toBe('bdfxyz|a');
});

test('an empty list has nothing to disturb', () => {
  const empty = steady(nothingShown, [], true, rules);
  expect(ids(steady(empty, all('a'), false, rules))).toBe('a|');
});

test('what another has marked stays in its row, also when the list comes without it', () => {
  const view = steady(begin, [lead('b'), reached('d'), lead('f')], false, rules);
  expect(ids(view)).toBe('bdf|');
  expect(view.shown[1]?.state).toBe('REACHED_OUT');
  expect(ids(steady(view, all('bf'), false, rules))).toBe('bdf|');
});

test('what we have marked goes, and stays away whatever others do to it then', () => {
  mine.add('d2');
  const view = steady(begin, [lead('b'), reached('d'), lead('f')], false, rules);
  expect(ids(view)).toBe('bf|');
  expect(ids(steady(view, [lead('b'), reached('d', 3), lead('f')], false, rules))).toBe('bf|');
  expect(ids(steady(view, all('bf'), false, rules))).toBe('bf|');
});

test('what we take back is there at once', () => {
  mine.add('d2').add('d3');
  const gone = steady(begin, [lead('b'), reached('d'), lead('f')], false, rules);
  expect(ids(steady(gone, [lead('b'), lead('d', { version: 3 }), lead('f')], false, rules))).toBe('bdf|');
});

test('what was deleted is gone', () => expect(ids(steady(begin, all('bf'), false, rules))).toBe('bf|'));

test('what another has marked and then deleted is gone', () => {
  const view = steady(begin, [lead('b'), reached('d'), lead('f')], false, rules);
  erased.add('d');
  expect(ids(steady(view, all('bf'), false, rules))).toBe('bf|');
});

test('what we could not mark is there again at once', () => {
  const hoped = steady(begin, [lead('b'), reached('d', 1.5), lead('f')], false, rules);
  expect(ids(hoped)).toBe('bf|');
  expect(ids(steady(hoped, all('bdf'), false, rules))).toBe('bdf|');
});
