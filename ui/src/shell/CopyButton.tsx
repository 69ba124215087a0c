import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../words/words';

type Props = { text: string; label: string; primary?: boolean };

// CopyButton copies a text. Without TLS there is no clipboard; the text can still be marked and copied.
export function CopyButton({ text, label, primary }: Props) {
  const { copied: done } = useWords().lead;
  const [copied, setCopied] = useState('');
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  const Icon = copied === text ? Check : Copy;
  return (
    <>
      <button type="button" className={`button ${primary ? 'button-primary' : ''}`} onClick={() => void copy()}>
        <Icon size={18} aria-hidden="true" />
        {copied === text ? done : label}
      </button>
      <span role="status" className="sr-only">
        {copied === text ? done : ''}
      </span>
    </>
  );
}
