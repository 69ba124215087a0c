// What staff do to leads: at once on the screen, then on the server, and back with an
// explanation when the server says no.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Channel, given, ifMatch, type Lead } from '../api/client';
import { Refusal } from '../api/refusal';
import { useMe } from '../session/session';
import { useNameOf } from '../staff/staff';
import { hideToast, showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { ago } from '../words/times';
import { useLanguage, useWords } from '../words/words';
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

// useLeadActions gives what can be done to leads: mark, undo, say how, assign. Each
// says by a toast what came of it.
export function useLeadActions() {
  const client = useQueryClient();
  const me = useMe();
  const words = useWords();
  const language = useLanguage();
  const nameOfUser = useNameOf();
  const explain = useExplain();
  // One after the other, in the order of the keys, and not before the browser is online.
  const { mutateAsync } = useMutation({ mutationFn: (run: () => Promise<void>) => run(), scope: { id: 'leads' } });

  return useMemo(() => {
    const latest = (lead: Lead) => newer(knownLead(client, lead.id) ?? lead, lead);
    const start = (run: () => Promise<void>) => void mutateAsync(run);

    const report = (failed: Failure[], sentence: (names: string) => string) => {
      const first = failed[0];
      if (!first) return;
      const names = failed.slice(0, 5).map((failure) => nameOf(failure.lead));
      const more = failed.length > 5 ? ` ${words.andMore(failed.length - 5)}` : '';
      showToast({ tone: 'error', text: `${sentence(names.join(', ') + more)} ${explain(first.error)}` });
    };

    const setChannel = (lead: Lead, channel: Channel) =>
      start(async () => {
        const now = latest(lead);
        try {
          await change(client, now, reachedBy(now, channel), (l) => calls.channel(l, channel));
        } catch (error) {
          report([{ lead, error }], words.notChanged);
        }
      });

    // takeBack gives the leads that are pending again. What the server could not be
    // asked can be tried again by the same key.
    const takeBack = async (marked: Lead[]) => {
      const { done, failed } = await each(marked.map(latest), (lead) => change(client, lead, reopened(lead), calls.reopen));
      for (const lead of done) forget(lead.id);
      remember(
        failed.filter(({ error }) => !(error instanceof Refusal && error.status < 500)).map(({ lead }) => lead),
        Date.now(),
      );
      if (done[0]) showToast({ text: done.length === 1 ? words.undone(nameOf(done[0])) : words.undoneMany(done.length) });
      report(failed, words.notUndone);
      return done;
    };

    // What was marked just before is remembered once the server has said so, so this waits its turn.
    const undo = (then?: (first: Lead) => void) =>
      start(async () => {
        const leads = takeLast(Date.now());
        if (leads.length === 0) {
          showToast({ text: words.nothingToUndo });
          return;
        }
        const [first] = await takeBack(leads);
        if (first) then?.(first);
      });

    const announce = (mine: Lead[], others: Lead[]) => {
      const [one] = mine;
      const undoAction = { label: words.undo, key: 'undo' as const, run: () => undo() };
      if (one && mine.length === 1) {
        const how = (['email', 'phone', 'other'] as const).map((channel) => ({
          label: words.channel[channel],
          run: () => setChannel(one, channel),
        }));
        showToast({ text: words.markedOne(nameOf(one)), question: words.how, actions: [...how, undoAction] });
      } else if (mine.length > 1) {
        showToast({ text: words.markedMany(mine.length), actions: [undoAction] });
      } else if (others[0]?.reached_out_by && others[0].reached_out_at) {
        const who = others[0].reached_out_by === me.id ? words.youBefore : nameOfUser(others[0].reached_out_by);
        showToast({ text: words.markedBefore(who, nameOf(others[0]), ago(others[0].reached_out_at, Date.now(), language)) });
      }
    };

    // mark: leads that somebody else has marked meanwhile stay theirs, and are said so.
    const mark = (leads: Lead[]) => {
      const began = Date.now();
      const now = leads.map(latest);
      const toast = now.length === 1 && now[0]?.state === 'PENDING' ? showToast({ text: words.markedOne(nameOf(now[0])) }) : 0;
      for (const lead of now) changeLead(client, lead.id, (known) => marked(known, me.id, began));
      start(async () => {
        const { done, failed } = await each(now, (lead) => change(client, lead, marked(lead, me.id, began), calls.mark));
        const were = new Set(now.filter((lead) => lead.state === 'PENDING').map((lead) => lead.id));
        const mine = done.filter((lead) => were.has(lead.id) && lead.reached_out_by === me.id);
        remember(mine, Date.now());
        hideToast(toast);
        announce(
          mine,
          done.filter((lead) => !mine.includes(lead)),
        );
        report(failed, words.notMarked);
      });
    };

    const assign = (leads: Lead[], assignee: string | null) => {
      start(async () => {
        const { done, failed } = await each(leads.map(latest), (lead) =>
          change(client, lead, assigned(lead, assignee), (l) => calls.assign(l, assignee)),
        );
        const who = assignee === null ? words.nobody : nameOfUser(assignee);
        if (done[0])
          showToast({ text: done.length === 1 ? words.assignedOne(nameOf(done[0]), who) : words.assignedMany(done.length, who) });
        report(failed, words.notAssigned);
      });
    };

    const reopen = (lead: Lead) => start(async () => void (await takeBack([lead])));

    return { mark, undo, reopen, setChannel, assign };
  }, [client, me, words, language, nameOfUser, explain, mutateAsync]);
}

export type LeadActions = ReturnType<typeof useLeadActions>;
