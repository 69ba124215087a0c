import { queryOptions } from '@tanstack/react-query';
import { api, given } from '../api/client';
import type { components } from '../api/schema.gen';

export type Firm = components['schemas']['FirmView'];
export type Notice = components['schemas']['NoticeView'];

// firmQuery is what the firm says of itself, on its pages and in its mails.
export const firmQuery = queryOptions({
  queryKey: ['firm'],
  queryFn: ({ signal }) => given(api.GET('/api/v1/firm', { signal })),
  staleTime: 60_000,
});

// noticesQuery is every version of every notice, the newest first, and drafts to begin with.
export const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: ({ signal }) => given(api.GET('/api/v1/firm/notices', { signal })),
  staleTime: 60_000,
});
