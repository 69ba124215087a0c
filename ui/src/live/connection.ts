// The one stream that a browser has open, however many tabs it has: over HTTP/1.1 it
// may hold six connections to us, and each stream takes one. A tab that holds the
// lock reads it and tells the others; when that tab is closed another one goes on
// where it was.
import { useSyncExternalStore } from 'react';
import { stream } from '../api/client';
import { Refusal } from '../api/refusal';
import { reader, type Told } from './read';

// Connection is how it stands: lost when it is away for longer than a moment.
type Connection = 'down' | 'live' | 'lost';

const moment = 5_000;
const silence = 40_000; // the server says something every 15 seconds
const longest = 30_000; // between two tries

// Word is what the tabs tell each other: an event, how the stream stands, that it has
// begun anew and whether there may be a gap before that, and that a tab is new.
type Word = { told: Told } | { is: Connection } | { opened: boolean } | { hello: true };

let current: Connection = 'down';
let loses: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function become(next: Connection) {
  if (next !== 'down') {
    clearTimeout(loses);
    loses = undefined;
  } else if (current !== 'lost') {
    loses ??= setTimeout(() => become('lost'), moment); // from the first failure on, however many follow
  }
  if (next === current || (next === 'down' && current === 'lost')) return;
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useConnection = () => useSyncExternalStore(subscribe, () => current);

// usePace is how often to ask for what the stream tells of, in milliseconds: rarely
// while it does, and as a fallback while it doesn't.
export const usePace = () => (useConnection() === 'live' ? 120_000 : 20_000);

// connect begins to listen, once for the life of the page. tell hears every event;
// opened is told of each beginning, and whether there may be a gap before it.
export function connect(tell: (told: Told) => void, opened: (gap: boolean) => void) {
  const tabs = new BroadcastChannel('usher.stream');
  const say = (word: Word) => navigator.locks && tabs.postMessage(word);
  let last = '';
  let leading = false;
  const hear = (told: Told) => {
    if (told.id) last = told.id;
    if (told.event) tell(told);
  };
  const now = (is: Connection) => {
    become(is);
    say({ is });
  };
  // A tab that the browser has put to sleep keeps the lock and says nothing any more.
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const listenFor = (leader: boolean) => {
    clearTimeout(quiet);
    if (leader) quiet = setTimeout(() => become('down'), silence);
  };
  tabs.onmessage = ({ data: word }: MessageEvent<Word>) => {
    listenFor(!leading);
    if ('told' in word) hear(word.told);
    else if ('is' in word) become(word.is);
    else if ('opened' in word) opened(word.opened);
    else if (leading) say({ is: current });
  };
  const lead = async () => {
    leading = true;
    listenFor(false);
    for (let failures = 0; ; ) {
      const began = Date.now();
      const begin = () => {
        const gap = last === '';
        opened(gap);
        say({ opened: gap });
        now('live');
      };
      const pass = (told: Told) => {
        hear(told);
        say({ told });
      };
      const wait = await listen(last, begin, pass, () => say({ is: current }));
      now('down');
      failures = Date.now() - began > moment ? 0 : failures + 1;
      await pause(Math.max(wait, Math.min(longest, 250 * 2 ** failures)) * (1 + Math.random()));
    }
  };
  become('down');
  say({ hello: true });
  if (navigator.locks) void navigator.locks.request('usher.stream', lead);
  else void lead();
}

// listen reads a stream to its end, and calls beat whenever something came, if only a sign
// of life. It gives how long the server asks us to stay away, in milliseconds.
async function listen(last: string, opened: () => void, tell: (told: Told) => void, beat: () => void): Promise<number> {
  const cut = new AbortController();
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => cut.abort(), silence);
  };
  try {
    watch(); // a network that swallows all doesn't even refuse
    const pieces = (await stream(last, cut.signal)).getReader();
    opened();
    const read = reader(tell);
    for (;;) {
      watch();
      const { done, value } = await pieces.read();
      if (done) return 0;
      read(value);
      beat();
    }
  } catch (error) {
    return error instanceof Refusal ? error.retryAfter * 1000 : 0;
  } finally {
    clearTimeout(watchdog);
  }
}

// pause waits, and while there is no network it waits for that. Whoever comes back to
// the page or the network doesn't have to wait.
async function pause(milliseconds: number) {
  await new Promise<void>((go) => {
    const timer = setTimeout(go, milliseconds);
    const back = () => {
      if (document.visibilityState !== 'visible') return;
      clearTimeout(timer);
      go();
    };
    addEventListener('online', back, { once: true });
    document.addEventListener('visibilitychange', back, { once: true });
  });
  if (!navigator.onLine) await new Promise((go) => addEventListener('online', go, { once: true }));
}
