import { Check, Copy, ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { useTexts, useWords } from '../words/words';
import { welcomeTexts } from './words';

// FormLink is the public form: to open, and to give to people, on paper too.
export function FormLink() {
  const words = useWords();
  const texts = useTexts(welcomeTexts);
  const [copied, setCopied] = useState(false);
  const address = `${location.origin}/`;
  const copy = async () => {
    await navigator.clipboard.writeText(address);
    setCopied(true);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <img src="/qr.svg" width={132} height={132} alt={texts.qr} className="rounded-control" />
      <code className="rounded-control bg-raised px-2 py-1">{address}</code>
      {navigator.clipboard && (
        <button type="button" className="button" onClick={() => void copy()}>
          {copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
          {copied ? words.lead.copied : texts.copy}
        </button>
      )}
      <a className="button" href="/" target="_blank" rel="noreferrer">
        <ExternalLink size={18} aria-hidden="true" />
        {texts.openForm}
      </a>
    </div>
  );
}
