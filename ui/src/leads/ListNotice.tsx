import { Link } from '@tanstack/react-router';
import { later } from '../shell/later';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { clock } from '../words/times';
import { useLocale } from '../words/useLocale';
import { useWords } from '../words/words';
import { useLatest } from './useLatest';
import type { LeadList } from './useLeadList';
import { listSearch, type Sort, textOf, views } from './views';

const Beginning = later(async () => (await import('../welcome/Beginning')).Beginning);

// ListNotice says what there is to say about the list beside its rows: that it is
// coming, that it is empty and why, that it could not be had.
export function ListNotice({ list, text, sort }: { list: LeadList; text: string; sort: Sort }) {
  const words = useWords();
  const locale = useLocale();
  const explain = useExplain();
  const { list: query, leads } = list;
  if (query.isError) {
    return (
      <div role="alert" className="border-b border-line bg-error-bg p-4 text-error">
        <p className="mb-2">
          {leads.length > 0 ? words.list.old(clock(query.dataUpdatedAt, locale)) : words.list.failed} {explain(query.error)}
        </p>
        <button type="button" className="button" onClick={() => void query.refetch()}>
          {words.retry}
        </button>
      </div>
    );
  }
  if (list.unknownName) return <Nothing>{words.list.unknownName(list.filter.assignee ?? '')}</Nothing>;
  if (leads.length > 0) return null;
  if (query.isPending || query.hasNextPage) return <Skeleton />;
  if (text === textOf(views[0].search) || text === '') return <NobodyWaits />;
  return (
    <Nothing>
      {list.filter.words === '' ? words.list.empty : words.list.noMatch}
      <Link to="/" search={listSearch(list.filter.words, sort)} className="button">
        {words.list.searchAll}
      </Link>
    </Nothing>
  );
}

function Nothing({ children }: { children: React.ReactNode }) {
  return <div className="flex flex-col items-start gap-4 p-6 text-ink-2">{children}</div>;
}

// NobodyWaits is the good case, and, before the first lead ever, the beginning.
function NobodyWaits() {
  const words = useWords();
  const latest = useLatest();
  if (latest === undefined) return null;
  if (latest === null) {
    return (
      <Nothing>
        <Beginning />
      </Nothing>
    );
  }
  return (
    <Nothing>
      <p>
        {words.list.nobodyWaits} {words.list.lastArrived} <Time at={latest.created_at} as="date" />.
      </p>
    </Nothing>
  );
}

function Skeleton() {
  const words = useWords();
  return (
    <div className="late" role="status" aria-label={words.loading}>
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={index} className="flex h-14 items-center gap-3 border-b border-line px-3">
          <div className="size-5 rounded-sm bg-raised" />
          <div className="h-4 w-40 rounded-sm bg-raised" />
          <div className="ms-auto h-4 w-16 rounded-sm bg-raised" />
        </div>
      ))}
    </div>
  );
}
