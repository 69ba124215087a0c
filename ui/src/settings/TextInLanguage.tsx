import { useLanguage, useTexts } from '../words/words';
import { TextField } from './fields';
import { languageName } from './languages';
import { useField } from './useProfile';
import { shownInstead, type TextName, textField } from './values';
import { settingsTexts } from './words';

type InLanguage = { name: TextName; language: string; languages: readonly string[] };

// TextInLanguage is one text in one language, and what prospects read as long as there is none.
export function TextInLanguage({ name, language, languages }: InLanguage) {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  const { profile, value } = useField(textField(language, name));
  const instead = value === '' && shownInstead(languages, (of) => String(profile.value(textField(of, name))), language);
  return (
    <TextField
      field={textField(language, name)}
      lang={language}
      lines
      hint={
        <>
          <p>{texts.hint[name]}</p>
          {instead && (
            <p>
              {texts.insteadOf(languageName(instead.language, reader))}{' '}
              <span lang={instead.language} dir="auto" className="text-ink-2 italic">
                {instead.text}
              </span>
            </p>
          )}
        </>
      }
    />
  );
}

// OpenForm goes to the public form in a language, as it is now.
export function OpenForm({ language }: { language: string }) {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  return (
    <a className="button self-start" href={`/?lang=${encodeURIComponent(language)}`} target="_blank" rel="noreferrer">
      {texts.openForm(languageName(language, reader))}
    </a>
  );
}
