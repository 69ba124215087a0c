import { useMe } from '../session/session';
import { arriving } from '../shell/arriving';
import { useTexts } from '../words/words';
import { FormLink } from './FormLink';
import { TestLead } from './TestLead';
import { welcomeTexts } from './words';

// Welcome is the first page that the first admin sees: from here to a lead in the
// list it is one click.
export function Welcome() {
  const texts = useTexts(welcomeTexts);
  const me = useMe();
  return (
    <div className="page flex flex-col items-start gap-6 p-6">
      <title>{`${texts.title} · Usher`}</title>
      <h1 {...arriving}>{texts.title}</h1>
      <p className="max-w-xl">{texts.explain(me.email)}</p>
      <TestLead />
      <section aria-labelledby="form-heading" className="flex flex-col gap-2">
        <h2 id="form-heading">{texts.form}</h2>
        <p className="max-w-xl text-ink-2">{texts.formHint}</p>
        <FormLink />
      </section>
    </div>
  );
}
