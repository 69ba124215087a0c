// Which changes of leads were made by this tab: what it has done itself it shows at
// once and builds upon; what others have done it must not hide.
import { useSyncExternalStore } from 'react';
import type { Lead } from '../api/client';

const versions = new Map<string, Set<number>>();
let count = 0;
const listeners = new Set<() => void>();

// made keeps that a lead has a version by what we have asked for, or that we were told
// that what we asked for had been done before.
export function made(answer: Lead) {
  const known = versions.get(answer.id) ?? new Set();
  versions.set(answer.id, known.add(answer.version));
  count++;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// useOurs changes whenever isOurs may.
export const useOurs = () => useSyncExternalStore(subscribe, () => count);

// isOurs tells whether a lead is as this tab has made it, or expects it to be.
export const isOurs = ({ id, version }: Lead): boolean => !Number.isInteger(version) || versions.get(id)?.has(version) === true;

// seenVersion is the version up to which whoever acts on a lead knows it: the one that was
// shown, and what this tab has done to it since.
export function seenVersion(shown: Lead): number {
  let version = Math.floor(shown.version);
  while (versions.get(shown.id)?.has(version + 1)) version++;
  return version;
}
