import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { listSearch, sortOf } from '../leads/views';
import { Dialog } from '../shell/Dialog';
import { usePreferences } from '../shell/preferences';
import { useSavedViews } from '../views/query';
import { useTexts, useWords } from '../words/words';
import { type Action, keyFor, keyOfView } from './keys';
import { perform, possible } from './useKeys';
import { paletteTexts } from './words';

type Command = { name: string; label: string; key: string; run: () => void };

// What moves within the list has no use for a name.
const moves: Action[] = ['next', 'previous', 'extendDown', 'extendUp', 'back', 'palette', 'savedView'];

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

// matches tells whether each word that was typed begins a word of the label.
function matches(label: string, typed: string): boolean {
  const parts = fold(label).split(/[^\p{L}\p{N}]+/u);
  return fold(typed)
    .split(/\s+/u)
    .every((word) => parts.some((part) => part.startsWith(word)));
}

// Palette does by name what is done by keys, and teaches the keys on the way. What is
// no name of anything is searched for.
export function Palette({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const texts = useTexts(paletteTexts);
  const { keys } = usePreferences();
  const navigate = useNavigate();
  const id = useId();
  const saved = useSavedViews();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => {
    const actions = possible().filter((action) => !moves.includes(action));
    const named = actions.map((action): Command => {
      return { name: action, label: words.action[action], key: keyFor(action, keys), run: () => perform(action) };
    });
    const lists = saved.map(({ id: name, name: label, q, sort }, index): Command => {
      return { name, label, key: keyOfView(index + 1, keys), run: () => void navigate({ to: '/', search: listSearch(q, sort) }) };
    });
    return [...named, ...lists];
  }, [words, keys, saved, navigate]);

  const text = typed.trim();
  const found = all.filter(({ label }) => matches(label, text));
  const search = () => void navigate({ to: '/', search: listSearch(text, sortOf({ q: text })) });
  const commands = text ? [...found, { name: 'find', label: texts.find(text), key: '', run: search }] : found;
  const chosen = Math.min(at, commands.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    // Once the dialog has gone and the focus is back where it was.
    setTimeout(command.run);
  };
  const go = (to: number) => {
    const next = (to + commands.length) % commands.length;
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') go(chosen + 1);
    else if (event.key === 'ArrowUp') go(chosen - 1);
    else if (event.key === 'Enter') run(commands[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={texts.title} onClose={onClose} wide>
      <input
        type="text"
        role="combobox"
        aria-label={texts.label}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={`${id}-${chosen}`}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        className="field mb-2"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} ref={list} role="listbox" aria-label={texts.title} className="max-h-80 overflow-y-auto">
        {commands.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
          <div
            key={command.name}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={`flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-3 pointer-coarse:min-h-11 ${index === chosen ? 'bg-selected' : ''}`}
            onPointerMove={() => setAt(index)}
            onClick={() => run(command)}
          >
            <bdi className="min-w-0 flex-1 truncate">{command.label}</bdi>
            {command.key && <kbd className="key text-meta">{command.key}</kbd>}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
