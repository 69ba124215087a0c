// What somebody prefers in this browser. It is kept here only; the server has no part in it.
import { useSyncExternalStore } from 'react';

export type Preferences = {
  theme: 'system' | 'light' | 'dark';
  language: 'browser' | 'en' | 'es';
  // WCAG 2.1.4: keys of one letter can be switched off, or need Alt.
  keys: 'on' | 'alt' | 'off';
  rows: 'comfortable' | 'compact';
  zone: 'firm' | 'browser';
  notify: 'off' | 'on'; // by the desktop, when the browser allows it
};

const name = 'usher.preferences';
const defaults: Preferences = {
  theme: 'system',
  language: 'browser',
  keys: 'on',
  rows: 'comfortable',
  zone: 'firm',
  notify: 'off',
};
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Preferences>) };
  } catch {
    return defaults; // storage is blocked, or holds something else
  }
}

let current = read();

export function setPreference<Name extends keyof Preferences>(which: Name, value: Preferences[Name]) {
  current = { ...current, [which]: value };
  try {
    localStorage.setItem(name, JSON.stringify(current));
  } catch {
    // Then it holds until the page is closed.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

export const preferences = () => current;

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = () => useSyncExternalStore(subscribe, preferences);

export function applyTheme() {
  if (current.theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current.theme;
}
