// Saved views: lists of leads that have a name.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, given } from '../api/client';
import type { components } from '../api/schema.gen';
import type { Sort } from '../leads/views';
import { useMe } from '../session/session';

export type SavedView = components['schemas']['SavedView'];

export const savedViewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async ({ signal }) => (await given(api.GET('/api/v1/views', { signal }))).items,
  staleTime: 10_000,
  refetchInterval: 60_000,
});

// inOrder puts one's own first, and then each by its name.
export const inOrder = (views: SavedView[], me: string) =>
  [...views].sort(
    (a, b) =>
      Number(b.owner === me) - Number(a.owner === me) ||
      a.name.localeCompare(b.name, undefined, { numeric: true }) ||
      (a.id < b.id ? -1 : 1),
  );

const none: SavedView[] = [];

// useSavedViews are those that one sees, as they are numbered.
export function useSavedViews(): SavedView[] {
  const { id } = useMe();
  return useQuery({ ...savedViewsQuery, select: (views) => inOrder(views, id) }).data ?? none;
}

// useSavedView is the one that a list is, if it is one.
export const useSavedView = (text: string | undefined, sort: Sort): SavedView | undefined =>
  useSavedViews().find((view) => view.q === text && view.sort === sort);
