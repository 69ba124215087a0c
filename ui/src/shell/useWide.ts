import { useSyncExternalStore } from 'react';

const wide = globalThis.matchMedia?.('(min-width: 1024px)');

function subscribe(listener: () => void) {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

// useWide tells whether there is room for a lead beside the list.
export const useWide = () => useSyncExternalStore(subscribe, () => wide.matches);
