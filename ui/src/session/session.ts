import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { api, given, type Me } from '../api/client';
import { isRefusal } from '../api/refusal';
import { forgetDrafts } from '../timeline/draft';
import { gate } from './gate';

// tabs is what the tabs of this browser tell each other: who is signed in now. They
// share a cookie, so that what one of them does, all of them do.
const tabs = new BroadcastChannel('usher.session');

// useTabs follows what another tab says: a dialog there is a dialog here, and another
// user is another page.
export function useTabs(me: Me | null | undefined) {
  useEffect(() => {
    const heard = ({ data: user }: MessageEvent<string>) => {
      if (user !== (me?.id ?? '')) location.reload();
      else if (me) gate.enter();
    };
    tabs.addEventListener('message', heard);
    return () => tabs.removeEventListener('message', heard);
  }, [me]);
}

// meQuery is who is signed in; null when nobody is.
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await given(api.GET('/api/v1/me'));
      gate.enter();
      return me;
    } catch (error) {
      if (!isRefusal(error, 401)) throw error;
      gate.leave();
      return null;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const useGate = () => useSyncExternalStore(gate.subscribe, gate.state);

// useMe is the signed-in user. Only what stands behind the gate may call it.
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('nobody is signed in');
  return data;
}

export type Permission = Me['permissions'][number];

export const may = (me: Me, permission: Permission) => me.permissions.includes(permission);

// useMay tells whether the signed-in user has a permission, so that nobody is offered what the server refuses.
export const useMay = (permission: Permission) => may(useMe(), permission);

export const mayDelete = (me: Me) => may(me, 'leads:delete');
export const mayWriteFirm = (me: Me) => may(me, 'firm:write');

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    networkMode: 'always',
    mutationFn: (body: { email: string; password: string }) => given(api.POST('/api/v1/session', { body })),
    onSuccess(me) {
      tabs.postMessage(me.id);
      const before = client.getQueryData(meQuery.queryKey);
      if (before && before.id !== me.id) {
        // What waits was begun by somebody else, and must not be done in this one's name.
        location.reload();
        return;
      }
      client.setQueryData(meQuery.queryKey, me);
      gate.enter();
    },
  });
}

// useSignOut ends the session and forgets all that was read: the next one at this
// machine sees none of it, not even with Back.
export function useSignOut() {
  return useMutation({
    mutationFn: () => given(api.DELETE('/api/v1/session')),
    onSuccess() {
      forgetDrafts();
      tabs.postMessage('');
      location.replace('/app/');
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) => given(api.PUT('/api/v1/me/password', { body })),
  });
}
