import { useSyncExternalStore } from 'react';
import { ago, date, full, span } from './times';
import { useLocale } from './useLocale';

// One clock for the whole app, so that a thousand rows don't have a timer each.
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, 20_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

// useNow is the time, as of the last 20 seconds.
export const useNow = () => useSyncExternalStore(subscribe, () => now);

// Time shows a moment: as a span since then, a distance, or a date. The whole of it,
// with its zone, is what the pointer and screen readers get.
export function Time({ at, as }: { at: string; as: 'span' | 'ago' | 'date' | 'full' }) {
  const locale = useLocale();
  const { language } = locale;
  const since = useNow() - Date.parse(at);
  const present = Date.parse(at) + (since < 60_000 ? 0 : since); // the clock is too slow for seconds
  const text = {
    span: () => span(present - Date.parse(at), language),
    ago: () => ago(at, present, language),
    date: () => (present - Date.parse(at) < 86_400_000 ? ago(at, present, language) : date(at, present, locale)),
    full: () => full(at, locale),
  }[as]();
  return (
    <time dateTime={at} title={full(at, locale)}>
      {text}
    </time>
  );
}
