import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, type Colleague, given } from '../api/client';
import { useMe } from '../session/session';
import { useWords } from '../words/words';

export const staffQuery = queryOptions({
  queryKey: ['staff'],
  queryFn: async () => (await given(api.GET('/api/v1/staff'))).items,
  staleTime: 60_000,
});

export const displayName = (who: { name: string; email: string }) => who.name || who.email;

const noColleagues: Colleague[] = [];

export function useColleagues(): Colleague[] {
  return useQuery(staffQuery).data ?? noColleagues;
}

// useNameOf gives the name behind a user's id: "you" for oneself.
export function useNameOf() {
  const colleagues = useColleagues();
  const me = useMe();
  const words = useWords();
  return useCallback(
    (id: string) => {
      if (id === me.id) return words.you;
      const found = colleagues.find((colleague) => colleague.id === id);
      return found ? displayName(found) : words.somebody;
    },
    [colleagues, me.id, words],
  );
}
