import { Key } from '../keys/Key';
import { ariaFor } from '../keys/keys';
import { usePreferences } from '../shell/preferences';
import { useWords } from '../words/words';

const most = 99;

// Fresh says that leads have come in since the list was opened, and shows them to who
// asks for it. It stands beside the heading: nothing moves when it appears, and no row
// that somebody is about to press is under it.
export function Fresh({ count, onShow }: { count: number; onShow: () => void }) {
  const words = useWords();
  const { keys } = usePreferences();
  if (count === 0) return null;
  return (
    <button
      type="button"
      className="button button-primary -my-1 ms-auto min-h-8 shrink-0 rounded-full px-4 text-meta"
      aria-keyshortcuts={ariaFor('showNew', keys)}
      onClick={onShow}
    >
      {words.list.fresh(count > most ? `${most}+` : `${count}`)}
      <Key of="showNew" />
    </button>
  );
}
