import { Link } from '@tanstack/react-router';
import { useLanguage, useTexts } from '../words/words';
import { elapsed, percent } from './days';
import { csvOf, type Report } from './query';
import { Bars, Section } from './Section';
import { reportTexts } from './words';

type Props = { report: Report };

// Backlog is who waits now, whatever the period.
export function Backlog({ report }: Props) {
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const { pending, ages, oldest_id: id, oldest_received_at: since } = report.backlog;
  const named = ages.map(({ leads }, index) => [texts.ages[index] ?? '', leads] as const);
  const age = since ? elapsed((Date.parse(report.made_at) - Date.parse(since)) / 1000, language) : '';
  return (
    <Section
      title={texts.backlog}
      finding={
        <>
          <p>{pending === 0 ? texts.noBacklog : texts.waiting(pending, age)}</p>
          {id && (
            <Link to="/leads/$id" params={{ id }} className="mt-1 inline-flex min-h-6 items-center">
              {texts.openOldest}
            </Link>
          )}
        </>
      }
      csv={csvOf('backlog', report)}
      table={{ columns: [texts.age, texts.pending], rows: named.map((row) => [...row]) }}
    >
      {pending > 0 && <Bars bars={named.map(([name, value]) => ({ key: name, name, value }))} />}
    </Section>
  );
}

// Funnel is how far prospects come with the form.
export function Funnel({ report }: Props) {
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const { views, starts, submits, api_submits: api } = report.funnel;
  const steps: [string, number][] = [
    [texts.views, views],
    [texts.starts, starts],
    [texts.submits, submits],
  ];
  const isEmpty = views + starts + submits === 0;
  return (
    <Section
      title={texts.funnel}
      finding={
        <>
          <p>
            {isEmpty ? texts.noFunnel : views > 0 ? texts.reached(views, percent(Math.min(1, submits / views), language)) : ''}
          </p>
          {isEmpty && (
            <Link to="/welcome" className="mt-1 inline-flex min-h-6 items-center">
              {texts.toForm}
            </Link>
          )}
          <p className="text-meta text-ink-3">{texts.private}</p>
        </>
      }
      csv={csvOf('funnel', report)}
      table={{ columns: [texts.step, texts.count], rows: [...steps, [texts.api, api]] }}
    >
      {!isEmpty && (
        <Bars
          bars={steps.map(([name, value], index) => ({
            key: name,
            name,
            value,
            ...(index > 0 && views > 0 && { note: percent(Math.min(1, value / views), language) }),
          }))}
        />
      )}
    </Section>
  );
}

// mostShown is how many bars say enough; the table has the rest.
const mostShown = 8;

// Refusals is why forms were sent back.
export function Refusals({ report }: Props) {
  const texts = useTexts(reportTexts);
  const { errors } = report.funnel;
  const fieldNames: Record<string, string> = texts.fields;
  const codes: Record<string, string> = texts.codes;
  const named = errors.map(({ field, code, count }) => {
    const name = fieldNames[field === '' ? 'form' : field] ?? field;
    return [texts.because(name, codes[code] ?? code), count] as const;
  });
  const total = errors.reduce((sum, { count }) => sum + count, 0);
  return (
    <Section
      title={texts.refusals}
      finding={total === 0 ? texts.noRefusals : texts.refused(total, named[0]?.[0] ?? '')}
      csv={csvOf('funnel', report)}
      table={errors.length > 0 ? { columns: [texts.reason, texts.count], rows: named.map((row) => [...row]) } : undefined}
    >
      {total > 0 && <Bars bars={named.slice(0, mostShown).map(([name, value]) => ({ key: name, name, value }))} />}
    </Section>
  );
}

// Languages is what the prospects of these days speak.
export function Languages({ report }: Props) {
  const texts = useTexts(reportTexts);
  const language = useLanguage();
  const names = new Intl.DisplayNames(language, { type: 'language' });
  const named = report.by_language.map(({ language: tag, received }) => [nameOf(names, tag), received] as const);
  const total = named.reduce((sum, [, received]) => sum + received, 0);
  const first = named[0];
  return (
    <Section
      title={texts.languages}
      finding={first ? texts.mostly(first[0], percent(first[1] / total, language)) : texts.noLanguages}
      csv={csvOf('languages', report)}
      table={first ? { columns: [texts.language, texts.received], rows: named.map((row) => [...row]) } : undefined}
    >
      {first && <Bars bars={named.slice(0, mostShown).map(([name, value]) => ({ key: name, name: <bdi>{name}</bdi>, value }))} />}
    </Section>
  );
}

// nameOf is a language's name; what is no tag is shown as it is.
function nameOf(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
