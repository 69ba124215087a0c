import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import { isRefusal } from '../api/refusal';
import { arriving } from '../shell/arriving';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useTexts, useWords } from '../words/words';
import { Figures, useFigures } from './Figures';
import { Fix } from './Fix';
import { type Check, type Found, findings, type Level, type Seen, systemQuery, worst } from './query';
import { systemTexts } from './words';

const icons: Record<Level, LucideIcon> = { green: CircleCheck, amber: TriangleAlert, red: CircleX };
const colours: Record<Level, string> = {
  green: 'bg-reached-bg text-reached',
  amber: 'bg-pending-bg text-pending',
  red: 'bg-error-bg text-error',
};
const parts = [
  'intake',
  'outbox',
  'disk',
  'database',
  'backup',
  'clock',
  'address',
  'settings',
] as const satisfies Check['about'][];

// System says in one sentence how the server stands, and then part by part, with what
// to do about whatever is not as it should be.
export function System() {
  const words = useWords();
  const texts = useTexts(systemTexts);
  const explain = useExplain();
  const { data: seen, error, isPending, isFetching, refetch } = useQuery(systemQuery);
  const found = seen ? findings(seen) : [];
  const level = worst(found.map((one) => one.level));
  const count = found.filter((one) => one.level === level).length;
  return (
    <div className="page flex flex-col gap-4 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <h1 {...arriving}>{texts.title}</h1>
      {error && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="font-semibold">{texts.failed}</p>
          <p className="mb-2">{isRefusal(error, 403) ? texts.forbidden : explain(error)}</p>
          {!isRefusal(error, 403) && (
            <button type="button" className="button" onClick={() => void refetch()}>
              {words.retry}
            </button>
          )}
        </div>
      )}
      {isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {seen && (
        <>
          <div
            role="status"
            className={`flex items-start gap-3 rounded-card border border-current p-4 ${colours[level]}`}
            data-level={level}
          >
            <LevelIcon level={level} size={24} />
            <p className="text-h2 font-semibold">{level === 'green' ? texts.green : texts[level](count)}</p>
          </div>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <p className="text-meta text-ink-3">
              {texts.asOf} <Time at={new Date(Date.parse(seen.now) - seen.ahead).toISOString()} as="full" />
            </p>
            <button type="button" className="button" aria-disabled={isFetching} onClick={() => void refetch()}>
              <RotateCw size={16} aria-hidden="true" />
              {texts.again}
            </button>
          </div>
          <div className="grid gap-4 lg:grid-cols-2">
            {parts.map((about) => (
              <Card key={about} about={about} found={found.filter((one) => one.about === about)} seen={seen} />
            ))}
            <section aria-labelledby="program" className="rounded-card border border-line bg-surface p-4">
              <h2 id="program" className="mb-2">
                {texts.program}
              </h2>
              <Figures
                all={[
                  [texts.figure.version, <code key="version">{seen.version}</code>],
                  [texts.figure.started, <Time key="started" at={seen.started_at} as="full" />],
                ]}
              />
            </section>
          </div>
        </>
      )}
    </div>
  );
}

function LevelIcon({ level, size: pixels = 18 }: { level: Level; size?: number }) {
  const Icon = icons[level];
  return <Icon size={pixels} aria-hidden="true" className="shrink-0" />;
}

// Card is one part of the server: what was found, what to do, the figures.
function Card({ about, found, seen }: { about: Check['about']; found: Found[]; seen: Seen }) {
  const texts = useTexts(systemTexts);
  const figures = useFigures(about, seen);
  if (found.length === 0) return null; // nobody could look at it
  const level = worst(found.map((one) => one.level));
  return (
    <section
      aria-labelledby={about}
      data-about={about}
      data-level={level}
      className="min-w-0 rounded-card border border-line bg-surface p-4"
    >
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id={about}>{texts.about[about]}</h2>
        <span className={`inline-flex items-center gap-1 rounded-control px-2 py-0.5 text-meta font-semibold ${colours[level]}`}>
          <LevelIcon level={level} size={14} />
          {texts.level[level]}
        </span>
      </div>
      {found.map((one) => (
        <div key={one.code} className="mb-3" data-code={one.code}>
          <p>{sentence(one, seen, texts)}</p>
          <Fix code={one.code} />
        </div>
      ))}
      <Figures all={figures} />
    </section>
  );
}

// sentence is what was found, in words; those of the server where we have none.
function sentence({ about, code, text }: Found, seen: Seen, texts: ReturnType<typeof useTexts<typeof systemTexts.en>>): string {
  if (code === 'ok') return texts.fine[about];
  if (code === 'stuck') return texts.found.stuck(seen.outbox?.stuck ?? 0);
  if (code === 'dead') return texts.found.dead(seen.outbox?.dead ?? 0);
  if (code === 'damaged') return texts.found.damaged(seen.backup?.damaged ?? 0);
  return texts.found[code] ?? text;
}
