// A toast says what has just happened and what can still be done about it. One at a
// time: the newest is what matters.
import { useSyncExternalStore } from 'react';

export type Toast = {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  actions: { label: string; run: () => void; key?: 'undo' }[];
  question?: string; // before the actions
  stays?: boolean; // until it is answered or closed
};

let current: Toast | null = null;
let last = 0;
const listeners = new Set<() => void>();

function put(toast: Toast | null) {
  current = toast;
  for (const listener of listeners) listener();
}

// showToast shows a toast, and gives its id. With the id of one that still stands it
// says more there, and what it said already isn't said again.
export function showToast(toast: Partial<Omit<Toast, 'id'>> & { text: string }, id = 0): number {
  const shown = current?.id === id ? id : ++last;
  put({ tone: 'plain', actions: [], ...toast, id: shown });
  return shown;
}

// hideToast takes a toast away, if it is still that one.
export function hideToast(id: number) {
  if (current?.id === id) put(null);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useToast = () => useSyncExternalStore(subscribe, () => current);
