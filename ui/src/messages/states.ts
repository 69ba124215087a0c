import type { Message } from '../api/client';

export const messageStates = [
  'queued',
  'retrying',
  'sent',
  'dead',
  'captured',
  'suppressed',
] as const satisfies Message['state'][];

export const isMessageState = (text: unknown): text is Message['state'] => messageStates.some((state) => state === text);
