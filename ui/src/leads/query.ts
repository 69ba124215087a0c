// The questions about leads, as TanStack Query keeps their answers.
import {
  type InfiniteData,
  infiniteQueryOptions,
  type Query,
  type QueryClient,
  queryOptions,
  replaceEqualDeep,
} from '@tanstack/react-query';
import { api, type Colleague, given, type Lead } from '../api/client';
import { displayName } from '../staff/staff';
import { midnight } from '../words/times';
import { newer } from './expected';
import type { Filter } from './tokens';
import type { Sort } from './views';

// Asked is a filter with its names looked up: what the server understands.
export type Asked = {
  state?: Lead['state'];
  assignee?: string;
  language?: string;
  from?: string; // moments
  to?: string;
  older?: number;
  q?: string;
};

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

// resolve looks up whom a filter names, and when its days begin and end in a zone. It
// gives null when nobody has the name, or more than one; an address to the letter is
// always one.
export function resolve(filter: Filter, colleagues: Colleague[], zone: string | undefined): Asked | null {
  const { assignee: _, tokens: __, words, from, to, ...rest } = filter;
  const asked: Asked = {
    ...rest,
    ...(from && { from: new Date(midnight(from, zone)).toISOString() }),
    // The server's times have microseconds.
    ...(to && { to: new Date(midnight(to, zone, 1) - 1).toISOString().replace('Z', '999Z') }),
    ...(words && { q: words }),
  };
  if (!filter.assignee) return asked;
  const wanted = fold(filter.assignee);
  if (wanted === 'me' || wanted === 'none') return { ...asked, assignee: wanted };
  const exact = colleagues.filter((colleague) => fold(colleague.email) === wanted || fold(displayName(colleague)) === wanted);
  const close = colleagues.filter(
    (colleague) =>
      fold(colleague.email).startsWith(wanted) ||
      fold(colleague.name)
        .split(/\s+/u)
        .some((part) => part.startsWith(wanted)),
  );
  const found = exact.length > 0 ? exact : close;
  return found.length === 1 && found[0] ? { ...asked, assignee: found[0].id } : null;
}

// parameters are those of the server. How old "older" is is decided when it is asked.
export function parameters(asked: Asked, now: number) {
  const { older, to, ...rest } = asked;
  const ends = [older && new Date(now - older).toISOString(), to].filter((end) => typeof end === 'string');
  const end = ends.sort()[0];
  return { ...rest, ...(end && { to: end }) };
}

// parts are those of a language tag, so that es is the beginning of es-MX and not of est.
const parts = (tag: string) => `${tag.toLowerCase().replaceAll('_', '-')}-`;

// belongs tells whether a lead is one of those asked for, as far as its words and
// its age don't decide that.
export function belongs(lead: Lead, asked: Asked, me: string): boolean {
  if (asked.state && lead.state !== asked.state) return false;
  if (asked.language && !parts(lead.language).startsWith(parts(asked.language))) return false;
  if (asked.from && Date.parse(lead.created_at) < Date.parse(asked.from)) return false;
  if (asked.to && Date.parse(lead.created_at) > Date.parse(asked.to)) return false;
  if (!asked.assignee) return true;
  if (asked.assignee === 'none') return lead.assignee === null;
  return lead.assignee === (asked.assignee === 'me' ? me : asked.assignee);
}

type At = { before: boolean; cursor?: string };
export type Page = { items: Lead[]; next: string | null; before: boolean };

type List = InfiniteData<Page>;

const pageSize = 100;

// everyLead asks for all of a list, page after page, and says how many there are so far.
export async function everyLead(asked: Asked, sort: Sort, progress: (count: number) => void): Promise<Lead[]> {
  const leads: Lead[] = [];
  const query: Record<string, string | number> = { ...parameters(asked, Date.now()), sort, limit: pageSize };
  for (;;) {
    const page = await given(api.GET('/api/v1/leads', { params: { query } }));
    leads.push(...page.items);
    progress(leads.length);
    if (!page.next_cursor) return leads;
    query.cursor = page.next_cursor;
  }
}

