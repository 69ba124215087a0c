import type { ApiKey } from '../api/client';
import { Dialog } from '../shell/Dialog';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { useRevoke } from './query';
import { keyTexts } from './words';

// RevokeDialog asks once more: nothing brings a key back.
export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const words = useWords();
  const texts = useTexts(keyTexts);
  const explain = useExplain();
  const revoke = useRevoke(apiKey.id);
  const revoking = () =>
    revoke.mutate(undefined, {
      onSuccess() {
        onClose();
        showToast({ text: texts.revoked(apiKey.name) });
      },
    });
  return (
    <Dialog title={texts.sure(apiKey.name)} onClose={onClose}>
      {revoke.isError && (
        <p role="alert" className="mb-4 text-error">
          {explain(revoke.error)}
        </p>
      )}
      <p className="mb-6">{texts.sureHint}</p>
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button button-danger"
          aria-disabled={revoke.isPending}
          onClick={() => !revoke.isPending && revoking()}
        >
          {revoke.isPending ? texts.revoking : texts.revoke}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </Dialog>
  );
}
