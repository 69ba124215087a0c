import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { User } from '../api/client';
import { isRefusal } from '../api/refusal';
import { countsQuery, everyLead } from '../leads/query';
import { displayName, useColleagues } from '../staff/staff';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { hand, useChangeUser } from './query';
import { peopleTexts } from './words';

// Access keeps somebody out, after a second question, or lets them in again.
export function Access({ user, onClose }: { user: User; onClose: () => void }) {
  const texts = useTexts(peopleTexts);
  const explain = useExplain();
  const change = useChangeUser(user.id);
  const [asking, setAsking] = useState(false);
  const section = useRef<HTMLElement>(null);
  // What had the focus is replaced by the question, and by the button again: the focus stays with them, and in sight.
  const ask = (question: boolean) => {
    flushSync(() => setAsking(question));
    section.current?.querySelector<HTMLElement>(question ? '[role=group]' : 'button')?.focus();
  };
  const enable = () =>
    change.mutate(
      { disabled: false },
      {
        onSuccess() {
          onClose();
          showToast({ text: texts.enabled(displayName(user)) });
        },
      },
    );
  return (
    <section ref={section} aria-labelledby="access" className="mt-6 border-t border-line pt-4">
      <h3 id="access" className="mb-1 text-h2 font-semibold">
        {texts.access}
      </h3>
      {change.isError && (
        <p role="alert" className="mb-2 text-error">
          {isRefusal(change.error, 409) ? texts.lastAdmin : explain(change.error)}
        </p>
      )}
      {asking ? (
        <Disabling user={user} change={change} onClose={onClose} onKeep={() => ask(false)} />
      ) : (
        <>
          <p className="mb-2 text-ink-2">{user.disabled ? texts.enableHint : texts.disableHint}</p>
          {user.disabled ? (
            <button
              type="button"
              className="button"
              aria-disabled={change.isPending}
              onClick={() => !change.isPending && enable()}
            >
              {texts.enable}
            </button>
          ) : (
            <button type="button" className="button button-danger" onClick={() => ask(true)}>
              {texts.disable}
            </button>
          )}
        </>
      )}
    </section>
  );
}

type Props = { user: User; change: ReturnType<typeof useChangeUser>; onClose: () => void; onKeep: () => void };

// Disabling asks once more, and to whom the open leads go. First they are out, then
// their leads are given away: nobody waits for a long list to be safe.
function Disabling({ user, change, onClose, onKeep }: Props) {
  const words = useWords();
  const texts = useTexts(peopleTexts);
  const client = useQueryClient();
  const id = useId();
  const asked = { state: 'PENDING', assignee: user.id } as const;
  const open = useQuery({ ...countsQuery(asked), staleTime: 0 }).data?.PENDING ?? 0;
  const able = useColleagues().filter((colleague) => !colleague.disabled && colleague.id !== user.id);
  const [heir, setHeir] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const hasLeads = open > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the leads to give away it is higher
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [hasLeads]);
  const pass = async () => {
    const leads = await everyLead(asked, 'oldest', () => {});
    const failed = await hand(leads, heir);
    const who = able.find((colleague) => colleague.id === heir);
    void client.invalidateQueries({ queryKey: ['leads'] });
    if (failed < leads.length) showToast({ text: texts.handed(leads.length - failed, who ? displayName(who) : words.somebody) });
    if (failed > 0) showToast({ tone: 'error', stays: true, text: texts.notHanded(failed) });
  };
  const disable = () =>
    change.mutate(
      { disabled: true },
      {
        onSuccess() {
          onClose();
          showToast({ text: texts.out(displayName(user)) });
          if (heir) pass().catch(() => showToast({ tone: 'error', stays: true, text: texts.notHanded(open) }));
        },
      },
    );
  return (
    <div ref={box} role="group" tabIndex={-1} aria-labelledby={`${id}-sure`}>
      <p id={`${id}-sure`} className="mb-2 font-semibold">
        {texts.sure(displayName(user))}
      </p>
      {hasLeads && (
        <div className="mb-4">
          <label htmlFor={id} className="mb-1 block">
            {texts.hand(open)}
          </label>
          <select id={id} className="field" value={heir} onChange={(event) => setHeir(event.target.value)}>
            <option value="">{texts.leave}</option>
            {able.map((colleague) => (
              <option key={colleague.id} value={colleague.id}>
                {displayName(colleague)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button button-danger"
          aria-disabled={change.isPending}
          onClick={() => !change.isPending && disable()}
        >
          {change.isPending ? texts.disabling : texts.disable}
        </button>
        <button type="button" className="button" onClick={onKeep}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
