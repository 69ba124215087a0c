// The leads that have come in while this tab was open: to be counted, announced, and
// told of by the desktop to whoever has asked for that.
import { useEffect, useState, useSyncExternalStore } from 'react';

const gap = 10_000; // between two announcements: a burst is one sentence

let count = 0;
const listeners = new Set<(lead: string) => void>();

// arrived says that a lead has come in.
export function arrived(lead: string) {
  count++;
  for (const listener of listeners) listener(lead);
}

// onArrival calls listener for each lead that comes in, until what it gives is called.
export function onArrival(listener: (lead: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const useCount = () => useSyncExternalStore(onArrival, () => count);

// useAnnounced is how many leads have come in since what was announced before: it
// changes once in ten seconds at most.
export function useAnnounced(): { count: number; at: number } {
  const now = useCount();
  const [said, say] = useState({ upTo: count, count: 0, at: 0 });
  useEffect(() => {
    if (now === said.upTo) return;
    const tell = () => say({ upTo: count, count: count - said.upTo, at: Date.now() });
    const timer = setTimeout(tell, Math.max(0, said.at + gap - Date.now()));
    return () => clearTimeout(timer);
  }, [now, said]);
  return said;
}
