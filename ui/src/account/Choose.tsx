import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, given } from '../api/client';
import { isRefusal, Refusal } from '../api/refusal';
import { useWrong } from '../password/useWrong';
import { Field } from '../shell/Field';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { Sheet, ToSignIn } from './Account';
import { accountTexts } from './words';

type Props = { purpose: 'invitation' | 'reset'; token: string };

// Choose lets whoever holds a link choose a password, once. What opens the link stands
// behind the #; it goes out of the address bar as soon as it is used up.
export function Choose({ purpose, token }: Props) {
  const words = useWords();
  const texts = useTexts(accountTexts);
  const explain = useExplain();
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => given(api.POST('/api/v1/link', { body: { token } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const choose = useChoose({ purpose, token });
  if (choose.isSuccess) return <Done />;
  const isDead = isDeadLink(link.error) || isDeadLink(choose.error) || (link.data && link.data.purpose !== purpose);
  if (isDead) return <Dead purpose={purpose} />;
  if (link.isError) {
    return (
      <Sheet title={texts[purpose]}>
        <p role="alert" className="mb-4 text-error">
          {explain(link.error)}
        </p>
        <button type="button" className="button self-start" onClick={() => void link.refetch()}>
          {words.retry}
        </button>
      </Sheet>
    );
  }
  return (
    <Sheet title={texts[purpose]}>
      {link.data ? (
        <Form purpose={purpose} email={link.data.email} choose={choose} />
      ) : (
        <p role="status" className="late">
          {words.loading}
        </p>
      )}
    </Sheet>
  );
}

const isDeadLink = (error: unknown) => error instanceof Refusal && error.field('token') !== undefined;

function useChoose({ purpose, token }: Props) {
  return useMutation({
    mutationFn: async (password: string) => {
      const body = { token, password };
      if (purpose === 'invitation') await given(api.PUT('/api/v1/invitation', { body }));
      else await given(api.PUT('/api/v1/password-reset', { body }));
    },
    onSuccess: () => history.replaceState(null, '', location.pathname),
  });
}

type FormProps = { purpose: Props['purpose']; email: string; choose: ReturnType<typeof useChoose> };

function Form({ purpose, email, choose }: FormProps) {
  const texts = useTexts(accountTexts);
  const explain = useExplain();
  const form = useRef<HTMLFormElement>(null);
  const [shown, setShown] = useState(false);
  const wrong = useWrong(choose.error)('password');
  useEffect(() => {
    if (choose.error) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [choose.error]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!choose.isPending) choose.mutate(String(new FormData(event.currentTarget).get('password')));
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      {choose.isError && !isRefusal(choose.error, 422) && (
        <p role="alert" className="mb-4 rounded-control bg-error-bg p-3 text-error">
          {explain(choose.error)}
        </p>
      )}
      <p className="mb-4">{purpose === 'invitation' ? texts.welcome : texts.resetHint}</p>
      <p className="mb-4 wrap-anywhere">
        {texts.of}{' '}
        <b>
          <bdi>{email}</bdi>
        </b>
      </p>
      {/* Password managers want to know whose it is. */}
      <input type="text" name="username" autoComplete="username" defaultValue={email} hidden />
      <Field
        label={texts.password}
        hint={texts.passwordHint}
        name="password"
        type={shown ? 'text' : 'password'}
        autoComplete="new-password"
        autoCapitalize="none"
        spellCheck={false}
        error={wrong}
      />
      <label className="mb-4 flex min-h-6 items-center gap-2">
        <input type="checkbox" className="size-5" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        {texts.show}
      </label>
      <button type="submit" className="button button-primary w-full" aria-disabled={choose.isPending}>
        {choose.isPending ? texts.saving : texts.save}
      </button>
    </form>
  );
}

function Done() {
  const texts = useTexts(accountTexts);
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus(), []);
  return (
    <Sheet title={texts.done}>
      <p ref={text} tabIndex={-1} className="mb-6">
        {texts.doneText}
      </p>
      <ToSignIn primary />
    </Sheet>
  );
}

function Dead({ purpose }: { purpose: Props['purpose'] }) {
  const texts = useTexts(accountTexts);
  return (
    <Sheet title={texts.dead}>
      <p role="alert" className="mb-6">
        {texts.deadText[purpose]}
      </p>
      <div className="flex flex-wrap gap-2">
        {purpose === 'reset' && (
          <a href="/app/forgot" className="button button-primary no-underline">
            {texts.another}
          </a>
        )}
        <ToSignIn />
      </div>
    </Sheet>
  );
}
