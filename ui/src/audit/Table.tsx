import { displayName, useColleagues } from '../staff/staff';
import { full } from '../words/times';
import { useLocale } from '../words/useLocale';
import { useTexts, useWords } from '../words/words';
import { Details } from './Details';
import { isName } from './names';
import type { AuditSearch, Entry } from './query';
import { Target } from './Target';
import { auditTexts } from './words';

type Props = { entries: Entry[]; search: AuditSearch };

// Table has a row for each entry. On a phone what stands in columns elsewhere stands
// below the time, and nothing scrolls sideways.
export function Table({ entries, search }: Props) {
  const texts = useTexts(auditTexts);
  const head = 'px-2 py-2 text-start font-semibold text-ink-2 max-lg:hidden';
  const cell = 'px-2 py-2 max-lg:hidden';
  return (
    <table aria-label={texts.table} className="w-full border-collapse align-top [&_td]:align-top [&_th]:align-top">
      <thead className="border-b border-line max-lg:sr-only">
        <tr>
          <th className="px-2 py-2 text-start font-semibold text-ink-2">{texts.when}</th>
          <th className={head}>{texts.who}</th>
          <th className={head}>{texts.what}</th>
          <th className={head}>{texts.toWhat}</th>
          <th className={head}>{texts.where}</th>
          <th className={head}>{texts.details}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} data-action={entry.action} className="border-b border-line">
            <th scope="row" className="py-2 text-start lg:px-2 font-normal lg:whitespace-nowrap">
              <When at={entry.at} />
              <Stacked entry={entry} search={search} />
            </th>
            <td className={`${cell} min-w-42 wrap-anywhere`}>
              <Who entry={entry} />
            </td>
            <td className={`${cell} min-w-28`}>
              <What entry={entry} />
            </td>
            <td className={`${cell} wrap-anywhere`}>
              <Target entry={entry} search={search} />
            </td>
            <td className={cell}>
              <Where entry={entry} />
            </td>
            <td className={`${cell} min-w-40`}>
              <Details entry={entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// Stacked is the rest of a row where there is no room for columns.
function Stacked({ entry, search }: { entry: Entry; search: AuditSearch }) {
  const texts = useTexts(auditTexts);
  return (
    <div className="flex flex-col gap-0.5 wrap-anywhere lg:hidden">
      <p>
        <span className="font-semibold">
          <Who entry={entry} />
        </span>
        : <What entry={entry} />
      </p>
      <Target entry={entry} search={search} />
      <Details entry={entry} />
      {entry.network && (
        <p className="text-meta text-ink-3">
          {texts.where}: <Where entry={entry} />
        </p>
      )}
    </div>
  );
}

// When is the day and the time to the second; the whole of it is what the pointer gets.
function When({ at }: { at: string }) {
  const locale = useLocale();
  const { language, zone } = locale;
  const text = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: zone });
  return (
    <time dateTime={at} title={full(at, locale)} className="tabular-nums max-lg:text-meta max-lg:text-ink-3">
      {text.format(Date.parse(at))}
    </time>
  );
}

function Who({ entry: { actor, api_key: key } }: { entry: Entry }) {
  const words = useWords();
  const texts = useTexts(auditTexts);
  const user = useColleagues().find(({ id }) => id === actor);
  if (!actor) return <em className="text-ink-3">{texts.nobodyKnown}</em>;
  if (isName(actor)) return texts.actor[actor];
  return (
    <>
      {user ? <bdi>{displayName(user)}</bdi> : words.somebody}
      {key && <span className="text-ink-3"> {texts.byKey}</span>}
    </>
  );
}

// What says what was done; what a newer server does, by its name.
function What({ entry: { action } }: { entry: Entry }) {
  const texts = useTexts(auditTexts);
  return (texts.action as Record<string, string>)[action] ?? action;
}

function Where({ entry: { network } }: { entry: Entry }) {
  const texts = useTexts(auditTexts);
  return network ? (
    <span dir="ltr" className="whitespace-nowrap">
      {network}
    </span>
  ) : (
    <span className="text-ink-3">{texts.onTheServer}</span>
  );
}
