import { useInfiniteQuery } from '@tanstack/react-query';
import { useMe } from '../session/session';
import { useNameOf } from '../staff/staff';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useWords } from '../words/words';
import { eventsQuery } from './query';
import { sentenceOf } from './sentence';

// Timeline is all that happened to a lead, newest first.
export function Timeline({ id }: { id: string }) {
  const words = useWords();
  const explain = useExplain();
  const me = useMe();
  const nameOf = useNameOf();
  const events = useInfiniteQuery(eventsQuery(id));
  const all = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-label={words.timeline.title}>
      <h2 className="mb-2">{words.timeline.title}</h2>
      {events.isError && (
        <p role="alert" className="mb-2 text-error">
          {explain(events.error)}{' '}
          <button type="button" className="button" onClick={() => void events.refetch()}>
            {words.retry}
          </button>
        </p>
      )}
      <ol className="flex flex-col gap-3">
        {all.map((event) => (
          <li key={event.id} className="border-s-2 border-line ps-3" data-kind={event.kind}>
            <p className="wrap-anywhere">
              <bdi>{sentenceOf(event, words, me.id, nameOf)}</bdi>{' '}
              <span className="text-meta text-ink-3">
                <Time at={event.at} as="ago" />
              </span>
            </p>
            {event.kind === 'note' && (
              <p dir="auto" className="mt-1 rounded-control bg-surface p-2 whitespace-pre-wrap wrap-anywhere">
                {event.data.text}
              </p>
            )}
            {event.kind === 'message_changed' && event.data.state !== 'suppressed' && event.data.error && (
              <p className="text-meta text-ink-3 wrap-anywhere">{event.data.error}</p>
            )}
          </li>
        ))}
      </ol>
      {events.hasNextPage && (
        <button type="button" className="button mt-3" onClick={() => void events.fetchNextPage()}>
          {words.timeline.more}
        </button>
      )}
    </section>
  );
}
