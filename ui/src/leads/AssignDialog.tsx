import { useState } from 'react';
import type { Lead } from '../api/client';
import { useMe } from '../session/session';
import { Dialog } from '../shell/Dialog';
import { displayName, useColleagues } from '../staff/staff';
import { useTexts, useWords } from '../words/words';
import { nameOf } from './name';
import { assignTexts } from './words';

type Props = { leads: Lead[]; onAssign: (user: string | null) => void; onClose: () => void };

// AssignDialog asks who takes care of leads: oneself first, then everybody who can
// sign in, found by a few letters and Enter.
export function AssignDialog({ leads, onAssign, onClose }: Props) {
  const words = useWords();
  const texts = useTexts(assignTexts);
  const me = useMe();
  const colleagues = useColleagues();
  const [typed, setTyped] = useState('');
  const able = colleagues.filter((colleague) => !colleague.disabled && colleague.id !== me.id);
  const everybody = [{ id: me.id, text: texts.me }, ...able.map((who) => ({ id: who.id, text: displayName(who) }))];
  const choices = [...everybody, { id: null, text: words.nobody }].filter(({ text }) =>
    text.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  const choose = (user: string | null) => {
    onClose();
    onAssign(user);
  };
  const first = choices[0];
  return (
    <Dialog title={leads[0] && leads.length === 1 ? texts.one(nameOf(leads[0])) : texts.many(leads.length)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (first) choose(first.id);
        }}
      >
        <input
          className="field mb-2"
          aria-label={texts.find}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
      <ul className="flex max-h-80 flex-col overflow-y-auto">
        {choices.map(({ id, text }) => (
          <li key={id ?? 'nobody'}>
            <button
              type="button"
              className="button button-plain w-full justify-start focus-visible:-outline-offset-3"
              onClick={() => choose(id)}
            >
              <bdi>{text}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {choices.length === 0 && <p>{texts.nobodyFound}</p>}
      <button type="button" className="button mt-2" onClick={onClose}>
        {words.cancel}
      </button>
    </Dialog>
  );
}
