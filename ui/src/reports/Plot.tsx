import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePreferences } from '../shell/preferences';

// A line or bars over the days. What is null has no value on that day. Colours are names
// of styles.css; lines differ by dashes and width too, for whoever sees no colours.
export type Series = {
  label: string;
  values: (number | null)[];
  colour: 'accent' | 'reached' | 'pending' | 'ink-3';
  as?: 'bars' | 'line' | 'level';
  dash?: number[];
};

export type Scale = {
  marks?: (lowest: number, highest: number) => number[]; // where the axis has numbers; uPlot chooses when left out
  logarithmic?: boolean;
  range: (lowest: number, highest: number) => [number, number];
  text: (value: number) => string;
};

type Props = { label: string; days: string[]; series: Series[]; scale: Scale; onDay: (index: number | null) => void };

// Plot draws a chart. Who can't see it has the table beside it, so that it is one picture here.
export function Plot({ label, days, series, scale, onDay }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const look = useLook();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look has other colours
  useEffect(() => {
    const at = box.current;
    if (!at) return;
    const size = () => ({ width: at.clientWidth, height: 240 });
    const colours = coloursAt(at);
    const chart = new uPlot(
      { ...size(), ...options(days, series, scale, colours, onDay) },
      [days.map((_, index) => index), ...series.map(({ values }) => values)],
      at,
    );
    const watch = new ResizeObserver(() => {
      if (at.clientWidth !== chart.width) chart.setSize(size());
    });
    watch.observe(at);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [days, series, scale, onDay, look]);
  return <div ref={box} role="img" aria-label={label} dir="ltr" className="min-h-60 w-full overflow-hidden" />;
}

// useLook changes whenever colours do: by the preferences here, or by the system's.
function useLook(): string {
  const { theme } = usePreferences();
  const [system, setSystem] = useState('');
  useEffect(() => {
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'].map((query) =>
      matchMedia(query),
    );
    const changed = () => setSystem(queries.map(({ matches }) => matches).join());
    changed();
    for (const query of queries) query.addEventListener('change', changed);
    return () => {
      for (const query of queries) query.removeEventListener('change', changed);
    };
  }, []);
  return `${theme} ${system}`;
}

type Colours = (name: Series['colour'] | 'selected' | 'ink-2' | 'line') => string;

// coloursAt gives colours as a canvas takes them, which knows neither variables nor light-dark().
function coloursAt(element: HTMLElement): Colours {
  const probe = element.appendChild(document.createElement('i'));
  const isForced = matchMedia('(forced-colors: active)').matches;
  const found: Record<string, string> = {};
  for (const name of ['accent', 'reached', 'pending', 'ink-2', 'ink-3', 'line', 'selected']) {
    // Colours that are forced upon a page are no business of a canvas, unless it asks for them by name.
    probe.style.color = isForced
      ? name === 'selected'
        ? 'Canvas'
        : name === 'line'
          ? 'GrayText'
          : 'CanvasText'
      : `var(--color-${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return (name) => found[name] ?? 'currentColor';
}

function options(
  days: string[],
  series: Series[],
  scale: Scale,
  colour: Colours,
  onDay: Props['onDay'],
): Omit<uPlot.Options, 'width' | 'height'> {
  const font = '12px system-ui, sans-serif';
  const axis = { font, stroke: colour('ink-2'), ticks: { show: false }, grid: { stroke: colour('line'), width: 1 } };
  return {
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, range: [-0.6, days.length - 0.4] },
      y: { distr: scale.logarithmic ? 3 : 1, range: (_, low, high) => scale.range(low ?? 0, high ?? 0) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 30,
        space: 64,
        incrs: [1, 2, 7, 14, 28],
        values: (_, marks) => marks.map((mark) => days[mark] ?? ''),
      },
      {
        ...axis,
        size: 58,
        space: 32,
        values: (_, marks) => marks.map((mark) => scale.text(mark)),
        ...(scale.marks && {
          splits: (_: uPlot, __: number, low: number, high: number) => scale.marks?.(low, high) ?? [],
          filter: (_: uPlot, marks: number[]) => marks,
        }),
      },
    ],
    series: [{}, ...series.map((one) => drawn(one, days.length, colour))],
    hooks: { setCursor: [({ cursor }) => onDay(cursor.idx ?? null)] },
  };
}

function drawn({ label, colour: name, as = 'line', dash }: Series, days: number, colour: Colours): uPlot.Series {
  const stroke = colour(name);
  if (as === 'bars') {
    const bars = uPlot.paths.bars?.({ size: [0.7, 40] });
    return {
      label,
      stroke,
      width: 1,
      fill: colour('selected'),
      ...(bars && { paths: bars }),
      points: { show: false },
    };
  }
  return {
    label,
    stroke,
    width: as === 'level' ? 1.5 : 2,
    spanGaps: true,
    ...(dash && { dash }),
    points: { show: as === 'line' && days <= 92, size: 5, stroke, fill: stroke },
  };
}
