// What staff do to leads: at once on the screen, then on the server, and back with an
// explanation when the server says no.
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Channel, given, ifMatch, type Lead, type Me } from '../api/client';
import { Refusal } from '../api/refusal';
import { useMe } from '../session/session';
import { useNameOf } from '../staff/staff';
import { hideToast, showToast, type Toast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { ago } from '../words/times';
import { useLanguage, useWords, type Words } from '../words/words';
import { changeLead, knownLead } from './cache';
import { change, each, type Failure } from './change';
import { assigned, marked, newer, reachedBy, reopened } from './expected';
import { forget, remember, takeLast } from './history';
import { nameOf } from './name';

const at = (lead: Lead) => ({ path: { id: lead.id } });

const calls = {
  mark: (lead: Lead) => given(api.PATCH('/api/v1/leads/{id}', { params: at(lead), body: { state: 'REACHED_OUT' } })),
  channel: (lead: Lead, channel: Channel) => given(api.PATCH('/api/v1/leads/{id}', { params: at(lead), body: { channel } })),
  reopen: (lead: Lead) => given(api.POST('/api/v1/leads/{id}/reopen', { params: { ...at(lead), header: ifMatch(lead) } })),
  assign: (lead: Lead, assignee: string | null) =>
    given(api.PUT('/api/v1/leads/{id}/assignee', { params: { ...at(lead), header: ifMatch(lead) }, body: { assignee } })),
};

// Desk is what an action needs: who acts, how to say what came of it, and start, which
// carries it out after those before it, and not before the browser is online.
type Desk = {
  client: QueryClient;
  me: Me;
  words: Words;
  language: string;
  nameOfUser: (id: string) => string;
  explain: (error: unknown) => string;
  start: (run: () => Promise<void>) => void;
};

const latest = ({ client }: Desk, lead: Lead) => newer(knownLead(client, lead.id) ?? lead, lead);

// report names the leads to which something was not done, and why.
function report(
  { words, explain }: Desk,
  failed: Failure[],
  sentence: (names: string) => string,
  actions: Toast['actions'] = [],
) {
  const first = failed[0];
  if (!first) return;
  const names = failed.slice(0, 5).map((failure) => nameOf(failure.lead));
  const more = failed.length > 5 ? ` ${words.andMore(failed.length - 5)}` : '';
  showToast({ tone: 'error', text: `${sentence(names.join(', ') + more)} ${explain(first.error)}`, actions });
}

const undoAction = (desk: Desk) => ({ label: desk.words.undo, key: 'undo' as const, run: () => undo(desk) });

// mark: leads that somebody else has marked meanwhile stay theirs, and are said so.
function mark(desk: Desk, leads: Lead[]) {
  const { client, me, words } = desk;
  const began = Date.now();
  const before = leads.map((lead) => latest(desk, lead));
  const pending = new Set(before.filter((lead) => lead.state === 'PENDING').map((lead) => lead.id));
  const [only] = before;
  const toast = only && before.length === 1 && pending.size === 1 ? showToast({ text: words.markedOne(nameOf(only)) }) : 0;
  for (const lead of before) changeLead(client, lead.id, (known) => marked(known, me.id, began));
  desk.start(async () => {
    const { done, failed } = await each(before, (lead) => change(client, lead, marked(lead, me.id, began), calls.mark));
    const mine = done.filter((lead) => pending.has(lead.id) && lead.reached_out_by === me.id);
    remember(mine, Date.now());
    hideToast(toast);
    if (failed.length === 0) announce(desk, mine, done);
    else if (mine.length === 0) report(desk, failed, words.notMarked);
    else report(desk, failed, (names) => `${words.markedMany(mine.length)} ${words.notMarked(names)}`, [undoAction(desk)]);
  });
}

// announce says what was marked, asks how, and offers the way back.
function announce(desk: Desk, mine: Lead[], done: Lead[]) {
  const { me, words, language, nameOfUser } = desk;
  const [one] = mine;
  const [first] = done;
  if (one && mine.length === 1) {
    const how = (['email', 'phone', 'other'] as const).map((channel) => ({
      label: words.channel[channel],
      run: () => setChannel(desk, one, channel),
    }));
    showToast({ text: words.markedOne(nameOf(one)), question: words.how, actions: [...how, undoAction(desk)] });
  } else if (one) {
    showToast({ text: words.markedMany(mine.length), actions: [undoAction(desk)] });
  } else if (first?.reached_out_by && first.reached_out_at) {
    const who = first.reached_out_by === me.id ? words.youBefore : nameOfUser(first.reached_out_by);
    showToast({ text: words.markedBefore(who, nameOf(first), ago(first.reached_out_at, Date.now(), language)) });
  }
}

function setChannel(desk: Desk, lead: Lead, channel: Channel) {
  desk.start(async () => {
    const before = latest(desk, lead);
    try {
      await change(desk.client, before, reachedBy(before, channel), (known) => calls.channel(known, channel));
    } catch (error) {
      report(desk, [{ lead, error }], desk.words.notChanged);
    }
  });
}

// undo takes back what was marked last. That is remembered once the server has said
// so, and this comes after it. then is told the first lead that is pending again.
function undo(desk: Desk, then?: (first: Lead) => void) {
  desk.start(async () => {
    const leads = takeLast(Date.now());
    const [first] = await takeBack(desk, leads);
    if (leads.length === 0) showToast({ text: desk.words.nothingToUndo });
    else if (first) then?.(first);
  });
}

// takeBack gives the leads that are pending again. Where the server could not be
// asked, the same key can try again.
async function takeBack(desk: Desk, leads: Lead[]): Promise<Lead[]> {
  const { client, words } = desk;
  const now = leads.map((lead) => latest(desk, lead));
  const { done, failed } = await each(now, (lead) => change(client, lead, reopened(lead), calls.reopen));
  for (const lead of done) forget(lead.id);
  const unasked = failed.filter(({ error }) => !(error instanceof Refusal && error.status < 500));
  remember(
    unasked.map(({ lead }) => lead),
    Date.now(),
  );
  if (done[0]) showToast({ text: done.length === 1 ? words.undone(nameOf(done[0])) : words.undoneMany(done.length) });
  report(desk, failed, words.notUndone);
  return done;
}

function assign(desk: Desk, leads: Lead[], assignee: string | null) {
  const { client, words, nameOfUser } = desk;
  desk.start(async () => {
    const now = leads.map((lead) => latest(desk, lead));
    const { done, failed } = await each(now, (lead) =>
      change(client, lead, assigned(lead, assignee), (known) => calls.assign(known, assignee)),
    );
    const who = assignee === null ? words.nobody : nameOfUser(assignee);
    const [first] = done;
    if (first)
      showToast({ text: done.length === 1 ? words.assignedOne(nameOf(first), who) : words.assignedMany(done.length, who) });
    report(desk, failed, words.notAssigned);
  });
}

// useLeadActions gives what can be done to leads. Each says by a toast what came of it.
export function useLeadActions() {
  const client = useQueryClient();
  const me = useMe();
  const words = useWords();
  const language = useLanguage();
  const nameOfUser = useNameOf();
  const explain = useExplain();
  const { mutate: start } = useMutation({ mutationFn: (run: () => Promise<void>) => run(), scope: { id: 'leads' } });
  return useMemo(() => {
    const desk: Desk = { client, me, words, language, nameOfUser, explain, start };
    return {
      mark: (leads: Lead[]) => mark(desk, leads),
      undo: (then?: (first: Lead) => void) => undo(desk, then),
      reopen: (lead: Lead) => start(async () => void (await takeBack(desk, [lead]))),
      assign: (leads: Lead[], assignee: string | null) => assign(desk, leads, assignee),
    };
  }, [client, me, words, language, nameOfUser, explain, start]);
}

export type LeadActions = ReturnType<typeof useLeadActions>;
