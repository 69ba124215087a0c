import type { User } from '../api/client';
import { displayName } from '../staff/staff';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { useEndSessions } from './query';
import { peopleTexts } from './words';

// EndSessions signs somebody out everywhere, for example when a telephone was lost. They sign in again, so nobody asks twice.
export function EndSessions({ user, onClose }: { user: User; onClose: () => void }) {
  const texts = useTexts(peopleTexts);
  const explain = useExplain();
  const end = useEndSessions(user.id);
  const ending = () =>
    end.mutate(undefined, {
      onSuccess() {
        onClose();
        showToast({ text: texts.endedSessions(displayName(user)) });
      },
    });
  return (
    <section aria-labelledby="sessions" className="mt-6 border-t border-line pt-4">
      <h3 id="sessions" className="mb-1 text-h2 font-semibold">
        {texts.sessions}
      </h3>
      {end.isError && (
        <p role="alert" className="mb-2 text-error">
          {explain(end.error)}
        </p>
      )}
      <p className="mb-2 text-ink-2">{texts.endSessionsHint}</p>
      <button type="button" className="button" aria-disabled={end.isPending} onClick={() => !end.isPending && ending()}>
        {end.isPending ? texts.endingSessions : texts.endSessions}
      </button>
    </section>
  );
}
