import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, given } from '../api/client';
import { isRefusal } from '../api/refusal';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await given(api.GET('/api/v1/sessions'))).items,
  staleTime: 5_000,
});

// useEndSession ends one session; one that has ended meanwhile is what was wanted. ended
// is called although the line that asked is gone by then.
export function useEndSession(ended: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      try {
        await given(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }));
      } catch (error) {
        if (!isRefusal(error, 404)) throw error;
      }
    },
    onSuccess(_, id) {
      client.setQueryData(sessionsQuery.queryKey, (all) => all?.filter((session) => session.id !== id));
      ended();
    },
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

export function useEndOthers() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => given(api.DELETE('/api/v1/sessions')),
    onSuccess: () => client.setQueryData(sessionsQuery.queryKey, (all) => all?.filter(({ current }) => current)),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}
