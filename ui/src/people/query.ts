import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, given, type User } from '../api/client';
import { isRefusal } from '../api/refusal';
import { staffQuery } from '../staff/staff';

export type Role = User['role'];

export const roles = ['admin', 'attorney', 'intake', 'viewer'] as const satisfies Role[];

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async () => (await given(api.GET('/api/v1/users'))).items,
  staleTime: 10_000,
});

// put shows a user as the server has just said, and asks for everybody's names anew.
function put(client: QueryClient, user: User) {
  client.setQueryData(usersQuery.queryKey, (users) => {
    const others = (users ?? []).filter(({ id }) => id !== user.id);
    return [...others, user].sort((a, b) => a.name.localeCompare(b.name) || a.email.localeCompare(b.email));
  });
  void client.invalidateQueries({ queryKey: usersQuery.queryKey });
  void client.invalidateQueries({ queryKey: staffQuery.queryKey });
}

// Without a password an invitation goes out.
type NewUser = { email: string; name: string; role: Role; files: boolean; password?: string };

export function useAddUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewUser) => given(api.POST('/api/v1/users', { body })),
    onSuccess: (user) => put(client, user),
  });
}

// useSendLink sends somebody another link to choose a password.
export function useSendLink(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => given(api.POST('/api/v1/users/{id}/link', { params: { path: { id } }, body: {} })),
    onSuccess: () => client.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}

type UserChange = { name?: string; role?: Role; files?: boolean; disabled?: boolean };

export function useChangeUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: UserChange) => given(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body })),
    onSuccess: (user) => put(client, user),
  });
}

export function useEndSessions(id: string) {
  return useMutation({ mutationFn: () => given(api.DELETE('/api/v1/users/{id}/sessions', { params: { path: { id } } })) });
}

// hand gives leads to somebody one after the other, and tells how many it could not:
// whoever has changed one meanwhile goes first. One that has gone needs nobody.
export async function hand(leads: { id: string; version: number }[], assignee: string): Promise<number> {
  let failed = 0;
  for (const { id, version } of leads) {
    const params = { path: { id }, header: { 'If-Match': `"${version}"` } };
    try {
      await given(api.PUT('/api/v1/leads/{id}/assignee', { params, body: { assignee } }));
    } catch (error) {
      if (!isRefusal(error, 404)) failed += 1;
    }
  }
  return failed;
}
