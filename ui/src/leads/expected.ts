// What a lead becomes by what is asked for, before the server has said so. Pure, so
// that the way back is just the lead as it was.
import type { Channel, Lead } from '../api/client';

// ahead is a version between the one that we know and the one to come: an older
// answer that arrives late does not count, the answer to what was asked does.
const ahead = (lead: Lead) => Math.floor(lead.version) + 0.5;

export function marked(lead: Lead, user: string, now: number): Lead {
  if (lead.state === 'REACHED_OUT') return lead;
  const reachedOutAt = new Date(now).toISOString();
  return {
    ...lead,
    state: 'REACHED_OUT',
    reached_out_at: reachedOutAt,
    reached_out_by: user,
    channel: null,
    version: ahead(lead),
  };
}

export function reopened(lead: Lead): Lead {
  return { ...lead, state: 'PENDING', reached_out_at: null, reached_out_by: null, channel: null, version: ahead(lead) };
}

export const assigned = (lead: Lead, assignee: string | null): Lead => ({ ...lead, assignee, version: ahead(lead) });

export const reachedBy = (lead: Lead, channel: Channel): Lead => ({ ...lead, channel, version: ahead(lead) });

// newer is the one of two states of a lead that was later.
export const newer = (known: Lead, answer: Lead): Lead => (known.version > answer.version ? known : answer);

// settled is the lead after the answer to what was asked: only a later answer stands above it.
export const settled = (known: Lead, answer: Lead): Lead =>
  Number.isInteger(known.version) && known.version > answer.version ? known : answer;

// back undoes an expectation that did not come true: what it changed becomes what
// it was, unless a later answer has changed the lead since.
export const back = (now: Lead, before: Lead): Lead => (Math.floor(now.version) > Math.floor(before.version) ? now : before);
