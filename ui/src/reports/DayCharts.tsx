import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { useMe } from '../session/session';
import { useLanguage, useTexts } from '../words/words';
import { brief, lasting, longDay, percent, shortDay } from './days';
import { Plot, type Scale, type Series } from './Plot';
import { csvOf, type Day, type Report } from './query';
import { Legend, Section, type Table } from './Section';
import { reportTexts } from './words';

type Props = { report: Report };

// stretches are what a chart has room for: days, or weeks where those would be too many.
const mostDays = 92;
const useStretches = ({ report }: Props) => {
  const texts = useTexts(reportTexts);
  const isLong = report.days.length > mostDays;
  return { days: isLong ? report.weeks : report.days, table: isLong ? 'weeks' : 'days', day: isLong ? texts.week : texts.day };
};

type ChartProps = { days: Day[]; label: string; series: Series[]; scale: Scale; said: (day: Day) => string };

// Chart is lines over the days, what they are, and what the day under the pointer says.
function Chart({ days: stretches, label, series, scale, said }: ChartProps) {
  const language = useLanguage();
  const [at, setAt] = useState<number | null>(null);
  const days = useMemo(() => stretches.map(({ date }) => shortDay(date, language)), [stretches, language]);
  const day = at === null ? undefined : stretches[at];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Legend series={series} />
      <Plot label={label} days={days} series={series} scale={scale} onDay={setAt} />
      {/* The table says the same to those who use no pointer. */}
      <p aria-hidden="true" className="-mt-1 min-h-4.5 text-meta text-ink-2">
        {day && `${longDay(day.date, language)}: ${said(day)}`}
      </p>
    </div>
  );
}

const fromZero = (_: number, high: number): [number, number] => [0, Math.max(4, Math.ceil(high * 1.05))];

// Arrivals is how many came in, and how many of those were contacted until now.
export function Arrivals({ report }: Props) {
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const { days, table: file, day: column } = useStretches({ report });
  const { totals } = report;
  const series = useMemo<Series[]>(
    () => [
      { label: texts.received, values: days.map(({ received }) => received), colour: 'accent', as: 'bars' },
      {
        label: texts.contacted,
        values: days.map(({ received, contacted }) => (received > 0 ? contacted : null)),
        colour: 'reached',
      },
    ],
    [days, texts],
  );
  const scale = useMemo<Scale>(
    () => ({ range: fromZero, text: (value) => (Number.isInteger(value) ? value.toLocaleString(language) : '') }),
    [language],
  );
  const table: Table = {
    columns: [column, texts.received, texts.contacted],
    rows: days.map(({ date, received, contacted }) => [longDay(date, language), received, contacted]),
  };
  const title = file === 'weeks' ? texts.arrivalsOfWeeks : texts.arrivals;
  const perDay = totals.received / report.days.length;
  const came =
    perDay < 1
      ? texts.cameIn(texts.leads(totals.received))
      : texts.arrived(texts.leads(totals.received), perDay.toLocaleString(language, { maximumFractionDigits: 1 }));
  const finding = totals.received === 0 ? texts.noArrivals : `${came} ${texts.ofThem(totals.contacted, totals.received)}`;
  return (
    <Section title={title} finding={finding} csv={csvOf(file, report)} table={table}>
      {totals.received > 0 && (
        <Chart
          days={days}
          label={`${title}. ${finding}`}
          series={series}
          scale={scale}
          said={({ received, contacted }) => `${texts.received} ${received}, ${texts.contacted.toLowerCase()} ${contacted}`}
        />
      )}
    </Section>
  );
}

const minute = 60;
const hour = 60 * minute;
const marks = [
  minute,
  5 * minute,
  15 * minute,
  hour,
  4 * hour,
  12 * hour,
  24 * hour,
  72 * hour,
  168 * hour,
  720 * hour,
  8760 * hour,
];

// around is the marks that a range of values lies between.
function around(low: number, high: number): [number, number] {
  const below = marks.findLast((mark) => mark <= low) ?? minute;
  return [below, marks.find((mark) => mark >= high && mark > below) ?? Math.max(high, 2 * below)];
}

