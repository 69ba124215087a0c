import { parse } from './tokens';

export type Sort = 'newest' | 'oldest';
export type ListSearch = { q?: string; sort?: Sort };

// The text that a list without one has: who needs contact.
const usual = 'is:pending';

export const views = [
  { name: 'needsContact', search: {} },
  { name: 'mine', search: { q: 'is:pending assignee:me' } },
  { name: 'all', search: { q: '' } },
  { name: 'reachedOut', search: { q: 'is:reached_out' } },
] as const satisfies { name: string; search: ListSearch }[];

// textOf is what the search field of a list shows.
export const textOf = (search: ListSearch) => search.q ?? usual;

// viewOf is the view that a text is, if it is one.
export const viewOf = (text: string) => views.find(({ search }) => textOf(search) === text)?.name;

// sortOf is the order of a list: who has waited longest first, where all wait;
// elsewhere the newest.
export const sortOf = (search: ListSearch): Sort =>
  search.sort ?? (parse(textOf(search)).state === 'PENDING' ? 'oldest' : 'newest');

// listSearch is the shortest way to say it in a URL.
export function listSearch(text: string, sort: Sort): ListSearch {
  const search: ListSearch = text === usual ? {} : { q: text };
  return sortOf(search) === sort ? search : { ...search, sort };
}

// parseSearch reads a URL's parameters as texts, and nothing else: the router's own
// reading would take q=7 for a number.
export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string') parameters.set(name, value);
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

// validList keeps what a list knows of the parameters.
export function validList(search: Record<string, unknown>): ListSearch {
  const valid: ListSearch = {};
  if (typeof search.q === 'string') valid.q = search.q;
  if (search.sort === 'newest' || search.sort === 'oldest') valid.sort = search.sort;
  return valid;
}
