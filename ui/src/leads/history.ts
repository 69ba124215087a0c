// What this browser has marked, so that z takes it back, the last first.
import type { Lead } from '../api/client';

// Batch holds the leads as the server had them: no list may show them any more.
type Batch = { leads: Lead[]; at: number };

const undoable = 10 * 60_000; // the server counts a reopening as undone within this time
const most = 20; // batches

let batches: Batch[] = [];

// remember keeps leads that were marked together, as the server had them then.
export function remember(leads: Lead[], now: number) {
  if (leads.length > 0) batches = [...batches.slice(1 - most), { leads, at: now }];
}

// takeLast gives the leads of the last batch that can be undone, and forgets it.
export function takeLast(now: number): Lead[] {
  batches = batches.filter((batch) => now - batch.at < undoable);
  return batches.pop()?.leads ?? [];
}

// renew keeps a lead as it has become since, so that taking it back is about what is there now.
export function renew(now: Lead) {
  batches = batches.map((batch) => ({ ...batch, leads: batch.leads.map((lead) => (lead.id === now.id ? now : lead)) }));
}

// forget drops a lead from what can be undone, for it was undone in another way.
export function forget(id: string) {
  batches = batches
    .map((batch) => ({ ...batch, leads: batch.leads.filter((lead) => lead.id !== id) }))
    .filter((batch) => batch.leads.length > 0);
}
