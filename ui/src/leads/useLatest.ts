import { useQuery } from '@tanstack/react-query';
import { api, given, type Lead } from '../api/client';
import { usePace } from '../live/connection';

// useLatest is the newest lead of all; null when there never was one, undefined until that is known.
export function useLatest(): Lead | null | undefined {
  return useQuery({
    queryKey: ['leads', 'latest'],
    queryFn: async ({ signal }) =>
      (await given(api.GET('/api/v1/leads', { params: { query: { limit: 1 } }, signal }))).items[0] ?? null,
    refetchInterval: usePace(),
  }).data;
}
