import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useId, useRef } from 'react';
import { isRefusal } from '../api/refusal';
import { useWrong } from '../password/useWrong';
import { Sessions } from '../sessions/Sessions';
import { arriving } from '../shell/arriving';
import { Field } from '../shell/Field';
import { type Preferences, setPreference, usePreferences } from '../shell/preferences';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { loadWords, useTexts, useWords } from '../words/words';
import { useChangePassword, useMe, useSignOut } from './session';
import { youTexts } from './words';

// You is what concerns only oneself: how the app looks and listens here, one's password, where one is signed in, one's
// keys, the way out.
export function You() {
  const words = useWords();
  const texts = useTexts(youTexts);
  const me = useMe();
  const explain = useExplain();
  const signOut = useSignOut();
  return (
    <div className="page flex flex-col gap-8 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <div>
        <h1 {...arriving}>
          <bdi>{me.name || me.email}</bdi>
        </h1>
        <p className="text-ink-2">
          {me.name && <span dir="ltr">{me.email} · </span>}
          {words.role[me.role]}
        </p>
      </div>
      <section aria-labelledby="preferences" className="flex max-w-xl flex-col gap-4">
        <h2 id="preferences">{texts.preferences}</h2>
        <Choice name="theme" label={texts.theme} options={texts.themes} />
        <Choice name="language" label={texts.language} options={texts.languages} />
        <Choice name="keys" label={texts.keys} options={texts.keyModes} hint={texts.keysHint} />
        <Choice name="rows" label={texts.rows} options={texts.rowModes} />
        <Choice
          name="zone"
          label={texts.zone}
          options={texts.zones}
          hint={texts.zonesNow(me.time_zone || texts.noFirmZone, Intl.DateTimeFormat().resolvedOptions().timeZone)}
        />
        {'Notification' in globalThis && (
          <Choice name="notify" label={texts.notify} options={texts.notifyModes} hint={texts.notifyHint} />
        )}
      </section>
      <Password />
      <Sessions />
      <section aria-labelledby="programs" className="max-w-xl">
        <h2 id="programs" className="mb-2">
          {texts.programs}
        </h2>
        <p className="mb-2 text-ink-2">{texts.programsHint}</p>
        <Link to="/keys" className="button">
          {texts.keysOfApi}
        </Link>
      </section>
      <section aria-labelledby="leave" className="max-w-xl">
        <h2 id="leave" className="mb-2">
          {texts.leave}
        </h2>
        {signOut.isError && (
          <p role="alert" className="mb-2 text-error">
            {explain(signOut.error)}
          </p>
        )}
        <button type="button" className="button" onClick={() => signOut.mutate()}>
          {texts.signOut}
        </button>
      </section>
    </div>
  );
}

type ChoiceProps<Name extends keyof Preferences> = {
  name: Name;
  label: string;
  options: Record<Preferences[Name], string>;
  hint?: ReactNode;
};

function Choice<Name extends keyof Preferences>({ name, label, options, hint }: ChoiceProps<Name>) {
  const words = useWords();
  const texts = useTexts(youTexts);
  const current = usePreferences()[name];
  const id = useId();
  const choose = async (value: Preferences[Name]) => {
    try {
      if (name === 'language') await loadWords(value);
      if (name === 'notify' && value === 'on' && (await Notification.requestPermission()) !== 'granted') {
        showToast({ tone: 'error', text: texts.notAllowed });
        return;
      }
      setPreference(name, value);
    } catch {
      showToast({ tone: 'error', text: words.why.unreachable });
    }
  };
  return (
    <fieldset id={name} aria-describedby={hint ? id : undefined}>
      <legend className="mb-1 font-semibold">{label}</legend>
      {hint && (
        <p id={id} className="mb-1 text-meta text-ink-3">
          {hint}
        </p>
      )}
      <div className="flex flex-wrap gap-4">
        {(Object.entries(options) as [Preferences[Name], string][]).map(([value, text]) => (
          <label key={value} className="flex min-h-9 items-center gap-2">
            <input type="radio" className="size-5" name={name} checked={current === value} onChange={() => void choose(value)} />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Password() {
  const texts = useTexts(youTexts);
  const me = useMe();
  const explain = useExplain();
  const change = useChangePassword();
  const form = useRef<HTMLFormElement>(null);
  const wrong = useWrong(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    change.mutate(
      { current_password: String(data.get('current')), new_password: String(data.get('new')) },
      {
        onSuccess() {
          form.current?.reset();
          showToast({ text: texts.changed });
        },
      },
    );
  };
  return (
    <section aria-labelledby="password" className="max-w-xl">
      <h2 id="password" className="mb-2">
        {texts.password}
      </h2>
      <form ref={form} onSubmit={submit} noValidate>
        {change.isError && !isRefusal(change.error, 422) && (
          <p role="alert" className="mb-2 text-error">
            {explain(change.error)}
          </p>
        )}
        {/* Password managers want to know whose it is. */}
        <input type="text" name="username" autoComplete="username" defaultValue={me.email} hidden />
        <Field
          label={texts.currentPassword}
          name="current"
          type="password"
          autoComplete="current-password"
          error={wrong('current_password')}
        />
        <Field
          label={texts.newPassword}
          hint={texts.passwordHint}
          name="new"
          type="password"
          autoComplete="new-password"
          error={wrong('new_password')}
        />
        <button type="submit" className="button" aria-disabled={change.isPending}>
          {texts.change}
        </button>
      </form>
    </section>
  );
}
