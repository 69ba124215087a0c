import { queryOptions } from '@tanstack/react-query';
import { api, given } from '../api/client';
import type { components } from '../api/schema.gen';

export type Standing = components['schemas']['SystemView'];
export type Check = components['schemas']['SystemCheck'];
export type Level = Check['level'];

// Seen is how the server stands, and how far its clock is ahead of this browser's, in
// milliseconds.
export type Seen = Standing & { ahead: number };

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: async ({ signal }): Promise<Seen> => {
    const asked = Date.now();
    const standing = await given(api.GET('/api/v1/system', { signal }));
    // It looked at its clock somewhere between the question and the answer.
    return { ...standing, ahead: Date.parse(standing.now) - (asked + Date.now()) / 2 };
  },
  refetchInterval: 30_000,
  refetchOnMount: 'always',
});

const farAhead = 2 * 60_000;

// Found is what was found of one part, by the server or here.
export type Found = { about: Check['about']; level: Level; code: Check['code'] | 'browser'; text: string };

// findings are what the server says of itself, and what only a browser can see.
export function findings(seen: Seen): Found[] {
  const all = [...seen.checks];
  if (Math.abs(seen.ahead) <= farAhead) return all;
  const fine = (check: Check) => check.about === 'clock' && check.level === 'green';
  return [...all.filter((check) => !fine(check)), { about: 'clock', level: 'amber', code: 'browser', text: '' }];
}

// worst is the colour of the whole.
export function worst(levels: Level[]): Level {
  return levels.includes('red') ? 'red' : levels.includes('amber') ? 'amber' : 'green';
}
