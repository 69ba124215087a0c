// The gate knows whether somebody is signed in. When the session turns out to have
// lapsed, whatever was asked waits here until somebody has signed in again, so that
// nothing that was typed or done is lost.
type GateState = 'unknown' | 'in' | 'out' | 'lapsed';

let state: GateState = 'unknown';
let waiting: (() => void)[] = [];
const listeners = new Set<() => void>();

function become(next: GateState) {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

export const gate = {
  state: () => state,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  // enter: somebody is signed in, so that what waits goes on.
  enter() {
    become('in');
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  },
  leave: () => become('out'),
  // canReopen tells whether a 401 means that the session has lapsed: before
  // anybody was signed in it just means that nobody is.
  canReopen: () => state === 'in' || state === 'lapsed',
  reopened() {
    become('lapsed');
    return new Promise<void>((go) => waiting.push(go));
  },
};
