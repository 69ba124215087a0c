import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ApiKey, api, given } from '../api/client';
import { isRefusal } from '../api/refusal';
import type { Permission } from '../session/session';

type Scope = ApiKey['scopes'][number];

// scopes are what a key can be given, each with a permission without which it gives nothing.
export const scopes = [
  { name: 'leads:read', needs: 'leads:read' },
  { name: 'leads:write', needs: 'leads:write' },
  { name: 'files:read', needs: 'files:read' },
  { name: 'admin', needs: 'users:manage' },
] as const satisfies { name: Scope; needs: Permission }[];

// lives are how long a key can be made for, in days; 0 is for good.
export const lives = [30, 90, 365, 0] as const;

export const keysQuery = queryOptions({
  queryKey: ['apiKeys'],
  queryFn: async () => (await given(api.GET('/api/v1/api-keys'))).items,
  staleTime: 10_000,
});

type NewKey = { name: string; scopes: Scope[]; expires_at: string | null };

// useMakeKey makes a key. Its secret is forgotten with whoever has asked for it.
export function useMakeKey() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ expires_at: end, ...body }: NewKey) =>
      given(api.POST('/api/v1/api-keys', { body: { ...body, ...(end && { expires_at: end }) } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
}

// useRevoke revokes a key; one that is gone already is what was wanted.
export function useRevoke(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      try {
        await given(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } }));
      } catch (error) {
        if (!isRefusal(error, 404)) throw error;
      }
    },
    onSuccess: () => client.setQueryData(keysQuery.queryKey, (keys) => keys?.filter((key) => key.id !== id)),
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
}
