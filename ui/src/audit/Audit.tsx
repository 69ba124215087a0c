import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { isRefusal } from '../api/refusal';
import { arriving } from '../shell/arriving';
import { useExplain } from '../words/explain';
import { useLocale } from '../words/useLocale';
import { useTexts, useWords } from '../words/words';
import { Filters } from './Filters';
import { auditQuery, csvOf } from './query';
import { Table } from './Table';
import { auditTexts } from './words';

// Audit is who did what, when and from where, to be read and not to be changed.
export function Audit() {
  const words = useWords();
  const texts = useTexts(auditTexts);
  const explain = useExplain();
  const search = useSearch({ from: '/audit' });
  const { zone } = useLocale();
  const list = useInfiniteQuery(auditQuery(search, zone));
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.keys(search).length > 0;
  const isForbidden = isRefusal(list.error, 403);
  return (
    <div className="page flex flex-col gap-4 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h1 {...arriving}>{texts.title}</h1>
          {!isForbidden && <p className="text-ink-2">{texts.about(zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)}</p>}
        </div>
        {entries.length > 0 && !list.isError && (
          <a href={csvOf(search, zone)} download className="button md:ms-auto">
            <Download size={18} aria-hidden="true" />
            CSV
          </a>
        )}
      </div>
      {!isForbidden && <Filters search={search} />}
      {isForbidden && <p>{texts.notAllowed}</p>}
      {list.isError && !isForbidden && (
        <div role="alert" className="flex flex-col items-start gap-2 rounded-control bg-error-bg p-3 text-error">
          <p>
            {texts.failed} {isRefusal(list.error, 422) ? texts.badFilter : explain(list.error)}
          </p>
          {!isRefusal(list.error, 422) && (
            <button type="button" className="button" onClick={() => void list.refetch()}>
              {words.retry}
            </button>
          )}
        </div>
      )}
      {list.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {list.isSuccess && entries.length === 0 && (
        <p role="status" className="text-ink-2">
          {isFiltered ? texts.noneSo : texts.none}
        </p>
      )}
      {entries.length > 0 && !isForbidden && <Table entries={entries} search={search} />}
      {list.hasNextPage && !list.isError && (
        <button
          type="button"
          className="button self-start"
          aria-disabled={list.isFetchingNextPage}
          onClick={() => !list.isFetchingNextPage && void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? words.loading : texts.more}
        </button>
      )}
    </div>
  );
}
