// The firm's profile as fields, each under the path by which the API names it when
// something is wrong with it: name, texts.es.promise, embed_sites[1].
import type { components } from '../api/schema.gen';
import type { Firm } from '../firm/query';

type FirmChange = components['schemas']['FirmBody'];
export type TextName = keyof Firm['texts'][string];

// Value is what a field holds. A logo is its address, a file that is to be it, or null.
export type Value = string | boolean | number | string[] | File | null;

// Edits are the fields that somebody has changed and not saved.
export type Edits = Readonly<Record<string, Value>>;

const plain = [
  'name',
  'accent',
  'time_zone',
  'contact_within_hours',
  'ask_read',
  'embed_sites',
  'return_addresses',
] as const satisfies (keyof Firm)[];
const textNames = ['hours', 'promise', 'urgent', 'mail_note'] as const satisfies TextName[];

export const textField = (language: string, name: TextName) => `texts.${language}.${name}`;

// languageOfField is the language of a field, if it has one.
export const languageOfField = (field: string) => /^texts\.([^.]+)/.exec(field)?.[1];

export function savedValue(firm: Firm, field: string): Value {
  const [first, language = '', name] = field.split('.');
  if (first === 'texts') return firm.texts[language]?.[name as TextName] ?? '';
  if (first === 'logo') return firm.logo?.url ?? null;
  return firm[first as (typeof plain)[number]];
}

const same = (one: Value, other: Value) => one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other));

// edited is the edits after a field was set; one that is as saved is no edit.
export function edited(edits: Edits, firm: Firm, field: string, value: Value): Edits {
  const { [field]: _, ...others } = edits;
  return same(value, savedValue(firm, field)) ? others : { ...others, [field]: value };
}

// tidied leaves out what was added to a list and not filled in, so that the server's
// numbers of what is wrong are those of the rows.
export function tidied(edits: Edits): Edits {
  return Object.fromEntries(
    Object.entries(edits).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.filter((line) => line.trim() !== '') : value,
    ]),
  );
}

// changeOf is what the API takes of edits: all but the logo, which has a route of its own.
export function changeOf(edits: Edits): FirmChange {
  const change: Record<string, unknown> = {};
  const texts: NonNullable<FirmChange['texts']> = {};
  for (const [field, value] of Object.entries(edits)) {
    const [first, language = '', name = ''] = field.split('.');
    if (first === 'texts') texts[language] = { ...texts[language], [name]: value };
    else if (first !== 'logo') change[field] = value;
  }
  return { ...change, ...(Object.keys(texts).length > 0 && { texts }) };
}

// differing are the fields in which two versions of the profile differ.
export function differing(before: Firm, after: Firm): string[] {
  const languages = [...new Set([...Object.keys(before.texts), ...Object.keys(after.texts)])];
  const fields = [...plain, 'logo', ...languages.flatMap((language) => textNames.map((name) => textField(language, name)))];
  return fields.filter((field) => !same(savedValue(before, field), savedValue(after, field)));
}

// shownInstead is what prospects read where a language has no text of its own: that of
// the default language, else of the first that has one, as the form chooses.
export function shownInstead(languages: readonly string[], textIn: (language: string) => string, language: string) {
  const other = [languages[0] ?? '', ...[...languages].sort()].find(
    (candidate) => candidate !== language && textIn(candidate) !== '',
  );
  return other === undefined || other === '' ? undefined : { language: other, text: textIn(other) };
}
