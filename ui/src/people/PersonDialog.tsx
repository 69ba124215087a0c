import { type FormEvent, useRef } from 'react';
import type { User } from '../api/client';
import { isRefusal, Refusal } from '../api/refusal';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { displayName } from '../staff/staff';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { Access } from './Access';
import { EndSessions } from './EndSessions';
import { NewLink } from './NewLink';
import { useChangeUser } from './query';
import { RoleFields, roleIn } from './RoleFields';
import { useFocusOnWrong } from './useFocusOnWrong';
import { peopleTexts } from './words';

// PersonDialog changes what somebody is called and may do, and keeps them out or lets them in.
export function PersonDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const words = useWords();
  const texts = useTexts(peopleTexts);
  const explain = useExplain();
  const change = useChangeUser(user.id);
  const form = useRef<HTMLFormElement>(null);
  const violation = change.error instanceof Refusal ? change.error.field('name') : undefined;
  const wrong = violation && (texts.wrong[violation.code as keyof typeof texts.wrong] ?? violation.message);
  useFocusOnWrong(form, change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (change.isPending) return;
    const data = new FormData(event.currentTarget);
    change.mutate(
      { name: String(data.get('name')), ...roleIn(data) },
      {
        onSuccess(changed) {
          onClose();
          showToast({ text: texts.stored(displayName(changed)) });
        },
      },
    );
  };
  return (
    <Dialog title={displayName(user)} onClose={onClose}>
      {user.name && (
        <p dir="ltr" className="-mt-3 mb-4 text-ink-2 rtl:text-end">
          {user.email}
        </p>
      )}
      <form ref={form} noValidate autoComplete="off" onSubmit={submit}>
        {change.isError && !wrong && (
          <p role="alert" className="mb-4 text-error">
            {isRefusal(change.error, 409) ? texts.lastAdmin : explain(change.error)}
          </p>
        )}
        <Field label={texts.name} name="name" dir="auto" autoComplete="off" defaultValue={user.name} error={wrong} />
        <RoleFields was={user} />
        <div className="flex flex-wrap gap-2">
          <button type="submit" className="button button-primary" aria-disabled={change.isPending}>
            {change.isPending ? texts.storing : texts.store}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
        </div>
      </form>
      <NewLink user={user} onClose={onClose} />
      {!user.disabled && <EndSessions user={user} onClose={onClose} />}
      <Access user={user} onClose={onClose} />
    </Dialog>
  );
}
