import type { Lead } from '../api/client';

// nameOf is a prospect's whole name, as typed.
export const nameOf = (lead: Pick<Lead, 'first_name' | 'last_name'>) =>
  [lead.first_name, lead.last_name].filter(Boolean).join(' ');
