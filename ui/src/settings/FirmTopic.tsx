import type { Firm } from '../firm/query';
import { showToast } from '../toast/toast';
import { useNow } from '../words/Time';
import { useLanguage, useTexts } from '../words/words';
import { Accent } from './Accent';
import { idOf, NumberField, TextField } from './fields';
import { LanguageNav, useTextLanguage } from './LanguageNav';
import { Logo } from './Logo';
import { ProfileForm } from './ProfileForm';
import { OpenForm, TextInLanguage } from './TextInLanguage';
import { useField, useProfile } from './useProfile';
import { type TextName, textField } from './values';
import { settingsTexts } from './words';

const shownTexts = ['hours', 'promise', 'urgent'] as const satisfies TextName[];

// FirmTopic is who the firm is, what its form says in each language, and what it aims at.
export function FirmTopic({ firm }: { firm: Firm }) {
  const texts = useTexts(settingsTexts);
  const profile = useProfile(firm, () => showToast({ text: texts.saved }));
  const { language, choose } = useTextLanguage(firm.languages);
  const has = (of: string) => shownTexts.some((name) => profile.value(textField(of, name)) !== '');
  return (
    <ProfileForm profile={profile} showLanguage={choose}>
      <section aria-labelledby="identity" className="flex flex-col gap-4">
        <h2 id="identity">{texts.identity}</h2>
        <TextField field="name" hint={texts.hint.name} />
        <Logo />
        <Accent />
        <Zone />
      </section>
      <section aria-labelledby="words" className="flex flex-col gap-4">
        <div>
          <h2 id="words">{texts.words}</h2>
          <p className="text-ink-2">{texts.wordsHint}</p>
        </div>
        <LanguageNav languages={firm.languages} current={language} has={has} />
        {shownTexts.map((name) => (
          <TextInLanguage key={name} name={name} language={language} languages={firm.languages} />
        ))}
        <OpenForm language={language} />
      </section>
      <section aria-labelledby="target" className="flex flex-col gap-4">
        <h2 id="target">{texts.target}</h2>
        <NumberField field="contact_within_hours" hint={texts.hint.contact_within_hours} />
      </section>
    </ProfileForm>
  );
}

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];

function Zone() {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  const now = useNow();
  const { value } = useField('time_zone');
  const list = `${idOf('time_zone')}-zones`;
  return (
    <>
      <TextField
        field="time_zone"
        list={list}
        hint={texts.hint.time_zone}
        after={<p className="mt-1 text-meta text-ink-2">{timeIn(String(value), now, reader, texts.thereItIs)}</p>}
      />
      <datalist id={list}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}

// timeIn says what time it is in a zone; nothing while the zone is half typed.
function timeIn(zone: string, now: number, reader: string, say: (time: string) => string) {
  try {
    return say(new Intl.DateTimeFormat(reader, { timeZone: zone || 'UTC', hour: '2-digit', minute: '2-digit' }).format(now));
  } catch {
    return null;
  }
}
