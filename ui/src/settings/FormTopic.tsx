import { Check, Copy, Download, ExternalLink } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { Firm } from '../firm/query';
import { showToast } from '../toast/toast';
import { useLanguage, useTexts } from '../words/words';
import { AddressList } from './AddressList';
import { languageLabel, languageName } from './languages';
import { ProfileForm } from './ProfileForm';
import { addressOf, frameOf, ownFormOf } from './snippets';
import { useProfile } from './useProfile';
import { settingsTexts } from './words';

// FormTopic is the ways in which prospects come to the form.
export function FormTopic({ firm }: { firm: Firm }) {
  const texts = useTexts(settingsTexts);
  const profile = useProfile(firm, () => showToast({ text: texts.saved }));
  const [language, setLanguage] = useState('');
  // What is copied works with what is saved, not with what is typed.
  const [returnTo] = firm.return_addresses;
  return (
    <ProfileForm profile={profile}>
      <LinkLanguage languages={firm.languages} value={language} onChoose={setLanguage} />
      <LinkAndCode formURL={firm.form_url} language={language} />
      <Way title={texts.form.frame} hint={texts.form.frameHint} lacks={firm.embed_sites.length === 0 && texts.form.frameNone}>
        <Snippet text={frameOf(firm.form_url, language)} copy={texts.form.copyFrame} />
        <AddressList field="embed_sites" />
      </Way>
      <Way title={texts.form.own} hint={texts.form.ownHint} lacks={!returnTo && texts.form.ownNone}>
        <Snippet text={ownFormOf(firm.form_url, language, returnTo)} copy={texts.form.copyOwn} />
        <AddressList field="return_addresses" />
      </Way>
      <Languages firm={firm} />
    </ProfileForm>
  );
}

type LanguageProps = { languages: readonly string[]; value: string; onChoose: (language: string) => void };

function LinkLanguage({ languages, value, onChoose }: LanguageProps) {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  const id = useId();
  return (
    <div className="max-w-xs">
      <label htmlFor={id} className="mb-1 block font-semibold">
        {texts.form.languageOf}
      </label>
      <select id={id} className="field" value={value} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{texts.form.anyLanguage}</option>
        {languages.map((tag) => (
          <option key={tag} value={tag}>
            {languageLabel(tag, reader)}
          </option>
        ))}
      </select>
    </div>
  );
}

function LinkAndCode({ formURL, language }: { formURL: string; language: string }) {
  const texts = useTexts(settingsTexts);
  const address = addressOf(formURL, language);
  const code = language ? `/qr.svg?lang=${encodeURIComponent(language)}` : '/qr.svg';
  return (
    <Way title={texts.form.link} hint={texts.form.linkHint}>
      <div className="flex flex-wrap items-start gap-4">
        <img src={code} width={148} height={148} alt={texts.form.qr(address)} className="rounded-control border border-line" />
        <div className="flex min-w-0 flex-1 basis-56 flex-col items-start gap-2">
          <p className="sr-only">{texts.form.address}</p>
          <code dir="ltr" className="rounded-control bg-raised px-2 py-1 wrap-anywhere">
            {address}
          </code>
          <CopyButton text={address} label={texts.form.copyAddress} />
          <a className="button" href={address} target="_blank" rel="noreferrer">
            <ExternalLink size={18} aria-hidden="true" />
            {texts.form.open}
          </a>
          <a className="button" href={code} download={`form${language && `-${language}`}.svg`}>
            <Download size={18} aria-hidden="true" />
            {texts.form.download}
          </a>
          <p className="text-meta text-ink-3">{texts.form.downloadHint}</p>
        </div>
      </div>
    </Way>
  );
}

type WayProps = { title: string; hint: string; lacks?: string | false; children: ReactNode };

function Way({ title, hint, lacks, children }: WayProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex max-w-2xl flex-col gap-3">
      <div>
        <h2 id={id}>{title}</h2>
        <p className="text-ink-2">{hint}</p>
      </div>
      {lacks && <p className="rounded-control bg-pending-bg p-3 text-pending">{lacks}</p>}
      {children}
    </section>
  );
}

function Snippet({ text, copy }: { text: string; copy: string }) {
  return (
    <div className="flex flex-col items-start gap-2">
      <code dir="ltr" className="block w-full rounded-control bg-raised p-3 text-meta whitespace-pre-wrap wrap-anywhere">
        {text}
      </code>
      <CopyButton text={text} label={copy} />
    </div>
  );
}

// CopyButton is there where the browser lets a page copy: over TLS, or at localhost.
function CopyButton({ text, label }: { text: string; label: string }) {
  const texts = useTexts(settingsTexts);
  const [copied, setCopied] = useState('');
  if (!navigator.clipboard) return null;
  const done = copied === text;
  const Icon = done ? Check : Copy;
  return (
    <button type="button" className="button" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}>
      <Icon size={18} aria-hidden="true" />
      {label}
      <span role="status" className="text-ink-2 empty:hidden">
        {done && texts.copied}
      </span>
    </button>
  );
}

function Languages({ firm }: { firm: Firm }) {
  const texts = useTexts(settingsTexts);
  const reader = useLanguage();
  return (
    <Way title={texts.form.languages} hint={texts.form.languagesHint}>
      <ol className="list-decimal ps-6">
        {firm.languages.map((tag) => (
          <li key={tag}>
            <a
              href={addressOf(firm.form_url, tag)}
              target="_blank"
              rel="noreferrer"
              className="inline-flex min-h-6 items-center"
              aria-label={texts.openForm(languageName(tag, reader))}
            >
              {languageLabel(tag, reader)}
            </a>
          </li>
        ))}
      </ol>
    </Way>
  );
}
