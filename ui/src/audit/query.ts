import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, given } from '../api/client';
import type { components } from '../api/schema.gen';
import { midnight } from '../words/times';

export type Entry = components['schemas']['AuditEntry'];

// AuditSearch are the filters as they stand in the URL; days, not moments.
export type AuditSearch = { actor?: string; action?: string; target?: string; from?: string; to?: string };

// moment is when a day begins, or ends, in a zone. What is no day is left for the server to refuse.
function moment(day: string, zone: string | undefined, isEnd: boolean): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day))) return day;
  const at = new Date(midnight(day, zone, isEnd ? 1 : 0) - (isEnd ? 1 : 0)).toISOString();
  return isEnd ? at.replace('Z', '999Z') : at; // the server's times have microseconds
}

// asked is what the API is asked for these filters.
const asked = ({ from, to, ...rest }: AuditSearch, zone: string | undefined): AuditSearch => ({
  ...rest,
  ...(from && { from: moment(from, zone, false) }),
  ...(to && { to: moment(to, zone, true) }),
});

export function auditQuery(search: AuditSearch, zone: string | undefined) {
  const query = asked(search, zone);
  return infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) =>
      given(api.GET('/api/v1/audit', { params: { query: { ...query, ...(pageParam && { cursor: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0, // it grows with whatever anybody does
  });
}

// csvOf is where the same entries are to be had as a file.
export function csvOf(search: AuditSearch, zone: string | undefined): string {
  const parameters = new URLSearchParams(asked(search, zone)).toString();
  return parameters ? `/api/v1/audit/csv?${parameters}` : '/api/v1/audit/csv';
}

const ofAccounts = ['invitation', 'password_reset', 'password_changed', 'api_key_added'];

// kindOf is what an entry's target is: the first word of its action says it, and of a
// message its kind.
export function kindOf({ action, data }: Pick<Entry, 'action' | 'data'>): 'user' | 'lead' | 'view' | 'api_key' {
  const about = action.split('.')[0];
  if (about === 'user' || about === 'session') return 'user';
  if (about === 'message') return ofAccounts.includes(data.facts.kind ?? '') ? 'user' : 'lead';
  return about === 'view' || about === 'api_key' ? about : 'lead';
}
