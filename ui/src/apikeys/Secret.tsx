import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../words/words';
import { keyTexts } from './words';

// Secret is a key that was just made, the one time that anybody sees it.
export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const texts = useTexts(keyTexts);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  };
  const Icon = copied ? Check : Copy;
  return (
    <>
      <p className="mb-2 font-semibold">{texts.once}</p>
      <p className="sr-only">{texts.secret}:</p>
      <code dir="ltr" className="mb-4 block rounded-control bg-raised p-3 break-all select-all">
        {secret}
      </code>
      <p className="mb-1 text-meta text-ink-2">{texts.keep}</p>
      <code dir="ltr" className="mb-6 block text-meta text-ink-2">
        Authorization: Bearer usher_…
      </code>
      <div className="flex flex-wrap gap-2">
        {/* Without TLS there is no clipboard; the key can still be marked and copied. */}
        {navigator.clipboard && (
          <button type="button" className="button button-primary" onClick={() => void copy()}>
            <Icon size={18} aria-hidden="true" />
            {copied ? texts.copied : texts.copy}
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          {texts.done}
        </button>
      </div>
      <span role="status" className="sr-only">
        {copied ? texts.copied : ''}
      </span>
    </>
  );
}
