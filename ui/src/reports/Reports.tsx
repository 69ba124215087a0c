import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Refusal } from '../api/refusal';
import { arriving } from '../shell/arriving';
import { useReset } from '../shell/useReset';
import { useExplain } from '../words/explain';
import { useNow } from '../words/Time';
import { useLanguage, useTexts, useWords } from '../words/words';
import { Arrivals, OnTime, TimeToContact } from './DayCharts';
import { longDay, presets, todayIn } from './days';
import { type Period, type Report, reportQuery } from './query';
import { Backlog, Funnel, Languages, Refusals } from './Sums';
import { reportTexts } from './words';

// Reports is how the firm does, in figures: by days and never by people.
export function Reports() {
  const words = useWords();
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const explain = useExplain();
  const period = useSearch({ from: '/reports' });
  const answer = useQuery(reportQuery(period));
  const report = answer.isError ? undefined : answer.data;
  const wrong = answer.error instanceof Refusal ? answer.error.problem.errors?.[0]?.code : undefined;
  return (
    <div className="page relative flex flex-col gap-4 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <h1 {...arriving}>{texts.title}</h1>
      <Periods period={period} report={report} />
      {answer.isError && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="mb-2">
            {texts.failed}{' '}
            {wrong && wrong in texts.wrong ? texts.wrong[wrong as keyof typeof texts.wrong] : explain(answer.error)}
          </p>
          <button type="button" className="button" onClick={() => void answer.refetch()}>
            {words.retry}
          </button>
        </div>
      )}
      {answer.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {report && (
        <>
          <p className="text-ink-2">
            {texts.about(longDay(report.from, language), longDay(report.to, language), report.time_zone)}
          </p>
          <div
            className={`grid gap-4 xl:grid-cols-2 ${answer.isPlaceholderData ? 'opacity-60' : ''}`}
            aria-busy={answer.isPlaceholderData}
          >
            <Arrivals report={report} />
            <TimeToContact report={report} />
            <OnTime report={report} />
            <Backlog report={report} />
            <Funnel report={report} />
            <Refusals report={report} />
            <Languages report={report} />
          </div>
        </>
      )}
    </div>
  );
}

// Periods chooses the days: some that end today, or any others.
function Periods({ period, report }: { period: Period; report: Report | undefined }) {
  const texts = useTexts(reportTexts);
  const navigate = useNavigate();
  const now = useNow();
  // Until the firm's zone is known, this browser's is as good a guess as any.
  const today = todayIn(report?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, now);
  const show = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    void navigate({ to: '/reports', search: { from: String(data.get('from')), to: String(data.get('to')) } });
  };
  const from = period.from ?? report?.from ?? '';
  const to = period.to ?? report?.to ?? today;
  const form = useReset(`${from} ${to}`);
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <nav aria-label={texts.period} className="flex flex-wrap gap-1">
        {presets(today).map(({ name, period: preset }) => (
          <Link
            key={name}
            to="/reports"
            search={preset}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={preset.from === period.from && preset.to === period.to ? 'page' : undefined}
            className="button aria-[current=page]:border-accent aria-[current=page]:bg-selected aria-[current=page]:font-semibold"
          >
            {texts.presets[name]}
          </Link>
        ))}
      </nav>
      <form ref={form} onSubmit={show} noValidate className="flex flex-wrap items-end gap-2">
        {(
          [
            ['from', texts.from, from],
            ['to', texts.to, to],
          ] as const
        ).map(([name, label, value]) => (
          <label key={name} className="flex items-center gap-2">
            {label}
            {/* Its button for a calendar takes the focus inside, where :focus-visible doesn't reach. */}
            <input
              type="date"
              name={name}
              defaultValue={value}
              className="field w-auto focus-within:outline-3 focus-within:outline-offset-2 focus-within:outline-focus"
            />
          </label>
        ))}
        <button type="submit" className="button">
          {texts.show}
        </button>
      </form>
    </div>
  );
}
