import type { QueryClient } from '@tanstack/react-query';
import type { Lead } from '../api/client';
import { isRefusal } from '../api/refusal';
import { changeLead, refresh, settle } from './cache';
import { back, newer } from './expected';
import { renew } from './history';
import { made } from './ours';
import { freshLead } from './query';

export type Failure = { lead: Lead; error: unknown };

// change carries out one change of one lead: expected at once, settled by the
// answer, taken back when there is none. Throws what the call throws, once the lead is
// shown as the server has it.
export async function change(
  client: QueryClient,
  lead: Lead,
  expected: Lead,
  call: (lead: Lead) => Promise<Lead>,
): Promise<Lead> {
  await client.cancelQueries({ queryKey: ['leads', 'one', lead.id] });
  changeLead(client, lead.id, () => expected);
  try {
    const answer = await call(lead);
    made(answer);
    settle(client, answer);
    renew(answer);
    return answer;
  } catch (error) {
    changeLead(client, lead.id, (now) => back(now, lead));
    if (isRefusal(error, 412) || isRefusal(error, 409) || isRefusal(error, 404)) await lookAgain(client, lead.id);
    throw error;
  }
}

// lookAgain shows a lead everywhere as the server has it now. That it has gone is
// for its own page to say, and for the next answer of the list.
async function lookAgain(client: QueryClient, id: string) {
  refresh(client, id);
  const now = await freshLead(client, id).catch(() => undefined);
  if (now) changeLead(client, id, (known) => newer(known, now));
}

// each carries out a change of many leads, a few at a time, and gives those that
// went through and those that did not, in the order in which they were given.
export async function each(
  leads: Lead[],
  one: (lead: Lead, index: number) => Promise<Lead>,
): Promise<{ done: Lead[]; failed: Failure[] }> {
  const outcomes: (Lead | Failure)[] = [];
  const left = leads.map((lead, index) => ({ lead, index }));
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { lead, index } = next;
      outcomes[index] = await one(lead, index).catch((error: unknown) => ({ lead, error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(6, leads.length) }, worker));
  const isLead = (outcome: Lead | Failure): outcome is Lead => !('error' in outcome);
  const isFailure = (outcome: Lead | Failure): outcome is Failure => 'error' in outcome;
  return { done: outcomes.filter(isLead), failed: outcomes.filter(isFailure) };
}
