// How a list stays where it is while the leads behind it come and go: whoever reads it
// must find each row where the eye has left it.
import type { Lead } from '../api/client';

// View is what is shown of a list, in its order, what waits to be, and the ids of all
// that was ever shown.
export type View = { shown: Lead[]; held: Lead[]; known: ReadonlySet<string> };

export type Rules = {
  belongs: (lead: Lead) => boolean; // to what the list is of
  isOurs: (lead: Lead) => boolean; // as it is by our own doing
  isErased: (lead: Lead) => boolean; // nothing of it may be seen any more
  comesBefore: (a: Lead, b: Lead) => boolean;
};

export const nothingShown: View = { shown: [], held: [], known: new Set() };

// steady is the view after another answer. What we do ourselves is seen at once. What
// others have done to a lead is seen in its row, which stays, even when it is none of
// the list any more; what they have made come in is held back. With open, nothing was
// there to be disturbed or more was asked for, so that only what was held before waits.
export function steady(before: View, answer: Lead[], open: boolean, { belongs, isOurs, isErased, comesBefore }: Rules): View {
  const was = new Set(before.shown.map((lead) => lead.id));
  const waits = new Set(before.held.map((lead) => lead.id));
  const here = new Set(answer.map((lead) => lead.id));
  let [shown, held]: [Lead[], Lead[]] = [[], []];
  for (const lead of answer) {
    if (belongs(lead)) {
      const isNew = !before.known.has(lead.id) && !isOurs(lead) && !(open && !waits.has(lead.id));
      (isNew ? held : shown).push(lead);
    } else if (was.has(lead.id) && !isOurs(lead)) {
      shown.push(lead);
    }
  }
  for (const lead of before.shown) {
    if (here.has(lead.id) || belongs(lead) || isOurs(lead) || isErased(lead)) continue;
    const at = shown.findIndex((other) => comesBefore(lead, other));
    shown.splice(at < 0 ? shown.length : at, 0, lead);
  }
  if (shown.length === 0) [shown, held] = [held, []];
  const known = shown.every((lead) => before.known.has(lead.id))
    ? before.known
    : new Set([...before.known, ...shown.map((lead) => lead.id)]);
  return { shown, held, known };
}
