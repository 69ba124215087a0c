import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bookmark } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { keyOfView } from '../keys/keys';
import { countsQuery, resolve } from '../leads/query';
import { parse } from '../leads/tokens';
import { listSearch } from '../leads/views';
import { usePace } from '../live/connection';
import { usePreferences } from '../shell/preferences';
import { useColleagues } from '../staff/staff';
import { useLocale } from '../words/useLocale';
import { useWords } from '../words/words';
import { type SavedView, useSavedViews } from './query';

const numbered = 9; // have a key, and a count

// SavedLinks are the links to saved views, below those that everybody has.
export function SavedLinks({ current, className }: { current: SavedView | undefined; className: string }) {
  const words = useWords();
  const views = useSavedViews();
  if (views.length === 0) return null;
  return (
    <div
      role="group"
      aria-label={words.saved.label}
      className="flex gap-1 md:mt-1 md:flex-col md:border-t md:border-line md:pt-2"
    >
      {views.map((view, index) => (
        <SavedLink key={view.id} view={view} number={index + 1} isCurrent={view.id === current?.id} className={className} />
      ))}
    </div>
  );
}

type Props = { view: SavedView; number: number; isCurrent: boolean; className: string };

function SavedLink({ view, number, isCurrent, className }: Props) {
  const { keys } = usePreferences();
  const asked = resolve(parse(view.q), useColleagues(), useLocale().zone);
  const pace = usePace();
  const hasKey = number <= numbered;
  const { data } = useQuery({ ...countsQuery(asked ?? {}), enabled: hasKey && asked !== null, refetchInterval: pace });
  const count = asked && data && (asked.state ? data[asked.state] : data.PENDING + data.REACHED_OUT);
  const key = keyOfView(number, keys);
  const link = useRef<HTMLAnchorElement>(null);
  const isCounted = count !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the counts the links get wider, and it may be outside again
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent, isCounted]);
  return (
    <Link
      ref={link}
      to="/"
      search={listSearch(view.q, view.sort)}
      activeOptions={{ exact: true, includeSearch: true }}
      aria-current={isCurrent ? 'page' : undefined}
      aria-keyshortcuts={key || undefined}
      title={view.name}
      className={`${className} max-md:max-w-48`}
    >
      <span aria-hidden="true" className="flex min-w-4.5 shrink-0 justify-center max-md:hidden">
        {/* The key stands where the picture would: the name needs the room. */}
        {key && <kbd className="key hidden pointer-fine:inline">{key}</kbd>}
        <Bookmark size={18} className={key && 'pointer-fine:hidden'} />
      </span>
      <bdi className="truncate">{view.name}</bdi>
      {hasKey && <span className="ms-auto min-w-6 ps-1 text-end text-ink-2 tabular-nums">{count}</span>}
    </Link>
  );
}
