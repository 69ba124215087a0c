import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Lead } from '../api/client';

// useCurrent is the lead that the eye is on. It moves at once; the URL follows when
// it has rested, because browsers refuse to write history thirty times a second.
// With first, a list that names none begins with its first lead, and stays with that one.
export function useCurrent(leads: Lead[], inURL: string | undefined, first: boolean) {
  const navigate = useNavigate({ from: '/' });
  const router = useRouter();
  const [id, select] = useState(inURL);
  if (first && id === undefined && leads[0]) select(leads[0].id);

  // The place stays when the lead itself has gone, so that the next key goes on from there.
  const lastPlace = useRef(0);
  const index = leads.findIndex((lead) => lead.id === id);
  useEffect(() => {
    if (index >= 0) lastPlace.current = index;
  }, [index]);

  const write = useCallback(
    (lead: string) => navigate({ search: (before) => ({ ...before, lead }), replace: true, resetScroll: false }),
    [navigate],
  );
  useEffect(() => {
    if (id === undefined || id === inURL) return;
    // Whoever is on the way to another page meanwhile is not called back.
    const timer = setTimeout(() => router.latestLocation.pathname === '/' && void write(id), 200);
    return () => clearTimeout(timer);
  }, [id, inURL, write, router]);

  const place = index >= 0 ? index : Math.min(lastPlace.current, leads.length - 1);
  return {
    id,
    lead: leads[index],
    place,
    select,
    // move gives the lead so many places on, and makes it the current one.
    move(by: number): Lead | undefined {
      const next = leads[index < 0 ? Math.max(0, place) : Math.max(0, Math.min(leads.length - 1, index + by))];
      if (next) select(next.id);
      return next;
    },
    // leave goes to the nearest lead that is none of these, the next ones first.
    leave(gone: Lead[]) {
      const ids = new Set(gone.map((lead) => lead.id));
      if (id === undefined || !ids.has(id)) return;
      const stays = (lead: Lead) => !ids.has(lead.id);
      const next = leads.slice(index + 1).find(stays) ?? leads.slice(0, Math.max(0, index)).findLast(stays);
      if (next) select(next.id);
    },
    // write puts it into the URL now, for Back to come back to.
    write,
  };
}
