import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import type { Lead } from '../api/client';
import { Refusal } from '../api/refusal';
import { changeLead, knownLead } from './cache';
import { change, each } from './change';
import { assigned, marked, newer, reopened } from './expected';
import { leadsQuery } from './query';
import { sampleLead } from './sample';

const me = 'me';
const now = Date.parse('2026-11-23T10:00:00Z');

// shown is a cache that shows a lead in two lists and on its own page.
function shown(lead: Lead): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
  const { structuralSharing } = leadsQuery({}, 'oldest', undefined);
  client.setQueryDefaults(['leads', 'list'], structuralSharing === undefined ? {} : { structuralSharing });
  for (const name of ['pending', 'mine']) {
    client.setQueryData(['leads', 'list', name], {
      pages: [{ items: [sampleLead({ id: 'other' }), lead], next: null }],
      pageParams: [],
    });
  }
  client.setQueryData(['leads', 'one', lead.id], lead);
  client.setQueryData(['leads', 'sameEmail', 'x'], [lead]);
  return client;
}

// everywhere gives the lead as each answer has it.
function everywhere(client: QueryClient, id: string): (Lead | undefined)[] {
  const lists = ['pending', 'mine'].map((name) => client.getQueryData<{ pages: { items: Lead[] }[] }>(['leads', 'list', name]));
  return [
    ...lists.map((list) => list?.pages[0]?.items.find((lead) => lead.id === id)),
    client.getQueryData<Lead>(['leads', 'one', id]),
    client.getQueryData<Lead[]>(['leads', 'sameEmail', 'x'])?.[0],
  ];
}

const never = () => new Promise<Lead>(() => undefined);

test('what is asked for is seen everywhere before the server has answered', async () => {
  const lead = sampleLead();
  const client = shown(lead);
  void change(client, lead, marked(lead, me, now), never);
  await vi.waitFor(() => {
    for (const seen of everywhere(client, lead.id)) expect(seen).toMatchObject({ state: 'REACHED_OUT', reached_out_by: me });
  });
  expect(client.getQueryData<{ pages: { items: Lead[] }[] }>(['leads', 'list', 'mine'])?.pages[0]?.items[0]?.state).toBe(
    'PENDING',
  );
});

test('the answer stands in place of what was expected', async () => {
  const lead = sampleLead();
  const client = shown(lead);
  const answer = {
    ...lead,
    state: 'REACHED_OUT' as const,
    reached_out_by: 'ana',
    reached_out_at: '2026-11-23T09:59:48Z',
    version: 2,
  };
  await change(client, lead, marked(lead, me, now), async () => answer);
  for (const seen of everywhere(client, lead.id)) expect(seen).toEqual(answer);
});

test('a repeat that changed nothing still shows whose mark it is', async () => {
  const lead = sampleLead();
  const client = shown(lead);
  const answer = { ...lead, state: 'REACHED_OUT' as const, reached_out_by: 'ana', version: 1 };
  await change(client, lead, marked(lead, me, now), async () => answer);
  for (const seen of everywhere(client, lead.id)) expect(seen).toEqual(answer);
});

test('a refusal takes everything back, and is told', async () => {
  const lead = sampleLead();
  const client = shown(lead);
  const refusal = new Refusal(503, {});
  await expect(change(client, lead, marked(lead, me, now), () => Promise.reject(refusal))).rejects.toBe(refusal);
  for (const seen of everywhere(client, lead.id)) expect(seen).toEqual(lead);
});

test('a refusal does not take back what came in meanwhile', async () => {
  const lead = sampleLead();
  const client = shown(lead);
  const later = { ...lead, assignee: 'ana', version: 7 };
  const call = async () => {
    changeLead(client, lead.id, () => later);
    throw new Refusal(412, {});
  };
  await expect(change(client, lead, assigned(lead, me), call)).rejects.toThrow();
  for (const seen of everywhere(client, lead.id)) expect(seen).toEqual(later);
});

test('an older answer that comes late does not count', () => {
  const lead = sampleLead({ version: 4 });
  const expected = marked(lead, me, now);
  expect(newer(expected, lead)).toBe(expected);
  expect(newer(expected, { ...lead, version: 5 }).version).toBe(5);
  expect(newer(lead, { ...lead, first_name: 'same version' }).first_name).toBe('same version');
});

test('the newest of what is known is known', () => {
  const lead = sampleLead();
  const client = shown(lead);
  client.setQueryData(['leads', 'one', lead.id], { ...lead, version: 3 });
  expect(knownLead(client, lead.id)?.version).toBe(3);
  expect(knownLead(client, 'none')).toBeUndefined();
});

test('of many, those that fail are named and the others are done', async () => {
  const leads = Array.from({ length: 50 }, (_, index) => sampleLead({ id: `${index}`, version: 1 }));
  let running = 0;
  let most = 0;
  const { done, failed } = await each(leads, async (lead) => {
    most = Math.max(most, ++running);
    for (let wait = Number(lead.id) % 5; wait >= 0; wait--) await Promise.resolve();
    running--;
    if (Number(lead.id) % 10 === 3) throw new Refusal(503, {});
    return lead;
  });
  expect(failed.map(({ lead }) => lead.id)).toEqual(['3', '13', '23', '33', '43']);
  expect(done.map(({ id }) => Number(id))).toEqual(leads.map(({ id }) => Number(id)).filter((id) => id % 10 !== 3));
  expect(most).toBeLessThanOrEqual(6);
});

test('marking twice keeps the first mark, and reopening forgets it', () => {
  const first = marked(sampleLead(), 'ana', now);
  expect(marked(first, me, now + 1000)).toBe(first);
  expect(reopened(first)).toMatchObject({ state: 'PENDING', reached_out_at: null, reached_out_by: null, channel: null });
});

test('a page that comes does not bring back how the others were when it was asked for', async () => {
  const [lead, later] = [sampleLead(), sampleLead({ id: 'later' })];
  const { structuralSharing } = leadsQuery({}, 'oldest', undefined);
  const share = structuralSharing as (known: unknown, answer: unknown) => { pages: { items: Lead[] }[] };
  const list = (leads: Lead[][]) => ({
    pages: leads.map((items) => ({ items, next: null, before: false })),
    pageParams: leads.map((_, index) => ({ before: false, ...(index > 0 && { cursor: String(index) }) })),
  });
  const expected = marked(lead, me, now);
  // It was asked for while the mark was hoped for, and comes after that was refused.
  expect(share(list([[lead]]), list([[expected], [later]])).pages.map((page) => page.items)).toEqual([[lead], [later]]);
  // Or before the mark, and comes after that was made.
  const done = { ...expected, version: 2 };
  expect(share(list([[done]]), list([[lead], [later]])).pages[0]?.items).toEqual([done]);
});
