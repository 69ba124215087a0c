import { useCallback, useMemo, useState } from 'react';
import type { Lead } from '../api/client';

// useSelection is what x and Shift with j and k pick: leads for one action on all of
// them. It keeps the leads, so that those of "all that match" need not be in the list.
export function useSelection(leads: Lead[]) {
  const [picked, setPicked] = useState<ReadonlyMap<string, Lead>>(new Map());
  const toggle = useCallback(
    (lead: Lead) =>
      setPicked((before) => {
        const next = new Map(before);
        if (!next.delete(lead.id)) next.set(lead.id, lead);
        return next;
      }),
    [],
  );
  const add = useCallback(
    (more: Lead[]) => setPicked((before) => new Map([...before, ...more.map((lead) => [lead.id, lead] as const)])),
    [],
  );
  const clear = useCallback(() => setPicked(new Map()), []);
  // What has left the list since, because somebody else has marked it, is still picked and is still what was meant.
  const all = useMemo(
    () => [...picked.values()].map((lead) => leads.find((other) => other.id === lead.id) ?? lead),
    [picked, leads],
  );
  return { has: (id: string) => picked.has(id), size: picked.size, all, toggle, add, clear };
}

export type Selection = ReturnType<typeof useSelection>;
