import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowDownUp, Download, Search, X } from 'lucide-react';
import { type FormEvent, type RefObject, useState } from 'react';
import { ariaFor } from '../keys/keys';
import { usePreferences } from '../shell/preferences';
import { useWords } from '../words/words';
import { parameters } from './query';
import { without } from './tokens';
import type { LeadList } from './useLeadList';
import { listSearch, type Sort, viewOf } from './views';

type Props = { field: RefObject<HTMLInputElement | null>; text: string; sort: Sort; list: LeadList };

// SearchBar shows what the list is of, as text to change, and what else can be done with the whole list.
export function SearchBar({ field, text, sort, list }: Props) {
  const words = useWords();
  const navigate = useNavigate();
  const { keys } = usePreferences();
  const [typed, setTyped] = useState(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    field.current?.blur();
    void navigate({ to: '/', search: listSearch(typed.trim().replace(/\s+/gu, ' '), sort) });
  };
  const view = viewOf(text);
  const other = sort === 'oldest' ? 'newest' : 'oldest';
  return (
    <div className="border-b border-line p-2">
      <h1 id="list-heading" className="mb-2 flex items-baseline gap-2 px-1">
        {view ? words.view[view] : words.list.found}
        {list.total !== undefined && (
          <span className="text-body font-normal text-ink-3 tabular-nums">{words.list.count(list.total)}</span>
        )}
      </h1>
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
        <p id="search-hint" className="sr-only">
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
        {list.asked && (
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
    </div>
  );
}
