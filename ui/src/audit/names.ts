import type { auditTexts } from './words';

// What acts without a user, and what actions are about, as the server names them.
export const names = ['command_line', 'setup_link', 'usher'] as const;
export const groups = ['session', 'user', 'api_key', 'lead', 'message', 'firm', 'view', 'report', 'audit'] as const;

export const isName = (text: string): text is (typeof names)[number] => (names as readonly string[]).includes(text);

export type ActionName = keyof typeof auditTexts.en.action;
