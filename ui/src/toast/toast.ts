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

export function showToast(toast: Partial<Omit<Toast, 'id'>> & { text: string }): number {
  last++;
  put({ tone: 'plain', actions: [], ...toast, id: last });
  return last;
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
