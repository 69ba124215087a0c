import { useQuery } from '@tanstack/react-query';
import { summaryQuery } from '../messages/query';
import { CopyButton } from '../shell/CopyButton';
import { Time } from '../words/Time';
import { useTexts } from '../words/words';
import { peopleTexts } from './words';

type Props = { email: string; url: string; until: string | null; onClose: () => void };

// Invited shows the link of an invitation, once: it went out by mail, and can be handed
// over in another way, which without a mail server is the only one.
export function Invited({ email, url, until, onClose }: Props) {
  const texts = useTexts(peopleTexts);
  const isSending = useQuery(summaryQuery).data?.sending ?? true;
  return (
    <>
      <p className="mb-4 wrap-anywhere">{isSending ? texts.mailed(email) : texts.notMailed(email)}</p>
      <p dir="ltr" className="mb-2 rounded-control bg-raised p-3 font-mono text-meta break-all select-all">
        {url}
      </p>
      {until && (
        <p className="mb-4 text-ink-2">
          {texts.works} <Time at={until} as="full" />
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {/* First, and so with the focus: one Enter too many doesn't lose the link. */}
        <CopyButton text={url} label={texts.copy} primary />
        <button type="button" className="button" onClick={onClose}>
          {texts.done}
        </button>
      </div>
    </>
  );
}
