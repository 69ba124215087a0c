import { Key } from '../keys/Key';
import { ariaFor } from '../keys/keys';
import { usePreferences } from '../shell/preferences';
import { useWords } from '../words/words';

const most = 99;

// Fresh says that leads have come in since the list was opened, and shows them to who
// asks for it. It lies over the list, because nothing may move when it appears.
export function Fresh({ count, onShow }: { count: number; onShow: () => void }) {
  const words = useWords();
  const { keys } = usePreferences();
  if (count === 0) return null;
  return (
    <div className="relative z-10 h-0 text-center">
      <button
        type="button"
        className="button button-primary mt-2 min-h-8 rounded-full px-4 text-meta shadow-xl"
        aria-keyshortcuts={ariaFor('showNew', keys)}
        onClick={onShow}
      >
        {words.list.fresh(count > most ? `${most}+` : `${count}`)}
        <Key of="showNew" />
      </button>
    </div>
  );
}
