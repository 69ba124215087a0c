import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Lead } from '../api/client';
import { sampleLead } from '../leads/sample';
import { follow } from './follow';

// What is asked of the server, and the way to answer each question.
const asked: ((lead: Lead) => void)[] = [];
vi.mock('../api/client', () => ({
  api: { GET: () => new Promise((answer) => asked.push(answer)) },
  given: (answer: Promise<Lead>) => answer,
}));

const lead = sampleLead();
const changed = { id: '7', event: 'lead.changed', data: JSON.stringify({ lead_id: lead.id }) };

// listed is a cache with a list that has the lead, and perhaps its own answer.
function listed(own: boolean): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(['leads', 'list', 'pending'], { pages: [{ items: [lead], next: null }], pageParams: [] });
  if (own) client.setQueryData(['leads', 'one', lead.id], lead);
  return client;
}

const inList = (client: QueryClient) =>
  client.getQueryData<{ pages: { items: Lead[] }[] }>(['leads', 'list', 'pending'])?.pages[0]?.items[0];

beforeEach(() => void asked.splice(0));

test.each([true, false])('an answer from before the last change is not taken for the lead (%s)', async (own) => {
  const client = listed(own);
  const { tell } = follow(client);
  tell(changed); // marked
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  tell(changed); // and taken back
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[0]?.({ ...lead, state: 'REACHED_OUT', version: 2 });
  asked[1]?.({ ...lead, version: 3 });
  await vi.waitFor(() => expect(inList(client)?.version).toBe(3));
  expect(inList(client)?.state).toBe('PENDING');
  expect(client.getQueryData<Lead>(['leads', 'one', lead.id])?.version).toBe(3);
});
