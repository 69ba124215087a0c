import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { api, given } from '../api/client';
import { isRefusal } from '../api/refusal';
import type { components } from '../api/schema.gen';
import { useExplain } from '../words/explain';
import { useLanguage, useTexts, useWords } from '../words/words';
import { useWrongOf } from './fields';
import { languageName } from './languages';
import { settingsTexts } from './words';

type Asked = components['schemas']['PreviewBody'];
type Letter = components['schemas']['PreviewView'];

const kinds = ['confirmation', 'notification'] as const satisfies Letter['kind'][];
const people = ['usual', 'arabic', 'one_name'] as const satisfies Asked['person'][];

// previewQuery is a letter as the server would send it now. A profile of another
// version makes another letter.
export const previewQuery = (asked: Asked, version: number) =>
  queryOptions({
    queryKey: ['preview', asked, version],
    queryFn: ({ signal }) => given(api.POST('/api/v1/messages/preview', { body: asked, signal })),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

// useSettled is a value once it has not changed for a moment, so that not each letter
// that is typed is sent.
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 300);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

type Props = { languages: readonly string[]; language: string; note: string; version: number };

// LetterPreview shows both mails with the note that is not saved yet, to people who
// are hard to write to.
export function LetterPreview({ languages, language, note, version }: Props) {
  const words = useWords();
  const texts = useTexts(settingsTexts);
  const explain = useExplain();
  const wrongOf = useWrongOf();
  const [kind, setKind] = useState<Letter['kind']>('confirmation');
  const [person, setPerson] = useState<NonNullable<Asked['person']>>('usual');
  const reader = useLanguage();
  const settled = useSettled(note);
  const letter = useQuery(previewQuery({ kind, person, language, mail_note: settled }, version));
  const wrong = isRefusal(letter.error, 422) ? letter.error.field('mail_note') : undefined;
  return (
    <section aria-labelledby="preview" className="flex max-w-2xl flex-col gap-3">
      <div>
        <h2 id="preview">{texts.mail.preview}</h2>
        <p className="text-ink-2">{texts.mail.previewHint}</p>
      </div>
      <div className="flex flex-wrap gap-4">
        <Choice label={texts.mail.kind} options={kinds} names={texts.mail.kinds} value={kind} onChoose={setKind} />
        <Choice label={texts.mail.person} options={people} names={texts.mail.people} value={person} onChoose={setPerson} />
      </div>
      {kind === 'notification' && (
        <p className="text-ink-2">{texts.mail.firmsLanguage(languageName(languages[0] ?? 'en', reader))}</p>
      )}
      {letter.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {letter.isError && (
        <p role="alert" className="text-error">
          {texts.mail.failed} {wrong ? wrongOf({ ...wrong, field: 'mail_note' }) : explain(letter.error)}
        </p>
      )}
      {letter.data && !letter.isError && <Paper letter={letter.data} />}
    </section>
  );
}

type ChoiceProps<Option extends string> = {
  label: string;
  options: readonly Option[];
  names: Record<Option, string>;
  value: Option;
  onChoose: (option: Option) => void;
};

function Choice<Option extends string>({ label, options, names, value, onChoose }: ChoiceProps<Option>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
      </label>
      <select id={id} className="field" value={value} onChange={(event) => onChoose(event.target.value as Option)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {names[option]}
          </option>
        ))}
      </select>
    </div>
  );
}

// Paper is a letter as a mail program shows one.
function Paper({ letter }: { letter: Letter }) {
  const texts = useTexts(settingsTexts);
  return (
    <article className="rounded-card border border-control bg-bg" data-kind={letter.kind}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-t-card border-b border-line bg-surface p-4 wrap-anywhere">
        <dt className="text-ink-3">{texts.mail.from}</dt>
        <dd>
          <bdi>{letter.from_name}</bdi> {letter.from_address && <span dir="ltr">&lt;{letter.from_address}&gt;</span>}
          {!letter.from_address && <span className="block text-meta text-ink-3">{texts.mail.noAddress}</span>}
        </dd>
        <dt className="text-ink-3">{texts.mail.to}</dt>
        <dd dir="ltr">{letter.recipients.join(', ') || texts.mail.nobody}</dd>
        <dt className="text-ink-3">{texts.mail.subject}</dt>
        <dd lang={letter.language} dir={letter.direction} className="font-semibold">
          {letter.subject}
        </dd>
      </dl>
      <p lang={letter.language} dir={letter.direction} className="p-4 whitespace-pre-wrap wrap-anywhere">
        {letter.text.trim()}
      </p>
    </article>
  );
}
