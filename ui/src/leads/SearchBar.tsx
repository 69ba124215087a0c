import { Link, lazyRouteComponent, useNavigate } from '@tanstack/react-router';
import { ArrowDownUp, Bookmark, Download, Ellipsis, Search, X } from 'lucide-react';
import { type FormEvent, type ReactNode, type RefObject, Suspense, useState } from 'react';
import { ariaFor } from '../keys/keys';
import { useMay } from '../session/session';
import { usePreferences } from '../shell/preferences';
import { useSavedView } from '../views/query';
import { useWords } from '../words/words';
import { parameters } from './query';
import { without } from './tokens';
import type { LeadList } from './useLeadList';
import { listSearch, type Sort, sortOf, viewOf } from './views';

const ViewDialog = lazyRouteComponent(() => import('../views/ViewDialog'), 'ViewDialog');

type Props = { field: RefObject<HTMLInputElement | null>; text: string; sort: Sort; list: LeadList; children: ReactNode };

// SearchBar shows what the list is of, as text to change, and what else can be done with the whole list.
// children stand beside its heading.
export function SearchBar({ field, text, sort, list, children }: Props) {
  const words = useWords();
  const navigate = useNavigate();
  const { keys } = usePreferences();
  const mayExport = useMay('leads:export');
  const [typed, setTyped] = useState(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    field.current?.blur();
    void navigate({ to: '/', search: listSearch(typed.trim().replace(/\s+/gu, ' '), sort) });
  };
  const view = viewOf(text);
  const saved = useSavedView(text, sort);
  const [naming, setNaming] = useState(false);
  const other = sort === 'oldest' ? 'newest' : 'oldest';
  const wrong = list.filter.tokens.filter((token) => token.wrong).map((token) => token.text);
  return (
    <div className="border-b border-line p-2">
      <div className="mb-2 flex items-center gap-2 px-1">
        <h1 id="list-heading" className="flex min-w-0 items-baseline gap-2">
          <bdi className="truncate" title={saved?.name}>
            {saved?.name ?? (view ? words.view[view] : words.list.found)}
          </bdi>
          {list.total !== undefined && (
            <span className="shrink-0 text-body font-normal text-ink-3 tabular-nums">{words.list.count(list.total)}</span>
          )}
        </h1>
        {saved && (
          <button
            type="button"
            className="icon-button -my-2 shrink-0"
            aria-label={words.saved.manage}
            title={words.saved.manage}
            aria-haspopup="dialog"
            onClick={() => setNaming(true)}
          >
            <Ellipsis size={18} aria-hidden="true" />
          </button>
        )}
        {children}
      </div>
      <search>
        <form onSubmit={submit} className="relative">
          <Search
            size={16}
            aria-hidden="true"
            className="pointer-events-none absolute start-3 top-1/2 -translate-y-1/2 text-ink-3"
          />
          <input
            ref={field}
            type="search"
            enterKeyHint="search"
            aria-label={words.search.label}
            aria-describedby="search-hint"
            aria-keyshortcuts={ariaFor('search', keys)}
            autoComplete="off"
            spellCheck={false}
            className="field ps-9"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.preventDefault(); // the browser would empty it
              setTyped(text);
              event.currentTarget.blur();
            }}
          />
        </form>
        <p id="search-hint" className={wrong.length > 0 ? 'mt-1 px-1 text-meta text-ink-2' : 'sr-only'}>
          {wrong.length > 0 && <bdi className="text-error">{words.search.ignored(wrong.join(' '))} </bdi>}
          {words.search.hint}
        </p>
      </search>
      <div className="mt-1 flex flex-wrap items-center gap-1">
        {list.filter.tokens.map((token, index) => (
          <Link
            // biome-ignore lint/suspicious/noArrayIndexKey: a token may be there twice, and its place is what it is
            key={`${index} ${token.text}`}
            to="/"
            search={listSearch(without(text, index), sort)}
            aria-label={words.search.remove(token.text)}
            className={`inline-flex min-h-6 max-w-full items-center gap-1 rounded-control bg-raised px-2 text-meta no-underline hover:bg-selected ${token.wrong ? 'text-error' : 'text-ink-2'}`}
          >
            <span className="truncate">{token.text}</span>
            <X size={12} aria-hidden="true" />
          </Link>
        ))}
        <Link
          to="/"
          search={listSearch(text, other)}
          className="button button-plain ms-auto min-h-8 px-2 text-meta pointer-coarse:min-h-11"
        >
          <ArrowDownUp size={14} aria-hidden="true" />
          {words.search.order[sort]}
        </Link>
        {!saved && !(view && sort === sortOf({ q: text })) && (
          <button
            type="button"
            className="button button-plain min-h-8 px-2 text-meta pointer-coarse:min-h-11"
            aria-haspopup="dialog"
            onClick={() => setNaming(true)}
          >
            <Bookmark size={14} aria-hidden="true" />
            {words.saved.save}
          </button>
        )}
        {mayExport && list.asked && (
          <a
            href={`/api/v1/leads/csv?${new URLSearchParams({ ...parameters(list.asked, Date.now()), sort })}`}
            download
            className="button button-plain min-h-8 px-2 text-meta pointer-coarse:min-h-11"
          >
            <Download size={14} aria-hidden="true" />
            {words.search.csv}
          </a>
        )}
      </div>
      {naming && (
        <Suspense>
          <ViewDialog view={saved} text={text} sort={sort} onClose={() => setNaming(false)} />
        </Suspense>
      )}
    </div>
  );
}
