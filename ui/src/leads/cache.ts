// A lead is in several answers at once: lists, its own, those of its address. They are
// changed together, so that no two places of a page say different things.
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Lead } from '../api/client';
import { settled } from './expected';
import type { Page } from './query';

type Change = (lead: Lead) => Lead;

const within = (leads: Lead[], id: string, change: Change): Lead[] =>
  leads.some((lead) => lead.id === id) ? leads.map((lead) => (lead.id === id ? change(lead) : lead)) : leads;

function changedPages(data: InfiniteData<Page>, id: string, change: Change): InfiniteData<Page> {
  const pages = data.pages.map((page) => {
    const items = within(page.items, id, change);
    return items === page.items ? page : { ...page, items };
  });
  return pages.every((page, index) => page === data.pages[index]) ? data : { ...data, pages };
}

// changeLead changes a lead wherever it is.
export function changeLead(client: QueryClient, id: string, change: Change) {
  client.setQueriesData<InfiniteData<Page>>({ queryKey: ['leads', 'list'] }, (data) => data && changedPages(data, id, change));
  client.setQueriesData<Lead[]>({ queryKey: ['leads', 'sameEmail'] }, (data) => data && within(data, id, change));
  client.setQueryData<Lead>(['leads', 'one', id], (data) => data && change(data));
}

// knownLead is the lead as some answer has it, the newest first.
export function knownLead(client: QueryClient, id: string): Lead | undefined {
  const all = [client.getQueryData<Lead>(['leads', 'one', id])];
  for (const [, data] of client.getQueriesData<InfiniteData<Page>>({ queryKey: ['leads', 'list'] })) {
    for (const page of data?.pages ?? []) all.push(page.items.find((lead) => lead.id === id));
  }
  return all.filter((lead) => lead !== undefined).sort((a, b) => b.version - a.version)[0];
}

// isListed tells whether every list that is shown has the lead.
export function isListed(client: QueryClient, id: string): boolean {
  return client
    .getQueryCache()
    .findAll({ queryKey: ['leads', 'list'], type: 'active' })
    .every(({ state }) =>
      (state.data as InfiniteData<Page> | undefined)?.pages.some((page) => page.items.some((lead) => lead.id === id)),
    );
}

const erased = new Set<string>();

// isErased tells whether a lead is known to be erased: no list may go on showing its row.
export const isErased = ({ id }: Lead) => erased.has(id);

// forgetLead takes an erased lead out of every answer.
export function forgetLead(client: QueryClient, id: string) {
  erased.add(id);
  client.setQueriesData<InfiniteData<Page>>(
    { queryKey: ['leads', 'list'] },
    (data) =>
      data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((lead) => lead.id !== id) })) },
  );
  client.setQueriesData<Lead[]>({ queryKey: ['leads', 'sameEmail'] }, (data) => data?.filter((lead) => lead.id !== id));
  client.removeQueries({ queryKey: ['leads', 'one', id] });
}

// settle puts the server's word in place of what we expected. An answer that was
// overtaken by a later one changes nothing.
export function settle(client: QueryClient, lead: Lead) {
  changeLead(client, lead.id, (known) => settled(known, lead));
  refresh(client, lead.id);
}

// refresh asks again for what a change of a lead touches beside the lead.
export function refresh(client: QueryClient, id: string) {
  void client.invalidateQueries({ queryKey: ['leads', 'counts'] });
  void client.invalidateQueries({ queryKey: ['events', id] });
}
