import { Dialog } from '../shell/Dialog';
import { usePreferences } from '../shell/preferences';
import { useWords } from '../words/words';
import { type Action, characters, keyFor } from './keys';

// Help lists the keys, and where to switch them off.
export function Help({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { keys } = usePreferences();
  const actions: Action[] = ['palette', ...new Set(Object.values(characters))];
  return (
    <Dialog title={words.help.title} onClose={onClose} wide>
      {keys === 'off' ? (
        <p className="mb-4">{words.help.off}</p>
      ) : (
        <dl className="mb-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 sm:grid-cols-[auto_1fr_auto_1fr]">
          {actions.map((action) => (
            <div key={action} className="contents">
              <dt>
                <kbd className="key text-meta">{keyFor(action, keys)}</kbd>
              </dt>
              <dd>{words.action[action]}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="mb-4 text-ink-2">{words.help.always}</p>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button button-primary" onClick={onClose}>
          {words.close}
        </button>
        <a className="button" href="/app/you#keys">
          {words.help.change}
        </a>
        <a className="button" href="/docs">
          {words.help.api}
        </a>
        <a className="button" href="/app/licenses.txt">
          {words.help.licenses}
        </a>
      </div>
    </Dialog>
  );
}
