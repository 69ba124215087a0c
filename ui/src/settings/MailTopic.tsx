import { useQuery } from '@tanstack/react-query';
import type { Firm } from '../firm/query';
import { TestMail } from '../messages/TestMail';
import { showToast } from '../toast/toast';
import { useTexts } from '../words/words';
import { LanguageNav, useTextLanguage } from './LanguageNav';
import { LetterPreview, previewQuery } from './LetterPreview';
import { ProfileForm } from './ProfileForm';
import { TextInLanguage } from './TextInLanguage';
import { useProfile } from './useProfile';
import { textField } from './values';
import { settingsTexts } from './words';

// MailTopic is what the firm's mails say, as they will be, and where they go.
export function MailTopic({ firm }: { firm: Firm }) {
  const texts = useTexts(settingsTexts);
  const profile = useProfile(firm, () => showToast({ text: texts.saved }));
  const { language, choose } = useTextLanguage(firm.languages);
  const note = (of: string) => String(profile.value(textField(of, 'mail_note')));
  return (
    <ProfileForm profile={profile} showLanguage={choose}>
      <section aria-labelledby="note" className="flex flex-col gap-4">
        <h2 id="note">{texts.mail.note}</h2>
        <LanguageNav languages={firm.languages} current={language} has={(of) => note(of) !== ''} />
        <TextInLanguage name="mail_note" language={language} languages={firm.languages} />
      </section>
      <LetterPreview languages={firm.languages} language={language} note={note(language)} version={profile.firm.version} />
      <WhereItGoes version={firm.version} />
      <section aria-labelledby="try" className="flex flex-col items-start gap-2">
        <h2 id="try">{texts.mail.tryIt}</h2>
        <TestMail />
      </section>
    </ProfileForm>
  );
}

function WhereItGoes({ version }: { version: number }) {
  const texts = useTexts(settingsTexts);
  const letter = useQuery(previewQuery({ kind: 'notification' }, version)).data;
  if (!letter) return null;
  return (
    <section aria-labelledby="where" className="max-w-xl">
      <h2 id="where" className="mb-1">
        {texts.mail.where}
      </h2>
      {letter.recipients.length === 0 && <p>{texts.mail.nobody}</p>}
      <ul>
        {letter.recipients.map((address) => (
          <li key={address} dir="ltr" className="wrap-anywhere">
            {address}
          </li>
        ))}
      </ul>
      <p className="mt-1 text-meta text-ink-3">{texts.mail.whereHint}</p>
    </section>
  );
}
