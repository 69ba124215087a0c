// Who else looks at which lead, and what the others learn of us.
import { useEffect, useSyncExternalStore } from 'react';
import { api, given } from '../api/client';
import { useMe } from '../session/session';

const beat = 20_000; // the server forgets a look after 45 seconds
const idle = 300_000; // whoever hasn't touched the page for that long doesn't look at it

const tab = Math.random().toString(36).slice(2) + Date.now().toString(36);
const nobody: string[] = [];
let board = new Map<string, string[]>();
let listeners: (() => void)[] = [];

function put(next: Map<string, string[]>) {
  board = next;
  for (const listener of listeners) listener();
}

// setPresence says who looks at a lead now.
export function setPresence(lead: string, users: string[]) {
  const next = new Map(board);
  if (users.length > 0) next.set(lead, users);
  else next.delete(lead);
  put(next);
}

export function clearPresence() {
  if (board.size > 0) put(new Map());
}

function subscribe(listener: () => void) {
  listeners = [...listeners, listener];
  return () => {
    listeners = listeners.filter((other) => other !== listener);
  };
}

// usePresence gives the users who look at each lead.
const usePresence = () => useSyncExternalStore(subscribe, () => board);

// useOthers gives the users, but for oneself, who look at a lead.
export function useOthers(lead: string): string[] {
  const me = useMe().id;
  const all = usePresence().get(lead) ?? nobody;
  return all.includes(me) ? all.filter((user) => user !== me) : all;
}

let touched = Date.now();
for (const kind of ['pointerdown', 'pointermove', 'keydown', 'scroll']) {
  globalThis.document?.addEventListener(kind, () => (touched = Date.now()), { capture: true, passive: true });
}

// What this page shows, and what the others were told last. One request at a time, so
// that none overtakes another.
let shown: string | null = null;
let told: string | null = null;
let telling = false;

async function tell(again: boolean) {
  const looks = document.visibilityState === 'visible' && Date.now() - touched < idle;
  const lead = looks ? shown : null;
  if (telling || (lead === told && !(again && lead))) return;
  telling = true;
  told = lead;
  try {
    const { items } = await given(api.PUT('/api/v1/presence', { body: { tab, lead_id: lead }, keepalive: true }));
    put(new Map(items.map(({ lead_id: id, user_ids: users }) => [id, users])));
  } catch {
    // The next beat says it again.
  }
  telling = false;
  void tell(false);
}

// useLooking tells the others that this page shows a lead, for as long as somebody
// looks at it. Passing over leads by j and k is one word in the end.
export function useLooking(lead: string | undefined) {
  useEffect(() => {
    if (!lead) return;
    const show = (what: string | null) => {
      shown = what;
      setTimeout(() => void tell(false));
    };
    const look = () => void tell(true);
    const turn = () => void tell(false);
    const leave = () => {
      shown = null;
      turn();
    };
    show(lead);
    const timer = setInterval(look, beat);
    document.addEventListener('visibilitychange', turn);
    addEventListener('pagehide', leave);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', turn);
      removeEventListener('pagehide', leave);
      show(null);
    };
  }, [lead]);
}
