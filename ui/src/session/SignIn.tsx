import { type FormEvent, useEffect, useRef, useState } from 'react';
import { isRefusal } from '../api/refusal';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { useSignIn } from './session';
import { signInTexts } from './words';

// SignInForm asks for an address and a password. What comes after it is whatever was
// asked for: the page's URL stays.
function SignInForm({ email: known }: { email?: string }) {
  const texts = useTexts(signInTexts);
  const explain = useExplain();
  const signIn = useSignIn();
  const [shown, setShown] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };
  return (
    <form onSubmit={submit} noValidate>
      {signIn.isError && (
        <p role="alert" className="mb-4 rounded-control bg-error-bg p-3 text-error">
          {isRefusal(signIn.error, 401) || isRefusal(signIn.error, 422) ? texts.wrong : explain(signIn.error)}
        </p>
      )}
      <Field label={texts.email} name="email" type="email" autoComplete="username" defaultValue={known} autoFocus={!known} />
      <Field
        label={texts.password}
        name="password"
        type={shown ? 'text' : 'password'}
        autoComplete="current-password"
        spellCheck={false}
        autoCapitalize="none"
      />
      <label className="mb-4 flex min-h-6 items-center gap-2">
        <input type="checkbox" className="size-5" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        {texts.show}
      </label>
      <button type="submit" className="button button-primary w-full" aria-disabled={signIn.isPending}>
        {signIn.isPending ? texts.pending : texts.button}
      </button>
    </form>
  );
}

// SignInPage stands in place of everything while nobody is signed in.
export function SignInPage() {
  const texts = useTexts(signInTexts);
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center p-6">
      <title>{`${texts.title} · Usher`}</title>
      <h1 className="mb-6">{texts.title}</h1>
      <SignInForm />
      <p className="mt-6">
        <a href="/app/forgot">{texts.forgotten}</a>
      </p>
    </main>
  );
}

// SignInDialog stands over the page when the session has lapsed: what was typed
// there is still there, and what was asked goes on afterwards.
export function SignInDialog({ email }: { email: string }) {
  const texts = useTexts(signInTexts);
  const form = useRef<HTMLDivElement>(null);
  // A dialog that opens gives the focus to its first field; here only the password is left to type.
  useEffect(() => form.current?.querySelector<HTMLElement>('input[name=password]')?.focus(), []);
  return (
    <Dialog title={texts.again}>
      <p className="mb-4">{texts.lapsed}</p>
      <div ref={form}>
        <SignInForm email={email} />
      </div>
    </Dialog>
  );
}
