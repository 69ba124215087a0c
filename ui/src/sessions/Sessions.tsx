import { useQuery } from '@tanstack/react-query';
import { AppWindow, SquareTerminal } from 'lucide-react';
import { useRef } from 'react';
import type { Session } from '../api/client';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useTexts, useWords } from '../words/words';
import { sessionsQuery, useEndOthers, useEndSession } from './query';
import { sessionTexts } from './words';

// Sessions is where one is signed in, and ends what shouldn't be.
export function Sessions() {
  const words = useWords();
  const texts = useTexts(sessionTexts);
  const explain = useExplain();
  const list = useQuery(sessionsQuery);
  const endOthers = useEndOthers();
  const others = list.data?.some(({ current }) => !current);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed is gone.
  const ended = (text: string) => {
    showToast({ text });
    heading.current?.focus({ preventScroll: true });
  };
  return (
    <section aria-labelledby="signed-in" className="max-w-xl">
      <h2 id="signed-in" className="mb-2 outline-none" ref={heading} tabIndex={-1}>
        {texts.title}
      </h2>
      <p className="mb-2 text-ink-2">{texts.hint}</p>
      {list.isError && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="mb-2">
            {texts.failed} {explain(list.error)}
          </p>
          <button type="button" className="button" onClick={() => void list.refetch()}>
            {words.retry}
          </button>
        </div>
      )}
      {list.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {list.data && (
        <ul aria-label={texts.list} className="border-t border-line">
          {list.data.map((session) => (
            <Line key={session.id} session={session} ended={ended} />
          ))}
        </ul>
      )}
      {endOthers.isError && (
        <p role="alert" className="mt-2 text-error">
          {explain(endOthers.error)}
        </p>
      )}
      {others === false && <p className="mt-2 text-ink-2">{texts.alone}</p>}
      {others && (
        <>
          <p className="my-2 text-ink-2">{texts.strange}</p>
          <button
            type="button"
            className="button"
            aria-disabled={endOthers.isPending}
            onClick={() => !endOthers.isPending && endOthers.mutate(undefined, { onSuccess: () => ended(texts.endedOthers) })}
          >
            {texts.others}
          </button>
        </>
      )}
    </section>
  );
}

function Line({ session, ended }: { session: Session; ended: (text: string) => void }) {
  const texts = useTexts(sessionTexts);
  const explain = useExplain();
  const what = session.user_agent || texts.unknown[session.kind];
  const end = useEndSession(() => ended(texts.ended(what)));
  const Icon = session.kind === 'browser' ? AppWindow : SquareTerminal;
  return (
    <li className="flex items-start gap-3 border-b border-line py-3">
      <Icon size={18} aria-hidden="true" className="mt-0.5 shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1 wrap-anywhere">
        <p>
          <bdi className="font-semibold">{what}</bdi> <span className="text-ink-2">{texts.kind[session.kind]}</span>
        </p>
        <p className="text-meta text-ink-2">
          {session.network && <span dir="ltr">{session.network} · </span>}
          {texts.begun} <Time at={session.created_at} as="date" /> · {texts.used} <Time at={session.last_seen_at} as="date" />
        </p>
        {end.isError && (
          <p role="alert" className="text-error">
            {explain(end.error)}
          </p>
        )}
      </div>
      {session.current ? (
        <span className="shrink-0 py-2 font-semibold text-reached">{texts.current}</span>
      ) : (
        <button
          type="button"
          className="button shrink-0"
          aria-label={texts.endOf(what, session.network)}
          aria-disabled={end.isPending}
          onClick={() => !end.isPending && end.mutate(session.id)}
        >
          {texts.end}
        </button>
      )}
    </li>
  );
}
