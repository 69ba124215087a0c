import { type FormEvent, useId, useRef } from 'react';
import { isRefusal, Refusal } from '../api/refusal';
import { useFocusOnWrong } from '../people/useFocusOnWrong';
import { may, useMe } from '../session/session';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { lives, scopes, useMakeKey } from './query';
import { Secret } from './Secret';
import { keyTexts } from './words';

// MakeDialog makes a key, and then shows it whole, once. Only a button closes it then:
// a click beside it would lose the key.
export function MakeDialog({ onClose }: { onClose: () => void }) {
  const texts = useTexts(keyTexts);
  const make = useMakeKey();
  return make.data ? (
    <Dialog key="made" title={texts.made(make.data.name)}>
      <Secret secret={make.data.secret} onClose={onClose} />
    </Dialog>
  ) : (
    <Dialog key="make" title={texts.make} onClose={onClose}>
      <Form make={make} onClose={onClose} />
    </Dialog>
  );
}

function Form({ make, onClose }: { make: ReturnType<typeof useMakeKey>; onClose: () => void }) {
  const words = useWords();
  const texts = useTexts(keyTexts);
  const explain = useExplain();
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const violation = (field: string) => (make.error instanceof Refusal ? make.error.field(field) : undefined);
  const name = violation('name');
  useFocusOnWrong(form, make.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (make.isPending) return;
    const data = new FormData(event.currentTarget);
    const days = Number(data.get('life'));
    make.mutate({
      name: String(data.get('name')),
      scopes: scopes.map((scope) => scope.name).filter((scope) => data.has(scope)),
      expires_at: days > 0 ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
    });
  };
  return (
    <form ref={form} noValidate autoComplete="off" onSubmit={submit}>
      {make.isError && !isRefusal(make.error, 422) && (
        <p role="alert" className="mb-4 text-error">
          {isRefusal(make.error, 409) ? texts.tooMany : explain(make.error)}
        </p>
      )}
      <Field
        label={texts.name}
        hint={texts.nameHint}
        name="name"
        dir="auto"
        autoComplete="off"
        error={name && (texts.wrong.name[name.code as keyof typeof texts.wrong.name] ?? name.message)}
      />
      <ScopeFields wrong={violation('scopes') && texts.wrong.scopes} />
      <div className="mb-6">
        <label htmlFor={id} className="mb-1 block font-semibold">
          {texts.expires}
        </label>
        <p id={`${id}-hint`} className="mb-1 text-meta text-ink-3">
          {texts.expiresHint}
        </p>
        <select id={id} name="life" className="field" defaultValue={90} aria-describedby={`${id}-hint`}>
          {lives.map((days) => (
            <option key={days} value={days}>
              {texts.life[days]}
            </option>
          ))}
        </select>
      </div>
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button button-primary" aria-disabled={make.isPending}>
          {make.isPending ? texts.making : texts.make}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}

// ScopeFields choose what a key may do; of what one may not do oneself there is nothing to give.
function ScopeFields({ wrong }: { wrong: string | undefined }) {
  const texts = useTexts(keyTexts);
  const me = useMe();
  const id = useId();
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 font-semibold">{texts.scopes}</legend>
      {wrong && (
        <p id={`${id}-error`} className="mb-1 font-semibold text-error">
          {wrong}
        </p>
      )}
      {scopes
        .filter(({ needs }) => may(me, needs))
        .map(({ name }) => (
          <label key={name} className="flex min-h-9 items-start gap-2 py-1">
            <input
              type="checkbox"
              name={name}
              className="mt-0.5 size-5 shrink-0"
              defaultChecked={name === 'leads:read'}
              aria-describedby={wrong ? `${id}-error ${id}-${name}` : `${id}-${name}`}
              aria-invalid={wrong ? true : undefined}
            />
            <span>
              {texts.scope[name]}
              <span id={`${id}-${name}`} className="block text-meta text-ink-3" aria-hidden="true">
                {texts.scopeHint[name]}
              </span>
            </span>
          </label>
        ))}
    </fieldset>
  );
}
