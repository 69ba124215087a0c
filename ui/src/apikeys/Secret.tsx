import { CopyButton } from '../shell/CopyButton';
import { useTexts } from '../words/words';
import { keyTexts } from './words';

// Secret is a key that was just made, the one time that anybody sees it.
export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const texts = useTexts(keyTexts);
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
        <CopyButton text={secret} label={texts.copy} primary />
        <button type="button" className="button" onClick={onClose}>
          {texts.done}
        </button>
      </div>
    </>
  );
}