// leadsQuery is a list, page by page. With an anchor, the time of receipt of a lead,
// it begins there, and what comes before is read backwards: a list of a hundred
// thousand opens in its middle as fast as at its top.
export function leadsQuery(asked: Asked, sort: Sort, anchor: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['leads', 'list', asked, sort, anchor ?? ''],
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const order = pageParam.before ? (sort === 'oldest' ? 'newest' : 'oldest') : sort;
      const query: Record<string, string | number> = { ...parameters(asked, Date.now()), sort: order, limit: pageSize };
      if (anchor && order === 'oldest' && (typeof query.from !== 'string' || query.from < anchor)) query.from = anchor;
      if (anchor && order === 'newest' && (typeof query.to !== 'string' || query.to > anchor)) query.to = anchor;
      if (pageParam.cursor) query.cursor = pageParam.cursor;
      const { items, next_cursor: next } = await given(api.GET('/api/v1/leads', { params: { query }, signal }));
      if (!pageParam.before) return { items, next, before: false };
      // The lead at the anchor is in both directions; it stays in the first one.
      return { items: items.filter((lead) => lead.created_at !== anchor).reverse(), next, before: true };
    },
    initialPageParam: { before: false } as At,
    getNextPageParam: (last): At | null => (last.next && !last.before ? { before: false, cursor: last.next } : null),
    getPreviousPageParam: (first): At | null => {
      if (!anchor) return null;
      if (!first.before) return { before: true };
      return first.next ? { before: true, cursor: first.next } : null;
    },
    staleTime: 10_000,
    refetchOnMount: (query) => isShort(query.state.data),
    refetchOnWindowFocus: (query) => isShort(query.state.data),
    refetchOnReconnect: (query) => isShort(query.state.data),
    structuralSharing: (known, answer) => replaceEqualDeep(known, keepNewer(known, answer)),
  });
}

// keepNewer keeps what is newer than an answer that was asked for before it. What we
// change ourselves, and take back, is no answer.
function keepNewer(known: unknown, answer: unknown): unknown {
  const [before, after] = [known as List | undefined, answer as List];
  if (!before || before.pageParams === after.pageParams) return after;
  // When another page comes, the answer has the rest as it was when that was asked for.
  const isMore = after.pages.length > before.pages.length;
  const leads = new Map(before.pages.flatMap((page) => page.items.map((lead) => [lead.id, lead] as const)));
  const pages = after.pages.map((page, index) => {
    const at = isMore ? before.pageParams.findIndex((param) => isSame(param, after.pageParams[index])) : -1;
    return before.pages[at] ?? { ...page, items: page.items.map((lead) => newer(leads.get(lead.id) ?? lead, lead)) };
  });
  return { ...after, pages };
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

// isShort tells whether a list may be asked for anew: it is a few pages in one
// direction. A long one stays as it was read, under the eye of whoever reads it.
export function isShort(list: { pages: Page[] } | undefined): boolean {
  return !list || (list.pages.length <= 3 && list.pages.every((page) => !page.before));
}

// isLongList tells whether a query is a list that stays as it was read.
export const isLongList = ({ queryKey, state }: Query) =>
  queryKey[0] === 'leads' && queryKey[1] === 'list' && !isShort(state.data as List | undefined);

export function countsQuery(asked: Asked) {
  return queryOptions({
    queryKey: ['leads', 'counts', asked],
    queryFn: ({ signal }) => given(api.GET('/api/v1/leads/counts', { params: { query: parameters(asked, Date.now()) }, signal })),
    staleTime: 5_000,
  });
}

export function leadQuery(id: string) {
  return queryOptions({
    queryKey: ['leads', 'one', id],
    queryFn: ({ signal }) => given(api.GET('/api/v1/leads/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

// freshLead asks for a lead now. An answer that is on its way already may have left the
// server before what is to be seen: whoever waits for that one gets this one.
export function freshLead(client: QueryClient, id: string): Promise<Lead> {
  const options = client.defaultQueryOptions({ ...leadQuery(id), retry: false });
  return client.getQueryCache().build(client, options).fetch(options, { cancelRefetch: true });
}

// sameEmailQuery is every lead of the same address, that one among them, newest first.
export function sameEmailQuery(id: string) {
  return queryOptions({
    queryKey: ['leads', 'sameEmail', id],
    queryFn: async ({ signal }) =>
      (await given(api.GET('/api/v1/leads', { params: { query: { same_email_as: id } }, signal }))).items,
    staleTime: 60_000,
  });
}