// TimeToContact has a logarithmic scale: ten minutes differ from an hour as two days do from ten.
export function TimeToContact({ report }: Props) {
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const { days, table: file, day: column } = useStretches({ report });
  const { totals, contact_within_hours: target } = report;
  const series = useMemo<Series[]>(() => {
    const drawn = (seconds: number | null) => (seconds === null ? null : Math.max(minute, seconds)); // a logarithm has no zero
    return [
      { label: texts.median, values: days.map(({ median_seconds }) => drawn(median_seconds)), colour: 'accent' },
      { label: texts.p90, values: days.map(({ p90_seconds }) => drawn(p90_seconds)), colour: 'pending', dash: [6, 4] },
      ...(target > 0
        ? [
            {
              label: texts.target,
              values: days.map(() => target * hour),
              colour: 'ink-3' as const,
              as: 'level' as const,
              dash: [2, 3],
            },
          ]
        : []),
    ];
  }, [days, target, texts]);
  const scale = useMemo<Scale>(
    () => ({
      logarithmic: true,
      range: around,
      marks: (low, high) => marks.filter((mark) => mark >= low && mark <= high),
      text: (value) => brief(value, language),
    }),
    [language],
  );
  const said = (seconds: number | null) => (seconds === null ? texts.noValue : lasting(seconds, language));
  const table: Table = {
    columns: [column, texts.median, texts.p90],
    rows: days.map((day) => [longDay(day.date, language), said(day.median_seconds), said(day.p90_seconds)]),
  };
  const finding =
    totals.contacted === 0
      ? texts.noTime
      : totals.contacted === 1
        ? texts.oneTime(said(totals.median_seconds))
        : texts.half(said(totals.median_seconds), said(totals.p90_seconds));
  return (
    <Section title={texts.time} finding={finding} csv={csvOf(file, report)} table={table}>
      {totals.contacted > 0 && (
        <Chart
          days={days}
          label={`${texts.time}. ${finding}`}
          series={series}
          scale={scale}
          said={(day) =>
            `${texts.median.toLowerCase()} ${said(day.median_seconds)}, ${texts.p90.toLowerCase()} ${said(day.p90_seconds)}`
          }
        />
      )}
    </Section>
  );
}

// OnTime needs a target, and says where to set one.
export function OnTime({ report }: Props) {
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const { days, table: file, day: column } = useStretches({ report });
  const { totals, contact_within_hours: target } = report;
  const series = useMemo<Series[]>(
    () => [{ label: texts.shareColumn, values: days.map(({ share_within }) => share_within), colour: 'accent' }],
    [days, texts],
  );
  const scale = useMemo<Scale>(
    () => ({ range: () => [0, 1.02], marks: () => [0, 0.25, 0.5, 0.75, 1], text: (value) => percent(value, language) }),
    [language],
  );
  const share = (value: number | null) => (value === null ? texts.noValue : percent(value, language));
  const table: Table = {
    columns: [column, texts.within, texts.late, texts.overdueColumn, texts.shareColumn],
    rows: days.map((day) => [longDay(day.date, language), day.within, day.late, day.overdue, share(day.share_within)]),
  };
  const known = totals.share_within !== null;
  const overdue = totals.overdue > 0 ? ` ${texts.overdue(totals.overdue)}` : '';
  const finding: ReactNode =
    target === 0 ? <NoTarget /> : known ? `${texts.onTime(share(totals.share_within), target)}${overdue}` : texts.noShare;
  return (
    <Section title={texts.share} finding={finding} csv={csvOf(file, report)} table={target > 0 ? table : undefined}>
      {known && (
        <Chart
          days={days}
          label={`${texts.share}. ${finding}`}
          series={series}
          scale={scale}
          said={(day) =>
            `${share(day.share_within)}; ${texts.within.toLowerCase()} ${day.within}, ${texts.late.toLowerCase()} ${day.late}`
          }
        />
      )}
    </Section>
  );
}

function NoTarget() {
  const texts = useTexts(reportTexts);
  const mayWrite = useMe().permissions.includes('firm:write');
  return (
    <>
      <p className="mb-2">{mayWrite ? texts.noTarget : `${texts.noTarget} ${texts.adminTarget}`}</p>
      {mayWrite && (
        <Link to="/settings/$topic" params={{ topic: 'firm' }} className="button">
          {texts.setTarget}
        </Link>
      )}
    </>
  );
}
