import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef } from 'react';
import { api, given } from '../api/client';
import { isRefusal } from '../api/refusal';
import { Field } from '../shell/Field';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { Sheet, ToSignIn } from './Account';
import { accountTexts } from './words';

// Forgot asks for an address, and says the same whether anybody has it; but not that a mail
// comes where none can.
export function Forgot() {
  const texts = useTexts(accountTexts);
  const explain = useExplain();
  const heard = useRef<HTMLParagraphElement>(null);
  const ask = useMutation({
    mutationFn: async (email: string) => {
      const { sending } = await given(api.POST('/api/v1/password-reset', { body: { email } }));
      return sending
        ? { title: texts.asked, text: texts.askedText(email) }
        : { title: texts.noMail, text: texts.noMailText(email) };
    },
  });
  useEffect(() => {
    if (ask.isSuccess) heard.current?.focus();
  }, [ask.isSuccess]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!ask.isPending) ask.mutate(String(new FormData(event.currentTarget).get('email')).trim());
  };
  if (ask.isSuccess) {
    return (
      <Sheet title={ask.data.title}>
        <p ref={heard} tabIndex={-1} className="mb-6 wrap-anywhere">
          {ask.data.text}
        </p>
        <ToSignIn />
      </Sheet>
    );
  }
  const isWrong = isRefusal(ask.error, 422);
  return (
    <Sheet title={texts.forgot}>
      <form onSubmit={submit} noValidate>
        {ask.isError && !isWrong && (
          <p role="alert" className="mb-4 rounded-control bg-error-bg p-3 text-error">
            {explain(ask.error)}
          </p>
        )}
        <p className="mb-4">{texts.forgotHint}</p>
        <Field
          label={texts.email}
          name="email"
          type="email"
          dir="ltr"
          autoComplete="username"
          autoFocus
          error={isWrong ? texts.noAddress : undefined}
        />
        <div className="flex flex-wrap gap-2">
          <button type="submit" className="button button-primary" aria-disabled={ask.isPending}>
            {ask.isPending ? texts.sending : texts.send}
          </button>
          <ToSignIn />
        </div>
      </form>
    </Sheet>
  );
}
