import { expect, test } from 'vitest';
import { reader, type Told } from './read';

const stream =
  'retry: 2000\nid: 481\n\n:\n\nid: 482\nevent: lead.received\ndata: {"lead_id":"a"}\n\nevent: presence.changed\ndata: {"lead_id":"a","user_ids":[]}\n\n';
const told: Told[] = [
  { id: '481', event: '', data: '' },
  { id: '482', event: 'lead.received', data: '{"lead_id":"a"}' },
  { id: '', event: 'presence.changed', data: '{"lead_id":"a","user_ids":[]}' },
];

test.each([1, 2, 3, 7, 1000])('pieces of %i characters', (size) => {
  const all: Told[] = [];
  const read = reader((one) => all.push(one));
  for (let at = 0; at < stream.length; at += size) read(stream.slice(at, at + size));
  expect(all).toEqual(told);
});

test('what is not whole is not told', () => {
  const all: Told[] = [];
  reader((one) => all.push(one))(stream.slice(0, -1));
  expect(all).toEqual(told.slice(0, 2));
});
