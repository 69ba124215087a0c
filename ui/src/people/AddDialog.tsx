import { Dices } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { isRefusal, Refusal } from '../api/refusal';
import { useWrong } from '../password/useWrong';
import { CopyButton } from '../shell/CopyButton';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { displayName } from '../staff/staff';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { Invited } from './Invited';
import { newPassphrase } from './passphrase';
import { useAddUser } from './query';
import { RoleFields, roleIn } from './RoleFields';
import { useFocusOnWrong } from './useFocusOnWrong';
import { peopleTexts } from './words';

// AddDialog invites somebody by a link, or gives them a passphrase, and then says once
// what to tell them.
export function AddDialog({ onClose }: { onClose: () => void }) {
  const texts = useTexts(peopleTexts);
  const add = useAddUser();
  const [passphrase, setPassphrase] = useState('');
  return (
    <Dialog
      key={add.isSuccess ? 'added' : 'add'}
      title={add.data ? (add.data.invited ? texts.invitedTo : texts.added)(displayName(add.data)) : texts.add}
      onClose={onClose}
    >
      {add.data?.invitation_url ? (
        <Invited email={add.data.email} url={add.data.invitation_url} until={add.data.invited_until} onClose={onClose} />
      ) : add.data ? (
        <Told email={add.data.email} passphrase={passphrase} onClose={onClose} />
      ) : (
        <Form add={add} passphrase={passphrase} setPassphrase={setPassphrase} onClose={onClose} />
      )}
    </Dialog>
  );
}

type FormProps = {
  add: ReturnType<typeof useAddUser>;
  passphrase: string;
  setPassphrase: (passphrase: string) => void;
  onClose: () => void;
};

function Form({ add, passphrase, setPassphrase, onClose }: FormProps) {
  const words = useWords();
  const texts = useTexts(peopleTexts);
  const explain = useExplain();
  const form = useRef<HTMLFormElement>(null);
  const [given, setGiven] = useState(false);
  const wrongPassword = useWrong(add.error)('password');
  const wrong = (field: string) => {
    const violation = add.error instanceof Refusal ? add.error.field(field) : undefined;
    if (violation?.code === 'email_taken') return texts.taken;
    if (violation && field === 'email') return texts.wrong.invalid_email;
    return violation && (texts.wrong[violation.code as keyof typeof texts.wrong] ?? violation.message);
  };
  useFocusOnWrong(form, add.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (add.isPending) return;
    const data = new FormData(event.currentTarget);
    const body = {
      email: String(data.get('email')),
      name: String(data.get('name')),
      ...(given && { password: passphrase }),
      ...roleIn(data),
    };
    add.mutate(body);
  };
  return (
    <form ref={form} noValidate autoComplete="off" onSubmit={submit}>
      {add.isError && !isRefusal(add.error, 422) && !wrong('email') && (
        <p role="alert" className="mb-4 text-error">
          {explain(add.error)}
        </p>
      )}
      <Field label={texts.name} hint={texts.nameHint} name="name" dir="auto" autoComplete="off" error={wrong('name')} />
      <Field label={texts.email} name="email" type="email" dir="ltr" autoComplete="off" error={wrong('email')} />
      <RoleFields was={{ role: 'attorney', files: false }} />
      <fieldset className="mb-4">
        <legend className="mb-1 font-semibold">{texts.how}</legend>
        {([false, true] as const).map((value) => (
          <label key={String(value)} className="flex min-h-9 items-center gap-2">
            <input type="radio" className="size-5" name="how" checked={given === value} onChange={() => setGiven(value)} />
            {value ? texts.byPassphrase : texts.byLink}
          </label>
        ))}
      </fieldset>
      {given && (
        <>
          <Field
            label={texts.password}
            hint={texts.passwordHint}
            type="text"
            dir="ltr"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={passphrase}
            onChange={(event) => setPassphrase(event.target.value)}
            error={wrongPassword}
          />
          <div className="-mt-2 mb-6 flex flex-wrap gap-2">
            <button type="button" className="button" onClick={() => setPassphrase(newPassphrase())}>
              <Dices size={18} aria-hidden="true" />
              {texts.generate}
            </button>
            {passphrase && <CopyButton text={passphrase} label={texts.copy} />}
          </div>
        </>
      )}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button button-primary" aria-disabled={add.isPending}>
          {add.isPending ? texts.saving : given ? texts.save : texts.invite}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}

// Told is what the new colleague has to hear.
function Told({ email, passphrase, onClose }: { email: string; passphrase: string; onClose: () => void }) {
  const texts = useTexts(peopleTexts);
  const address = `${location.origin}/app/`;
  return (
    <>
      <p className="mb-4">{texts.tell}</p>
      <dl className="mb-4 flex flex-col gap-2">
        {(
          [
            [texts.address, address],
            [texts.email, email],
            [texts.password, passphrase],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt className="text-meta text-ink-3">{name}</dt>
            <dd dir="ltr" className="font-semibold select-all rtl:text-end">
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button button-primary" onClick={onClose}>
          {texts.done}
        </button>
        <CopyButton text={`${address}\n${email}\n${passphrase}`} label={texts.copy} />
      </div>
    </>
  );
}
