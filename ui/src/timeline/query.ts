import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, given } from '../api/client';

// eventsQuery is the timeline of a lead, newest first.
export function eventsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['events', id],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET('/api/v1/leads/{id}/events', { params: { path: { id }, query: pageParam ? { cursor: pageParam } : {} }, signal }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
}
