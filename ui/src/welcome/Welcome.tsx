import { useMe } from '../session/session';
import { useWords } from '../words/words';
import { FormLink } from './FormLink';
import { TestLead } from './TestLead';

// Welcome is the first page that the first admin sees: from here to a lead in the
// list it is one click.
export function Welcome() {
  const words = useWords();
  const me = useMe();
  return (
    <div className="page flex flex-col items-start gap-6 p-6">
      <title>{`${words.welcome.title} · Usher`}</title>
      <h1>{words.welcome.title}</h1>
      <p className="max-w-xl">{words.welcome.explain(me.email)}</p>
      <TestLead />
      <section aria-labelledby="form-heading" className="flex flex-col gap-2">
        <h2 id="form-heading">{words.welcome.form}</h2>
        <p className="max-w-xl text-ink-2">{words.welcome.formHint}</p>
        <FormLink />
      </section>
    </div>
  );
}
