import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, given } from '../api/client';
import { useMe } from '../session/session';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { welcomeTexts } from './words';

// TestLead is the button by which one sends oneself a lead, and then sees it.
export function TestLead() {
  const texts = useTexts(welcomeTexts);
  const explain = useExplain();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const test = useMutation({
    mutationFn: () => sendTestLead(me.email, texts),
    async onSuccess({ id }) {
      await client.invalidateQueries({ queryKey: ['leads'] });
      await navigate({ to: '/', search: { lead: id } });
    },
  });
  return (
    <>
      {test.isError && (
        <p role="alert" className="text-error">
          {explain(test.error)}
        </p>
      )}
      <button
        type="button"
        className="button button-primary shrink-0"
        aria-disabled={test.isPending}
        onClick={() => !test.isPending && test.mutate()}
      >
        {test.isPending ? texts.sending : texts.button}
      </button>
    </>
  );
}

// sendTestLead takes the road of every prospect: the public route, with a file.
function sendTestLead(email: string, texts: typeof welcomeTexts.en) {
  const fields = {
    first_name: texts.testFirstName,
    last_name: texts.testLastName,
    email,
    resume: new File([texts.testResume], 'test-resume.txt', { type: 'text/plain' }),
  };
  return given(
    api.POST('/api/v1/leads', {
      // The document says string for a file, because JSON has no files.
      body: fields as never,
      bodySerializer() {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.append(name, value);
        return form;
      },
    }),
  );
}
