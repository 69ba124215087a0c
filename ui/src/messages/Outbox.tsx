import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { api, given, type Message } from '../api/client';
import { isRefusal } from '../api/refusal';
import { useMay } from '../session/session';
import { arriving } from '../shell/arriving';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useTexts, useWords } from '../words/words';
import { messagesQuery, summaryQuery } from './query';
import { messageStates } from './states';
import { TestMail } from './TestMail';
import { outboxTexts } from './words';

// Outbox is every e-mail that a lead set off, and what became of it.
export function Outbox() {
  const words = useWords();
  const texts = useTexts(outboxTexts);
  const explain = useExplain();
  const { state } = useSearch({ from: '/outbox' });
  const list = useInfiniteQuery(messagesQuery(state));
  const messages = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page flex flex-col gap-4 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <h1 {...arriving}>{texts.title}</h1>
      <Standing />
      <nav aria-label={texts.filter} className="flex flex-wrap gap-1">
        {[undefined, ...messageStates].map((choice) => (
          <Link
            key={choice ?? 'all'}
            to="/outbox"
            search={choice ? { state: choice } : {}}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={choice === state ? 'page' : undefined}
            className="button aria-[current=page]:border-accent aria-[current=page]:bg-selected aria-[current=page]:font-semibold"
          >
            {choice ? texts.state[choice] : texts.all}
          </Link>
        ))}
      </nav>
      {list.isError && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="mb-2">{explain(list.error)}</p>
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
      {list.isSuccess && messages.length === 0 && (
        <p className="text-ink-2">{state ? texts.noneOf(texts.state[state]) : texts.none}</p>
      )}
      <ul className="flex flex-col">
        {messages.map((message) => (
          <Line key={message.id} message={message} />
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="button self-start" onClick={() => void list.fetchNextPage()}>
          {texts.more}
        </button>
      )}
    </div>
  );
}

// Standing says in one sentence whether mail leaves, and lets one try it.
function Standing() {
  const words = useWords();
  const texts = useTexts(outboxTexts);
  const mayWrite = useMay('messages:write');
  const { data: summary } = useQuery(summaryQuery);
  if (!summary) return null;
  const sentence = !summary.sending
    ? texts.captured
    : summary.stuck > 0
      ? words.banner.stuck(summary.stuck)
      : summary.dead > 0
        ? texts.deadOnes(summary.dead)
        : texts.well(summary.waiting);
  return (
    <section
      aria-label={texts.standing}
      className="flex flex-col items-start gap-2 rounded-card border border-line bg-surface p-4"
    >
      <p>{sentence}</p>
      {mayWrite && <TestMail />}
    </section>
  );
}

function Line({ message }: { message: Message }) {
  const words = useWords();
  const texts = useTexts(outboxTexts);
  const client = useQueryClient();
  const explain = useExplain();
  const mayWrite = useMay('messages:write');
  const retry = useMutation({
    mutationFn: () => given(api.POST('/api/v1/messages/{id}/retry', { params: { path: { id: message.id } } })),
    onSuccess: () => showToast({ text: texts.retried(message.recipient) }),
    onError: (error) =>
      showToast({
        tone: 'error',
        text: `${texts.notRetried} ${isRefusal(error, 409) ? texts.whyNot : explain(error)}`,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['messages'] }),
  });
  const retriable = mayWrite && (message.state === 'dead' || message.state === 'captured' || message.state === 'retrying');
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-line py-3 md:grid-cols-[9rem_1fr_auto]" data-state={message.state}>
      <span
        className={`font-semibold ${message.state === 'dead' ? 'text-error' : message.state === 'sent' ? 'text-reached' : 'text-pending'}`}
      >
        {texts.state[message.state]}
      </span>
      <div className="min-w-0">
        <p className="wrap-anywhere">
          {texts.kind[message.kind]} · <span dir="ltr">{message.recipient}</span>
        </p>
        <p className="text-meta text-ink-3">
          {texts.made} <Time at={message.created_at} as="date" />
          {message.attempts > 0 && ` · ${texts.tries(message.attempts)}`}
          {message.next_at && (
            <>
              {' · '}
              {texts.next} <Time at={message.next_at} as="full" />
            </>
          )}
        </p>
        {message.last_error && <p className="text-meta text-ink-2 wrap-anywhere">{message.last_error}</p>}
        {message.lead_id && (
          <Link to="/leads/$id" params={{ id: message.lead_id }} className="inline-flex min-h-6 items-center text-meta">
            {texts.toLead}
          </Link>
        )}
      </div>
      {retriable && (
        <button
          type="button"
          className="button self-start"
          aria-disabled={retry.isPending}
          aria-label={texts.retryOf(message.recipient)}
          onClick={() => !retry.isPending && retry.mutate()}
        >
          {words.retry}
        </button>
      )}
    </li>
  );
}
