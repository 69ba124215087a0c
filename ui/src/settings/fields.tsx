import type { ReactNode } from 'react';
import { useLanguage, useTexts } from '../words/words';
import { tooLight } from './contrast';
import { languageName } from './languages';
import { useField, type Violation } from './useProfile';
import { languageOfField, savedValue } from './values';
import { settingsTexts } from './words';

// idOf is the id of a field's input, to which the summary of what is wrong leads.
export const idOf = (field: string) => `field-${field.replace(/[^\w-]/g, '-')}`;

type FieldName = keyof (typeof settingsTexts)['en']['field'];

// useLabelOf names a field as its label does: Opening hours, Spanish.
export function useLabelOf() {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  return (field: string) => {
    const [, list = field, row] = /^(\w+)\[(\d+)\]$/.exec(field) ?? [];
    const language = languageOfField(list);
    const name = texts.field[(list.split('.').at(-1) ?? list) as FieldName] ?? field;
    if (language) return texts.inLanguage(name, languageName(language, reader));
    return row === undefined ? name : texts.rowOf(name, Number(row) + 1);
  };
}

// useWrongOf says what is wrong, in our own words where we have some.
export function useWrongOf() {
  const texts = useTexts(settingsTexts);
  return (violation: Violation) => {
    const light = tooLight(violation);
    if (light) return texts.tooLight(light.ratio, light.shade);
    if (violation.field === 'contact_within_hours') return texts.wrongHours;
    return texts.wrong[violation.code as keyof typeof texts.wrong] ?? violation.message;
  };
}

type LabelledProps = {
  id: string;
  label: string;
  hint?: ReactNode;
  wrong?: string | undefined;
  after?: ReactNode;
  children: (more: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
};

// Theirs is what somebody else has saved in a field that is being changed here.
function Theirs({ field }: { field: string }) {
  const texts = useTexts(settingsTexts);
  const { profile } = useField(field);
  if (!profile.theirs(field)) return null;
  return (
    <p className="mt-1 rounded-control bg-pending-bg px-3 py-1 text-pending wrap-anywhere">
      {texts.savedMeanwhile} <bdi>{String(savedValue(profile.firm, field)) || texts.nothing}</bdi>
    </p>
  );
}

// Labelled is a field with its label, a hint, and what is wrong with it.
export function Labelled({ id, label, hint, wrong, after, children }: LabelledProps) {
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div className="max-w-xl">
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
      </label>
      {hint && (
        <div id={`${id}-hint`} className="mb-1 text-meta text-ink-3">
          {hint}
        </div>
      )}
      {wrong && (
        <p id={`${id}-wrong`} className="mb-1 font-semibold text-error wrap-anywhere">
          {wrong}
        </p>
      )}
      {children({ id, ...(described && { 'aria-describedby': described }), ...(wrong && { 'aria-invalid': true }) })}
      {after}
    </div>
  );
}

type TextProps = {
  field: string;
  label?: string;
  hint?: ReactNode;
  lines?: boolean;
  lang?: string;
  after?: ReactNode;
  list?: string;
};

// TextField is a text of the profile, in one line or several.
export function TextField({ field, label, hint, lines = false, lang, after, list }: TextProps) {
  const labelOf = useLabelOf();
  const wrongOf = useWrongOf();
  const { profile, value, set, wrong } = useField(field);
  const input = {
    className: `field ${wrong ? 'border-error' : ''} ${profile.mayWrite ? '' : 'bg-surface'}`,
    dir: 'auto',
    lang,
    value: String(value),
    readOnly: profile.readOnly,
  };
  return (
    <Labelled
      id={idOf(field)}
      label={label ?? labelOf(field)}
      hint={hint}
      wrong={wrong && wrongOf(wrong)}
      after={
        <>
          <Theirs field={field} />
          {after}
        </>
      }
    >
      {(more) =>
        lines ? (
          <textarea {...input} {...more} rows={3} onChange={(event) => set(event.target.value)} />
        ) : (
          <input {...input} {...more} list={list} autoComplete="off" onChange={(event) => set(event.target.value)} />
        )
      }
    </Labelled>
  );
}

// NumberField is a whole number of the profile; empty is 0.
export function NumberField({ field, hint }: { field: string; hint?: ReactNode }) {
  const labelOf = useLabelOf();
  const wrongOf = useWrongOf();
  const { profile, value, set, wrong } = useField(field);
  return (
    <Labelled id={idOf(field)} label={labelOf(field)} hint={hint} wrong={wrong && wrongOf(wrong)}>
      {(more) => (
        <input
          {...more}
          type="number"
          min={0}
          className="field max-w-32"
          value={value === 0 ? '' : String(value)}
          readOnly={profile.readOnly}
          onChange={(event) => set(Number(event.target.value))}
        />
      )}
    </Labelled>
  );
}
