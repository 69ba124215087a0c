import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Firm, type Notice, noticesQuery } from '../firm/query';
import { mayWriteFirm, useMe } from '../session/session';
import { useNameOf } from '../staff/staff';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useLanguage, useTexts, useWords } from '../words/words';

import { LanguageNav, useTextLanguage } from './LanguageNav';
import { languageName } from './languages';
import { NoticeEditor, type Written } from './NoticeEditor';
import { NoticeText } from './NoticeText';
import { ProfileForm } from './ProfileForm';
import { OpenForm } from './TextInLanguage';
import { TickField } from './TickField';
import { useProfile } from './useProfile';
import { shownInstead } from './values';
import { settingsTexts } from './words';

// NoticesTopic is the firm's legal text above the Send button: what stands, what stood,
// and what is to stand, in each language.
export function NoticesTopic({ firm }: { firm: Firm }) {
  const words = useWords();
  const texts = useTexts(settingsTexts);
  const explain = useExplain();
  const me = useMe();
  const profile = useProfile(firm, () => showToast({ text: texts.saved }));
  const { language } = useTextLanguage(firm.languages);
  const notices = useQuery(noticesQuery);
  const [written, setWritten] = useState<Record<string, Written>>({});
  const items = notices.data?.items ?? [];
  const standsIn = (of: string) => items.find((notice) => notice.language === of && notice.current);
  const keep = (of: string, next: Written | undefined) =>
    setWritten(({ [of]: _, ...others }) => (next ? { ...others, [of]: next } : others));
  return (
    <ProfileForm profile={profile} unsaved={Object.keys(written).length > 0}>
      <TickField field="ask_read" hint={texts.hint.ask_read} />
      <LanguageNav languages={firm.languages} current={language} has={(of) => standsIn(of) !== undefined} />
      {notices.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {notices.isError && !notices.data && (
        <p role="alert" className="text-error">
          {texts.notice.failed} {explain(notices.error)}
        </p>
      )}
      {notices.data && (
        <>
          <Standing language={language} languages={firm.languages} standsIn={standsIn} />
          {mayWriteFirm(me) && (
            <NoticeEditor
              key={language}
              language={language}
              stands={standsIn(language)}
              draft={notices.data.drafts.find((draft) => draft.language === language)?.text}
              written={written[language]}
              onWrite={(next) => keep(language, next)}
            />
          )}
          <Earlier all={items.filter((notice) => notice.language === language && !notice.current)} />
        </>
      )}
    </ProfileForm>
  );
}

type StandingProps = { language: string; languages: readonly string[]; standsIn: (language: string) => Notice | undefined };

function Standing({ language, languages, standsIn }: StandingProps) {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  const stands = standsIn(language);
  const instead = shownInstead(languages, (of) => standsIn(of)?.text ?? '', language);
  return (
    <section aria-labelledby="stands" className="flex max-w-xl flex-col gap-2">
      <h2 id="stands">{texts.notice.now}</h2>
      {stands ? (
        <Version notice={stands} />
      ) : (
        <p className="text-ink-2">{instead ? texts.notice.instead(languageName(instead.language, reader)) : texts.notice.none}</p>
      )}
      {!stands && instead && <NoticeText text={instead.text} language={instead.language} />}
      <OpenForm language={language} />
    </section>
  );
}

function Version({ notice }: { notice: Notice }) {
  const texts = useTexts(settingsTexts);
  const nameOf = useNameOf();
  return (
    <article className="flex flex-col gap-1">
      <p className="text-meta text-ink-3">
        <span className="font-semibold text-ink-2">{texts.notice.version(notice.version)}</span>, {texts.notice.published}{' '}
        <Time at={notice.published_at} as="full" />, <bdi>{texts.by(nameOf(notice.published_by))}</bdi>
      </p>
      {notice.text ? (
        <NoticeText text={notice.text} language={notice.language} />
      ) : (
        <p className="text-ink-2">{texts.notice.withdrawnOnce}</p>
      )}
    </article>
  );
}

function Earlier({ all }: { all: Notice[] }) {
  const texts = useTexts(settingsTexts);
  if (all.length === 0) return null;
  return (
    <details className="max-w-xl">
      <summary className="min-h-6 cursor-pointer py-1 font-semibold">{texts.notice.earlier(all.length)}</summary>
      <div className="mt-2 flex flex-col gap-4">
        {all.map((notice) => (
          <Version key={notice.version} notice={notice} />
        ))}
      </div>
    </details>
  );
}
