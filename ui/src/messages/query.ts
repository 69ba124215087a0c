import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, given, type Message } from '../api/client';

// summaryQuery is how the outbox stands: does mail leave at all, and is any stuck.
export const summaryQuery = queryOptions({
  queryKey: ['messages', 'summary'],
  queryFn: ({ signal }) => given(api.GET('/api/v1/messages/summary', { signal })),
});

export function messagesQuery(state: Message['state'] | undefined) {
  return infiniteQueryOptions({
    queryKey: ['messages', 'list', state ?? ''],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET('/api/v1/messages', {
          params: { query: { ...(state && { state }), ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
}
