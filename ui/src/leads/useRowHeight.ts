import { useSyncExternalStore } from 'react';
import { usePreferences } from '../shell/preferences';

// The heights of a row, in pixels.
export const comfortable = 56;
const compact = 36;

const coarse = globalThis.matchMedia?.('(pointer: coarse)');

function subscribe(listener: () => void) {
  coarse.addEventListener('change', listener);
  return () => coarse.removeEventListener('change', listener);
}

// useRowHeight is how high the rows of a list are. A finger needs the comfortable ones.
export function useRowHeight(): number {
  const { rows } = usePreferences();
  const finger = useSyncExternalStore(subscribe, () => coarse.matches);
  return rows === 'compact' && !finger ? compact : comfortable;
}
