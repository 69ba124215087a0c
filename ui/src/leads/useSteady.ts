import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, given, type Lead } from '../api/client';
import { usePace } from '../live/connection';
import { useMe } from '../session/session';
import { isErased } from './cache';
import { isOurs, useOurs } from './ours';
import { type Asked, belongs, parameters } from './query';
import { nothingShown, type Rules, steady } from './steady';
import { useLatest } from './useLatest';
import type { Sort } from './views';

type Answer = {
  asked: Asked | null;
  sort: Sort;
  leads: Lead[];
  pages: number; // of which they are
  anchor: string | null | undefined; // where the first page begins
  isFetching: boolean;
};

// useSteady gives what is shown of a list and what has come in since, and the way to
// show that too. Until the list has been had once since it was opened, all is shown.
export function useSteady(answer: Answer) {
  const me = useMe();
  const { asked, sort, leads, pages, anchor, isFetching } = answer;
  const rules = useMemo((): Rules => {
    const before = (a: Lead, b: Lead) => (a.created_at === b.created_at ? a.id < b.id : a.created_at < b.created_at);
    return {
      belongs: (lead) => asked !== null && belongs(lead, asked, me.id),
      isOurs,
      isErased,
      comesBefore: (a, b) => (sort === 'oldest' ? before(a, b) : before(b, a)),
    };
  }, [asked, sort, me.id]);
  const ours = useOurs();
  // Colleagues who are known by now make the question anew, and mostly the same.
  const question = JSON.stringify([asked, sort, me.id]);
  const [last, set] = useState({
    view: nothingShown,
    leads: [] as Lead[],
    pages: 0,
    anchor,
    question,
    rules,
    ours,
    isOpen: true,
  });
  if (
    last.leads !== leads ||
    last.ours !== ours ||
    last.rules !== rules ||
    last.anchor !== anchor ||
    (last.isOpen && !isFetching)
  ) {
    const isOther = last.question !== question || last.anchor !== anchor;
    const isOpen = last.isOpen || isOther || pages !== last.pages;
    const view = steady(isOther ? nothingShown : last.view, leads, isOpen, rules);
    set({ view, leads, pages, anchor, question, rules, ours, isOpen: (last.isOpen || isOther) && isFetching });
  }
  const release = () => set({ ...last, view: steady({ ...last.view, held: [] }, leads, true, rules) });
  return { ...last.view, release };
}

// useBeyond is what has come in behind the end of a list that is not here to its end,
// or is too long to be asked for anew: up to a hundred leads, oldest first. It begins
// behind top, where all up to that is here, and else behind the newest lead of all.
export function useBeyond(asked: Asked | null, enabled: boolean, top: Lead | undefined): Lead[] {
  const me = useMe();
  const latest = useLatest();
  const pace = usePace();
  const [from, begin] = useState<string>();
  if (enabled && from === undefined && latest !== undefined) begin((top ?? latest)?.created_at ?? new Date(0).toISOString());
  if (!enabled && from !== undefined) begin(undefined);
  const { data } = useQuery({
    queryKey: ['leads', 'beyond', asked, from],
    queryFn: async ({ signal }) => {
      const query = { ...parameters(asked ?? {}, Date.now()), from: from ?? '', sort: 'oldest' as const, limit: 100 };
      return (await given(api.GET('/api/v1/leads', { params: { query }, signal }))).items;
    },
    enabled: enabled && asked !== null && from !== undefined,
    refetchInterval: pace,
  });
  return useMemo(
    () => data?.filter((lead) => from !== undefined && asked && lead.created_at > from && belongs(lead, asked, me.id)) ?? [],
    [data, from, asked, me.id],
  );
}
