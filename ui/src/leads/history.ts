// What this browser has marked, so that z takes it back, the last first.
import type { Lead } from '../api/client';

export type Batch = { ids: string[]; at: number };

const undoable = 10 * 60_000; // the server counts a reopening as undone within this time

let batches: Batch[] = [];

export function remember(leads: Lead[]) {
  if (leads.length > 0) batches = [...batches.slice(-19), { ids: leads.map((lead) => lead.id), at: Date.now() }];
}

// takeLast gives the last batch that can be undone, and forgets it.
export function takeLast(now: number): Batch | undefined {
  batches = batches.filter((batch) => now - batch.at < undoable);
  return batches.pop();
}

// forget drops a lead from what can be undone, for it was undone in another way.
export function forget(id: string) {
  batches = batches
    .map((batch) => ({ ...batch, ids: batch.ids.filter((other) => other !== id) }))
    .filter((batch) => batch.ids.length > 0);
}
