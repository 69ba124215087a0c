import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Lead } from '../api/client';
import { usePace } from '../live/connection';
import { staffQuery } from '../staff/staff';
import { useLocale } from '../words/useLocale';
import { countsQuery, isShort, leadQuery, leadsQuery, resolve } from './query';
import { parse } from './tokens';
import { useBeyond, useSteady } from './useSteady';
import type { Sort } from './views';

const noLeads: Lead[] = [];
const nothing = { q: '' };

// useLeadList is the list that a text and an order ask for: the leads that are shown,
// those that have come in since, how many there are in all, and how to get more. It
// begins so that the lead that the URL names is in it. A component that shows another
// list is another one (its key).
export function useLeadList(text: string, sort: Sort, inURL: string | undefined) {
  const staff = useQuery(staffQuery);
  const { zone } = useLocale();
  const filter = useMemo(() => parse(text), [text]);
  const asked = useMemo(() => resolve(filter, staff.data ?? [], zone), [filter, staff.data, zone]);
  const enabled = asked !== null;

  const [first] = useState(inURL);
  // The anchor: null when the list begins at its top, undefined until that is known.
  const [anchor, setAnchor] = useState<string | null | undefined>(first === undefined ? null : undefined);
  const firstLead = useQuery({ ...leadQuery(first ?? ''), enabled: anchor === undefined });
  const pace = usePace();
  const list = useInfiniteQuery({
    ...leadsQuery(asked ?? nothing, sort, anchor ?? undefined),
    enabled,
    refetchInterval: (query) => (isShort(query.state.data) ? pace : false),
  });
  const counts = useQuery({
    ...countsQuery(asked ?? nothing),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: pace,
  });

  const all = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? noLeads, [list.data]);
  if (anchor === undefined && list.isSuccess) {
    if (!list.hasNextPage || firstLead.isError || all.some((lead) => lead.id === first)) setAnchor(null);
    else if (firstLead.data) setAnchor(firstLead.data.created_at);
  }
  const pages = list.data?.pages.length ?? 0;
  const { shown, held, release } = useSteady({ asked, sort, leads: all, pages, anchor, isFetching: list.isFetching });
  const isEnded = sort === 'newest' || !list.hasNextPage;
  // The newest lead may be newer than the list, which then nobody asks for again.
  const top = sort === 'newest' && !list.hasPreviousPage ? all[0] : undefined;
  const later = useBeyond(asked, list.isSuccess && (!isEnded || !isShort(list.data)), top);
  const beyond = useMemo(() => {
    const here = new Set([...shown, ...held].map((lead) => lead.id));
    return later.filter((lead) => !here.has(lead.id));
  }, [later, shown, held]);

  // Where all that was here has been marked, no row is left to scroll to the next page by.
  const { fetchNextPage } = list;
  const isSpent = shown.length === 0 && list.hasNextPage && !list.isFetching && !list.isError;
  useEffect(() => {
    if (isSpent) void fetchNextPage();
  }, [isSpent, fetchNextPage]);

  const total = counts.data && (asked?.state ? counts.data[asked.state] : counts.data.PENDING + counts.data.REACHED_OUT);
  return {
    filter,
    asked,
    leads: shown,
    held, // has come in since, and stands in what is here
    beyond, // has come in since, and stands elsewhere
    release,
    total,
    list,
    unknownName: asked === null && (staff.isSuccess || staff.isError),
  };
}

export type LeadList = ReturnType<typeof useLeadList>;
