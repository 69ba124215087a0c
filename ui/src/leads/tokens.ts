// What somebody writes into the search field: tokens such as is:pending or older:2h,
// and words. The text is what the URL holds, so it is parsed, never kept apart.
import type { State } from '../api/client';

export type Token = {
  text: string; // as written
  kind: 'is' | 'assignee' | 'lang' | 'from' | 'to' | 'older' | 'word';
  wrong: boolean; // a token that says nothing that we know
};

export type Filter = {
  state?: State;
  assignee?: string; // me, none, or as much of a name or an address as finds one colleague
  language?: string; // a language tag
  from?: string; // the day of receipt, as 2026-11-30, where the app is shown
  to?: string; // likewise, and the whole of it
  older?: number; // milliseconds
  words: string;
  tokens: Token[];
};

const states: Record<string, State | 'any'> = {
  pending: 'PENDING',
  reached_out: 'REACHED_OUT',
  reached: 'REACHED_OUT',
  all: 'any',
};
const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const longest = 100 * 365 * 86_400_000;

function length(value: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/i.exec(value) ?? [];
  const milliseconds = Number(count) * (units[unit?.toLowerCase() ?? ''] ?? Number.NaN);
  return milliseconds <= longest ? milliseconds : undefined;
}

const isLanguage = (value: string) => value.length <= 35 && /^[a-z]{2,3}([-_][a-z\d]{1,8})*$/i.test(value);

// isDay tells whether there is such a day.
function isDay(value: string): boolean {
  const day = Date.parse(`${value}T00:00Z`);
  return /^[12]\d{3}-\d\d-\d\d$/.test(value) && !Number.isNaN(day) && new Date(day).toISOString().startsWith(value);
}

// split cuts a text at blanks, but for those inside the quotes of assignee:"Ana Ruiz".
function split(text: string): string[] {
  return text.match(/[^\s"]*"[^"]*"|\S+/gu) ?? [];
}

// parse reads the text of the search field. It never fails: what is no token is a
// word to search for, and a token with a value that makes no sense is marked.
export function parse(text: string): Filter {
  const filter: Filter = { words: '', tokens: [] };
  const words: string[] = [];
  for (const piece of split(text)) {
    const [, name = '', value = ''] = /^(is|assignee|lang|from|to|older):"?([^"]*)"?$/isu.exec(piece) ?? [];
    const kind = name.toLowerCase() as Token['kind'] | '';
    let wrong = false;
    if (kind === 'is') {
      const state = states[value.toLowerCase()];
      wrong = state === undefined;
      if (state && state !== 'any') filter.state = state;
    } else if (kind === 'assignee') {
      wrong = value.trim() === '';
      if (!wrong) filter.assignee = value.trim();
    } else if (kind === 'lang') {
      wrong = !isLanguage(value);
      if (!wrong) filter.language = value;
    } else if (kind === 'from' || kind === 'to') {
      wrong = !isDay(value);
      if (!wrong) filter[kind] = value;
    } else if (kind === 'older') {
      const milliseconds = length(value);
      wrong = milliseconds === undefined;
      if (milliseconds !== undefined) filter.older = milliseconds;
    } else {
      words.push(piece);
    }
    filter.tokens.push({ text: piece, kind: kind || 'word', wrong });
  }
  filter.words = words.join(' ');
  return filter;
}

// without is the text without one of its tokens.
export function without(text: string, token: number): string {
  return split(text)
    .filter((_, index) => index !== token)
    .join(' ');
}

// quoted is a value that a token can hold.
export const quoted = (value: string) => (/\s/u.test(value) ? `"${value.replaceAll('"', '')}"` : value);
