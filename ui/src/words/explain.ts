import { useMemo } from 'react';
import { Refusal, Unreachable } from '../api/refusal';
import { useWords, type Words } from './words';

// explanation says why something did not work, and what to do: in our own words by
// status, because the server speaks English only.
export function explanation(error: unknown, words: Words): string {
  if (error instanceof Unreachable) return words.why.unreachable;
  if (!(error instanceof Refusal)) return words.why.unknown;
  const known: Record<number, string> = {
    403: words.why.forbidden,
    404: words.why.gone,
    409: words.why.conflict,
    412: words.why.stale,
    429: words.why.throttled(error.retryAfter),
    503: words.why.unavailable,
  };
  const said = known[error.status] ?? error.problem.errors?.[0]?.message ?? words.why.unknown;
  return error.status >= 500 && error.problem.request_id ? `${said} ${words.why.number(error.problem.request_id)}` : said;
}

export function useExplain(): (error: unknown) => string {
  const words = useWords();
  return useMemo(() => (error: unknown) => explanation(error, words), [words]);
}
