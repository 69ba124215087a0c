import { Check, Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Lead } from '../api/client';
import { useNameOf } from '../staff/staff';
import { Time } from '../words/Time';
import { useLanguage, useWords } from '../words/words';

// Facts is everything that the prospect filled in, and who takes care of it.
export function Facts({ lead, onWrite }: { lead: Lead; onWrite?: () => void }) {
  const words = useWords();
  const language = useLanguage();
  const nameOfUser = useNameOf();
  return (
    <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-1">
      <Fact name={words.lead.email}>
        <a href={`mailto:${lead.email}`} dir="ltr" className="break-all" onClick={onWrite}>
          {lead.email}
        </a>
        <CopyButton text={lead.email} />
      </Fact>
      {lead.single_name ? (
        <Fact name={words.lead.singleName}>
          <bdi>{lead.first_name}</bdi>
        </Fact>
      ) : (
        <>
          <Fact name={words.lead.firstName}>
            <bdi>{lead.first_name}</bdi>
          </Fact>
          <Fact name={words.lead.lastName}>
            <bdi>{lead.last_name}</bdi>
          </Fact>
        </>
      )}
      <Fact name={words.lead.language}>{languageName(lead.language, language)}</Fact>
      <Fact name={words.lead.reference}>
        <span dir="ltr">{lead.reference}</span>
      </Fact>
      <Fact name={words.lead.received}>
        <Time at={lead.created_at} as="full" />
      </Fact>
      {lead.notice && (
        <Fact name={words.lead.notice}>
          {words.lead.noticeShown(lead.notice.version, languageName(lead.notice.language, language), lead.notice.read)}
        </Fact>
      )}
      <Fact name={words.lead.assignee}>
        <bdi>{lead.assignee ? nameOfUser(lead.assignee) : words.nobody}</bdi>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

function CopyButton({ text }: { text: string }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  // Without TLS there is no clipboard; the text can still be marked and copied.
  if (!navigator.clipboard) return null;
  return (
    <>
      <button
        type="button"
        className="ms-1 -my-1 inline-flex size-6 items-center align-middle justify-center rounded-control hover:bg-raised"
        aria-label={words.lead.copy}
        onClick={() => void copy()}
      >
        {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </button>
      <span role="status" className="sr-only">
        {copied ? words.lead.copied : ''}
      </span>
    </>
  );
}

// languageName is a language in the reader's own; what no browser knows stays a tag.
function languageName(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
