import { useMutation } from '@tanstack/react-query';
import { api, given } from '../api/client';
import { isRefusal } from '../api/refusal';
import { useMe } from '../session/session';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { outboxTexts } from './words';

// TestMail sends oneself a message, and says what the mail server said of it.
export function TestMail() {
  const texts = useTexts(outboxTexts);
  const explain = useExplain();
  const me = useMe();
  const test = useMutation({ mutationFn: () => given(api.POST('/api/v1/messages/test')) });
  return (
    <>
      <button type="button" className="button" aria-disabled={test.isPending} onClick={() => !test.isPending && test.mutate()}>
        {test.isPending ? texts.testing : texts.test}
      </button>
      <div role="status">
        {test.isSuccess && test.data.state === 'sent' && <p className="text-reached">{texts.tested(test.data.recipient)}</p>}
        {test.isSuccess && test.data.state !== 'sent' && (
          <p className="text-error wrap-anywhere">
            {texts.testFailed} {test.data.error}
          </p>
        )}
        {test.isError && (
          <p className="text-error">{isRefusal(test.error, 409) ? texts.noServer(me.email) : explain(test.error)}</p>
        )}
      </div>
    </>
  );
}
