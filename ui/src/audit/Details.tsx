import { displayName, useColleagues } from '../staff/staff';
import { Time } from '../words/Time';
import { useTexts, useWords } from '../words/words';
import type { Entry } from './query';
import { auditTexts } from './words';

// What only programs need: the file and the API have it.
const hidden = ['session', 'message', 'sha256'];

// Details are what was changed, as it was and as it is, and what else there is to say.
export function Details({ entry: { data } }: { entry: Entry }) {
  const texts = useTexts(auditTexts);
  // What is not so, or not there, is nothing to read.
  const facts = Object.entries(data.facts).filter(([name, text]) => text && text !== 'false' && !hidden.includes(name));
  const changed = Object.keys(data.after).sort();
  if (facts.length + changed.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5 wrap-anywhere">
      {changed.map((name) => (
        <li key={name}>
          <Name of={name} />: <span className="sr-only">{texts.before} </span>
          <Value of={name} text={data.before[name] ?? ''} /> <span aria-hidden="true">→</span>
          <span className="sr-only">, {texts.after} </span> <Value of={name} text={data.after[name] ?? ''} />
        </li>
      ))}
      {facts.map(([name, text]) => (
        <li key={name}>
          <Name of={name} />: <Value of={name} text={text} />
        </li>
      ))}
    </ul>
  );
}

// Name is what a field is called; one of the firm's texts says in which language it is.
function Name({ of }: { of: string }) {
  const texts = useTexts(auditTexts);
  const [, language, field] = /^texts\.([^.]+)\.(.+)$/.exec(of) ?? [];
  const name = field ?? of;
  const called = texts.field[name as keyof typeof texts.field] ?? name;
  return language ? `${called} (${language})` : called;
}

// Value says a value in words where it is one of a few, and else as it is.
function Value({ of, text }: { of: string; text: string }) {
  const words = useWords();
  const texts = useTexts(auditTexts);
  const colleagues = useColleagues();
  if (text === '') return <em className="text-ink-3">{of === 'assignee' ? texts.nobody : texts.empty}</em>;
  if (of === 'expires_at') return <Time at={text} as="full" />;
  const lists: Record<string, Record<string, string>> = {
    state: words.state,
    role: words.role,
    channel: words.channel,
    ...texts.value,
  };
  const known = lists[of]?.[text] ?? (texts.yesOrNo as Record<string, string>)[text];
  if (known) return known;
  const user = colleagues.find(({ id }) => id === text);
  return <bdi className="whitespace-pre-line">{user ? displayName(user) : text}</bdi>;
}
