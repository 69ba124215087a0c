import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, given } from '../api/client';
import { useMe } from '../session/session';
import { useExplain } from '../words/explain';
import { useWords, type Words } from '../words/words';
import { FormLink } from './FormLink';

// Welcome is the first page that the first admin sees: from here to a lead in the
// list it is one click.
export function Welcome() {
  const words = useWords();
  const explain = useExplain();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const test = useMutation({
    mutationFn: () => sendTestLead(me.email, words),
    async onSuccess({ id }) {
      await client.invalidateQueries({ queryKey: ['leads'] });
      await navigate({ to: '/', search: { lead: id } });
    },
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col items-start gap-6 overflow-y-auto p-6">
      <title>{`${words.welcome.title} · Usher`}</title>
      <h1>{words.welcome.title}</h1>
      <p className="max-w-xl">{words.welcome.explain(me.email)}</p>
      {test.isError && (
        <p role="alert" className="text-error">
          {explain(test.error)}
        </p>
      )}
      <button
        type="button"
        className="button button-primary"
        aria-disabled={test.isPending}
        onClick={() => !test.isPending && test.mutate()}
      >
        {test.isPending ? words.welcome.sending : words.welcome.button}
      </button>
      <section aria-labelledby="form-heading" className="flex flex-col gap-2">
        <h2 id="form-heading">{words.welcome.form}</h2>
        <p className="max-w-xl text-ink-2">{words.welcome.formHint}</p>
        <FormLink />
      </section>
    </div>
  );
}

// sendTestLead takes the road of every prospect: the public route, with a file.
function sendTestLead(email: string, words: Words) {
  const fields = {
    first_name: words.welcome.testFirstName,
    last_name: words.welcome.testLastName,
    email,
    resume: new File([words.welcome.testResume], 'test-resume.txt', { type: 'text/plain' }),
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
