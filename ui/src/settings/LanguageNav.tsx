import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useLanguage, useTexts } from '../words/words';
import { languageLabel } from './languages';
import { settingsTexts } from './words';

// useTextLanguage is the language whose texts are shown: that of the URL, else the
// firm's first; and the way to another.
export function useTextLanguage(languages: readonly string[]) {
  const { language } = useSearch({ from: '/settings/$topic' });
  const { topic } = useParams({ from: '/settings/$topic' });
  const navigate = useNavigate();
  return {
    language: language && languages.includes(language) ? language : (languages[0] ?? 'en'),
    choose: (next: string) => navigate({ to: '/settings/$topic', params: { topic }, search: { language: next }, replace: true }),
  };
}

type Props = { languages: readonly string[]; current: string; has: (language: string) => boolean };

// LanguageNav says in which languages there is a text, and goes from one to another.
export function LanguageNav({ languages, current, has }: Props) {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  const { topic } = useParams({ from: '/settings/$topic' });
  return (
    <nav aria-label={texts.language} className="flex flex-wrap gap-1">
      {languages.map((language) => (
        <Link
          key={language}
          to="/settings/$topic"
          params={{ topic }}
          search={{ language }}
          replace
          aria-current={language === current ? 'page' : undefined}
          className="button aria-[current=page]:border-accent aria-[current=page]:bg-selected aria-[current=page]:font-semibold"
        >
          {languageLabel(language, reader)}
          {has(language) && (
            <>
              <Check size={16} aria-hidden="true" />
              <span className="sr-only">{texts.has}</span>
            </>
          )}
        </Link>
      ))}
    </nav>
  );
}
