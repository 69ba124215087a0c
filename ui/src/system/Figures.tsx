import type { ReactNode } from 'react';
import { Time } from '../words/Time';
import { size, span } from '../words/times';
import { useLanguage, useTexts } from '../words/words';
import type { Check, Seen } from './query';
import { systemTexts } from './words';

type Figure = [name: string, value: ReactNode];

// Figures are a list of names and values.
export function Figures({ all }: { all: Figure[] }) {
  if (all.length === 0) return null;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-meta">
      {all.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="tabular-nums wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

// useFigures are the figures behind what is said of a part.
export function useFigures(about: Check['about'], seen: Seen): Figure[] {
  const language = useLanguage();
  const { figure } = useTexts(systemTexts);
  const number = (value: number) => value.toLocaleString(language);
  const bytes = (value: number) => size(value, language);
  const { outbox, disk, database, backup } = seen;
  switch (about) {
    case 'outbox':
      if (!outbox) return [];
      return [
        [figure.sending, outbox.sending ? figure.yes : figure.no],
        [figure.waiting, number(outbox.waiting)],
        [figure.stuck, number(outbox.stuck)],
        [figure.dead, number(outbox.dead)],
      ];
    case 'disk': {
      if (!disk) return [];
      const percent = (disk.free_bytes / Math.max(1, disk.total_bytes)).toLocaleString(language, { style: 'percent' });
      return [
        [figure.free, figure.freeOf(bytes(disk.free_bytes), bytes(disk.total_bytes), percent)],
        [figure.needed, bytes(disk.needed_bytes)],
      ];
    }
    case 'database':
      if (!database) return [];
      return [
        [figure.engine, database.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'],
        [figure.size, bytes(database.bytes)],
        ...(database.engine === 'sqlite' ? [[figure.log, bytes(database.log_bytes)] satisfies Figure] : []),
        [figure.schema, number(database.schema)],
        [figure.newest, database.newest_at ? <Time key="newest" at={database.newest_at} as="ago" /> : figure.never],
      ];
    case 'backup':
      if (!backup) return [];
      return [
        [figure.taken, <Time key="taken" at={backup.taken_at} as="full" />],
        [figure.leads, number(backup.leads)],
        [figure.size, bytes(backup.bytes)],
      ];
    case 'clock':
      return [
        [figure.server, <Time key="now" at={seen.now} as="full" />],
        [figure.ahead, span(Math.abs(seen.ahead), language)],
        [figure.zone, seen.zone],
      ];
    case 'address':
      return [
        [figure.base, <code key="base">{seen.address.base_url}</code>],
        [figure.reached, <code key="reached">{seen.address.reached_by}</code>],
      ];
    default:
      return [];
  }
}
