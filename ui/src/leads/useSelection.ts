import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Lead } from '../api/client';

const many = 20; // leads, above which an action on them is asked about first

// toAskAbout gives the leads that marking these would change, where that is to be asked about
// first; else none.
export function toAskAbout(leads: Lead[]): Lead[] {
  const pending = leads.filter(({ state }) => state === 'PENDING');
  return pending.length > many ? pending : [];
}

// useSelection is what x, Shift with j and k, and the boxes pick: leads for one action
// on all of them. It keeps the leads, so that those of "all that match" need not be in
// the list.
export function useSelection(leads: Lead[]) {
  const [picked, setPicked] = useState<ReadonlyMap<string, Lead>>(new Map());
  const shown = useRef(leads);
  useEffect(() => {
    shown.current = leads;
  });
  const last = useRef<string | undefined>(undefined);

  const add = useCallback(
    (more: Lead[]) => setPicked((before) => new Map([...before, ...more.map((lead) => [lead.id, lead] as const)])),
    [],
  );
  // toggle picks a lead or drops it; with range, it picks all from the one before to this one.
  const toggle = useCallback(
    (lead: Lead, range = false) => {
      const [from, to] = [last.current, lead.id].map((id) => shown.current.findIndex((other) => other.id === id));
      last.current = lead.id;
      if (range && from !== undefined && to !== undefined && from >= 0 && to >= 0) {
        add(shown.current.slice(Math.min(from, to), Math.max(from, to) + 1));
        return;
      }
      setPicked((before) => {
        const next = new Map(before);
        if (!next.delete(lead.id)) next.set(lead.id, lead);
        return next;
      });
    },
    [add],
  );
  const clear = useCallback(() => setPicked(new Map()), []);
  // What has left the list since, because somebody else has marked it, is still picked and is still what was meant.
  const all = useMemo(() => {
    const now = new Map(leads.map((lead) => [lead.id, lead]));
    return [...picked.values()].map((lead) => now.get(lead.id) ?? lead);
  }, [picked, leads]);
  return { has: (id: string) => picked.has(id), size: picked.size, all, toggle, add, clear };
}

export type Selection = ReturnType<typeof useSelection>;
