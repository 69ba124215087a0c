import { Download } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useLanguage, useTexts } from '../words/words';
import type { Series } from './Plot';
import { reportTexts } from './words';

export type Table = { columns: string[]; rows: (string | number)[][] };

type Props = { title: string; finding: ReactNode; csv: string; table?: Table | undefined; children?: ReactNode };

// Section is one question: what was found in words, the picture, the figures as a table
// and as a file.
export function Section({ title, finding, csv, table, children }: Props) {
  const texts = useTexts(reportTexts);
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-3 rounded-card border border-line bg-bg p-4">
      <div className="flex items-start justify-between gap-2">
        <h2 id={id}>{title}</h2>
        <a href={csv} download className="button button-plain -mt-1 -me-2 min-h-8 px-2 text-meta pointer-coarse:min-h-11">
          <Download size={14} aria-hidden="true" />
          CSV<span className="sr-only">: {title}</span>
        </a>
      </div>
      <div className="text-ink-2">{finding}</div>
      {children}
      {table && (
        <details className="mt-auto">
          <summary className="-ms-2 inline-flex min-h-8 cursor-pointer items-center rounded-control px-2 text-meta text-accent underline pointer-coarse:min-h-11">
            {texts.table}
            <span className="sr-only">: {title}</span>
          </summary>
          <Figures table={table} title={title} />
        </details>
      )}
    </section>
  );
}

// Figures scrolls by itself, so that a keyboard has to reach it.
function Figures({ table: { columns, rows }, title }: { table: Table; title: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls needs the focus
    <section tabIndex={0} aria-label={title} className="mt-2 max-h-80 overflow-auto rounded-control border border-line">
      <table className="w-full border-collapse text-meta tabular-nums">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="sticky top-0 bg-surface px-2 py-1.5 text-start font-semibold">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" className="px-2 py-1 text-start font-normal">
                {name}
              </th>
              {cells.map((cell, index) => (
                <td key={columns[index + 1]} className="px-2 py-1">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const strokes = { accent: 'text-accent', reached: 'text-reached', pending: 'text-pending', 'ink-3': 'text-ink-3' };

// Legend says what each line is, as it is drawn.
export function Legend({ series }: { series: Series[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-meta text-ink-2">
      {series.map(({ label, colour, as, dash }) => (
        <li key={label} className="flex items-center gap-1.5">
          <svg width="24" height="12" aria-hidden="true" className={`${strokes[colour]} forced-colors:text-[CanvasText]`}>
            {as === 'bars' ? (
              <rect x="6.5" y="1.5" width="11" height="10" className="fill-selected" stroke="currentColor" />
            ) : (
              <line
                x1="0"
                x2="24"
                y1="6"
                y2="6"
                stroke="currentColor"
                strokeWidth={as === 'level' ? 1.5 : 2}
                strokeDasharray={dash?.join(' ')}
              />
            )}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

type Bar = { name: ReactNode; key: string; value: number; note?: string };

// Bars are a few numbers side by side; the words and numbers say it all, the bars show it.
export function Bars({ bars }: { bars: Bar[] }) {
  const language = useLanguage();
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <dl className="grid items-center gap-x-3 gap-y-2 sm:grid-cols-[fit-content(45%)_1fr]">
      {bars.map(({ key, name, value, note }) => (
        <div key={key} className="contents">
          <dt className="-mb-1.5 min-w-0 wrap-anywhere text-meta sm:mb-0">{name}</dt>
          <dd className="flex min-w-0 items-center gap-2 text-meta tabular-nums">
            <span
              aria-hidden="true"
              className="h-5 shrink-0 rounded-xs border border-accent bg-selected"
              // The words beside the longest bar need room too.
              style={{
                inlineSize: `calc((100% - 7rem) * ${value / most})`,
                visibility: value === 0 ? 'hidden' : 'visible',
                minInlineSize: value === 0 ? 0 : 3,
              }}
            />
            <span className="whitespace-nowrap">
              {value.toLocaleString(language)}
              {note && <span className="text-ink-3"> · {note}</span>}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
