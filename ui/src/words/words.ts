// The words of the app in the language of whoever reads it. English is the list of
// what there is to say; a language that lacks a sentence doesn't compile.
import { usePreferences } from '../shell/preferences';
import { en } from './en';

// Words has the shape of the English list: a text stays a text, a function keeps its arguments.
type Shape<Value> = Value extends string
  ? string
  : Value extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { [Key in keyof Value]: Shape<Value[Key]> };
export type Words = Shape<typeof en>;

// Spanish is loaded when somebody reads it, and only then.
const catalogues: { en: Words; es?: Words } = { en };

export function languageOf(preferred: string, browser: readonly string[]): 'en' | 'es' {
  if (preferred === 'en' || preferred === 'es') return preferred;
  const known = browser.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === 'en' || tag === 'es');
  return known === 'es' ? 'es' : 'en';
}

export function useLanguage(): 'en' | 'es' {
  return languageOf(usePreferences().language, navigator.languages);
}

// loadWords fetches the words of a language before it is used. Rejects when they can't be had.
export async function loadWords(preferred: string) {
  if (languageOf(preferred, navigator.languages) === 'es') catalogues.es ??= (await import('./es')).es;
}

export function useWords(): Words {
  return catalogues[useLanguage()] ?? en;
}

// Texts are the words of one part of the app, which is loaded with them when it is asked for.
export type Texts<English> = { en: English; es: Shape<English> };

// inLanguages checks that a part says everything in each language.
export const inLanguages = <English>(texts: Texts<English>): Texts<English> => texts;

export const useTexts = <English>(texts: Texts<English>): Shape<English> => texts[useLanguage()] as Shape<English>;
