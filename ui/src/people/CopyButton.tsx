import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../words/words';
import { peopleTexts } from './words';

// CopyButton copies a text. Without TLS there is no clipboard; the text can still be marked and copied.
export function CopyButton({ text }: { text: string }) {
  const texts = useTexts(peopleTexts);
  const [copied, setCopied] = useState('');
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  const Icon = copied === text ? Check : Copy;
  return (
    <>
      <button type="button" className="button" onClick={() => void copy()}>
        <Icon size={18} aria-hidden="true" />
        {copied === text ? texts.copied : texts.copy}
      </button>
      <span role="status" className="sr-only">
        {copied === text ? texts.copied : ''}
      </span>
    </>
  );
}
