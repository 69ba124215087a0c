import { useQuery } from '@tanstack/react-query';
import type { User } from '../api/client';
import { summaryQuery } from '../messages/query';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { Invited } from './Invited';
import { useSendLink } from './query';
import { peopleTexts } from './words';

// NewLink sends somebody another link to choose a password by: whoever never came by
// theirs, and whoever has forgotten their password.
export function NewLink({ user, onClose }: { user: User; onClose: () => void }) {
  const texts = useTexts(peopleTexts);
  const explain = useExplain();
  const send = useSendLink(user.id);
  const isSending = useQuery(summaryQuery).data?.sending ?? true;
  if (user.disabled) return null;
  const onSuccess = ({ url }: { url: string | null }) => {
    if (url) return;
    onClose();
    showToast({ text: texts.resetSent(user.email) });
  };
  return (
    <section aria-labelledby="link" className="mt-6 border-t border-line pt-4">
      <h3 id="link" className="mb-1 text-h2 font-semibold">
        {texts.passwordOf}
      </h3>
      {send.isError && (
        <p role="alert" className="mb-2 text-error">
          {explain(send.error)}
        </p>
      )}
      {send.data?.url ? (
        <Invited email={user.email} url={send.data.url} until={send.data.expires_at} onClose={onClose} />
      ) : !user.invited && !isSending ? (
        <p className="text-ink-2">{texts.noMail(user.email)}</p>
      ) : (
        <>
          <p className="mb-2 text-ink-2">{user.invited ? texts.inviteHint : texts.resetHint}</p>
          <button
            type="button"
            className="button"
            aria-disabled={send.isPending}
            onClick={() => !send.isPending && send.mutate(undefined, { onSuccess })}
          >
            {user.invited ? texts.inviteAgain : texts.sendReset}
          </button>
        </>
      )}
    </section>
  );
}
