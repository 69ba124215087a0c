// What staff do to leads: at once on the screen, then on the server, and back with an
// explanation when the server says no.
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Channel, given, ifMatch, type Lead, type Me } from '../api/client';
import { isRefusal, Refusal } from '../api/refusal';
import { useMe } from '../session/session';
import { useNameOf } from '../staff/staff';
import { sentenceOf } from '../timeline/sentence';
import { hideToast, showToast, type Toast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { ago } from '../words/times';
import { useLanguage, useWords, type Words } from '../words/words';
import { changeLead, knownLead } from './cache';
import { change, each, type Failure } from './change';
import { assigned, marked, newer, reachedBy, reopened } from './expected';
import { forget, remember, takeLast } from './history';
import { nameOf } from './name';
import { made, seenVersion } from './ours';

const at = (lead: Lead) => ({ path: { id: lead.id } });

// as makes a change conditional: that whoever asks for it has seen all that others have
// done to the lead.
const as = (seen: Lead) => ({ ...at(seen), header: ifMatch({ version: seenVersion(seen) }) });

// What is asked of the server. A lead is given as it was shown to whoever asks.
const calls = {
  mark: (seen: Lead) => given(api.PATCH('/api/v1/leads/{id}', { params: as(seen), body: { state: 'REACHED_OUT' } })),
  channel: (lead: Lead, channel: Channel) => given(api.PATCH('/api/v1/leads/{id}', { params: at(lead), body: { channel } })),
  reopen: (seen: Lead) => given(api.POST('/api/v1/leads/{id}/reopen', { params: as(seen) })),
  assign: (seen: Lead, assignee: string | null) =>
    given(api.PUT('/api/v1/leads/{id}/assignee', { params: as(seen), body: { assignee } })),
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

// Change is one change of each of some leads: what it makes of a lead, and how it is asked for.
type Change = {
  expected: (lead: Lead) => Lead;
  call: (seen: Lead) => Promise<Lead>;
  before?: Lead[]; // as they were, where what is expected is on the screen already
};

// carryOut does to leads what was decided about them as they were shown.
const carryOut = (desk: Desk, seen: Lead[], { expected, call, before }: Change) =>
  each(seen, (lead, index) => {
    const now = before?.[index] ?? latest(desk, lead);
    return change(desk.client, now, expected(now), () => call(lead));
  });

const isStale = ({ error }: Failure) => isRefusal(error, 412);

// stop says that something was not done because others have changed the leads since
// they were shown: what they did, and the way to do it all the same.
async function stop(
  desk: Desk,
  stale: Failure[],
  sentence: (names: string) => string,
  anyway: (leads: Lead[]) => void,
  actions: Toast['actions'] = [],
) {
  const now = stale.map(({ lead }) => latest(desk, lead));
  const [only] = now;
  const why = (only && now.length === 1 && (await lastChange(desk, only))) || desk.words.why.stale;
  const again = { label: desk.words.doAnyway, run: () => anyway(now) };
  showToast({ tone: 'error', stays: true, text: `${sentence(namesOf(desk, now))} ${why}`, actions: [again, ...actions] });
}

const changing = ['reached_out', 'channel_set', 'reopened', 'undone', 'assigned', 'address_corrected'];

// lastChange is what somebody else did last to a lead, and when, in words; empty when that can't be had.
async function lastChange({ me, words, language, nameOfUser }: Desk, lead: Lead): Promise<string> {
  const params = { ...at(lead), query: { limit: 20 } };
  const events = await given(api.GET('/api/v1/leads/{id}/events', { params })).catch(() => undefined);
  const event = events?.items.find(({ kind, actor }) => actor !== me.id && changing.includes(kind));
  return event ? `${sentenceOf(event, words, me.id, nameOfUser)} (${ago(event.at, Date.now(), language)})` : '';
}

function namesOf({ words }: Desk, leads: Lead[]): string {
  const more = leads.length > 5 ? ` ${words.andMore(leads.length - 5)}` : '';
  return leads.slice(0, 5).map(nameOf).join(', ') + more;
}

// report names the leads to which something was not done, and why.
function report(desk: Desk, failed: Failure[], sentence: (names: string) => string, actions: Toast['actions'] = []) {
  const first = failed[0];
  if (!first) return;
  const names = namesOf(
    desk,
    failed.map(({ lead }) => lead),
  );
  showToast({ tone: 'error', text: `${sentence(names)} ${desk.explain(first.error)}`, actions });
}

const undoAction = (desk: Desk) => ({ label: desk.words.undo, key: 'undo' as const, run: () => undo(desk) });

// mark: leads that somebody else has marked meanwhile stay theirs, and are said so.
function mark(desk: Desk, leads: Lead[]) {
  const { client, me, words } = desk;
  const began = Date.now();
  const before = leads.map((lead) => latest(desk, lead));
  const pending = new Set(before.filter((lead) => lead.state === 'PENDING').map((lead) => lead.id));
  const [only] = leads;
  const toast = only && leads.length === 1 && pending.size === 1 ? showToast({ text: words.markedOne(nameOf(only)) }) : 0;
  const expected = (lead: Lead) => marked(lead, me.id, began);
  for (const lead of leads) changeLead(client, lead.id, expected);
  desk.start(async () => {
    const { done, failed } = await carryOut(desk, leads, { expected, call: calls.mark, before });
    const mine = done.filter((lead) => pending.has(lead.id) && lead.reached_out_by === me.id);
    remember(mine, Date.now());
    const [stale, others] = [failed.filter(isStale), failed.filter((failure) => !isStale(failure))];
    const theirs = stale.map(({ lead }) => latest(desk, lead)).filter((lead) => lead.state === 'REACHED_OUT');
    const changed = stale.filter(({ lead }) => !theirs.some((other) => other.id === lead.id));
    const sentence = (names: string) =>
      mine.length === 0 ? words.notMarked(names) : `${words.markedMany(mine.length)} ${words.notMarked(names)}`;
    const actions = mine.length === 0 ? [] : [undoAction(desk)];
    for (const lead of theirs) made(lead); // they have been told of it
    if (mine.length !== 1) hideToast(toast);
    if (others.length > 0) report(desk, others, sentence, actions);
    else if (changed.length > 0) await stop(desk, changed, sentence, (now) => mark(desk, now), actions);
    else announce(desk, mine, [...done, ...theirs], toast);
  });
}

// announce says what was marked, asks how, and offers the way back. toast has said the first already.
function announce(desk: Desk, mine: Lead[], done: Lead[], toast: number) {
  const { me, words, language, nameOfUser } = desk;
  const [one] = mine;
  const [first] = done;
  if (one && mine.length === 1) {
    const how = (['email', 'phone', 'other'] as const).map((channel) => ({
      label: words.channel[channel],
      run: () => setChannel(desk, one, channel),
    }));
    showToast({ text: words.markedOne(nameOf(one)), question: words.how, actions: [...how, undoAction(desk)] }, toast);
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
  const { words } = desk;
  const { done, failed } = await carryOut(desk, leads, { expected: reopened, call: calls.reopen });
  for (const lead of done) forget(lead.id);
  const unasked = failed.filter(({ error }) => !(error instanceof Refusal && error.status < 500));
  remember(
    unasked.map(({ lead }) => lead),
    Date.now(),
  );
  if (done[0]) showToast({ text: done.length === 1 ? words.undone(nameOf(done[0])) : words.undoneMany(done.length) });
  const stale = failed.filter(isStale);
  const reopen = (now: Lead[]) => desk.start(async () => void (await takeBack(desk, now)));
  if (stale.length > 0 && stale.length === failed.length) await stop(desk, stale, words.notUndone, reopen);
  else report(desk, failed, words.notUndone);
  return done;
}

function assign(desk: Desk, leads: Lead[], assignee: string | null) {
  const { words, nameOfUser } = desk;
  desk.start(async () => {
    const { done, failed } = await carryOut(desk, leads, {
      expected: (lead) => assigned(lead, assignee),
      call: (seen) => calls.assign(seen, assignee),
    });
    const who = assignee === null ? words.nobody : nameOfUser(assignee);
    const [first] = done;
    if (first)
      showToast({ text: done.length === 1 ? words.assignedOne(nameOf(first), who) : words.assignedMany(done.length, who) });
    const stale = failed.filter(isStale);
    if (stale.length > 0 && stale.length === failed.length)
      await stop(desk, stale, words.notAssigned, (now) => assign(desk, now, assignee));
    else report(desk, failed, words.notAssigned);
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
