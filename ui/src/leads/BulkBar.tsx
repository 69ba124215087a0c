import { useState } from 'react';
import type { Lead } from '../api/client';
import { Dialog } from '../shell/Dialog';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { everyLead } from './query';
import type { LeadList } from './useLeadList';
import type { Selection } from './useSelection';
import type { Sort } from './views';
import { bulkTexts } from './words';

type Props = {
  list: LeadList;
  sort: Sort;
  selection: Selection;
  asking: Lead[]; // about which it is asked, as they were when that began; else none
  setAsking: (leads: Lead[]) => void;
  onReach: () => void;
  onMark: (leads: Lead[]) => void;
  onAssign: (leads: Lead[]) => void;
};

// BulkBar is what can be done to the leads that are picked.
export function BulkBar({ list, sort, selection, asking, setAsking, onReach, onMark, onAssign }: Props) {
  const words = useWords();
  const texts = useTexts(bulkTexts);
  const [loaded, pickAll] = usePickAll(list, sort, selection);
  const { size } = selection;
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-selected p-2">
      <p role="status" className="font-semibold">
        {loaded === null ? texts.picked(size) : texts.loading(loaded, list.total ?? loaded)}
      </p>
      <button type="button" className="button button-primary" onClick={onReach}>
        {words.action.reach}
      </button>
      <button type="button" className="button" onClick={() => onAssign(selection.all)}>
        {words.action.assign}
      </button>
      {list.total !== undefined && list.total > size && loaded === null && (
        <button type="button" className="button" onClick={pickAll}>
          {texts.all(list.total)}
        </button>
      )}
      <button type="button" className="button button-plain" onClick={selection.clear}>
        {texts.clear}
      </button>
      {asking.length > 0 && (
        <Dialog title={texts.ask(asking.length)} onClose={() => setAsking([])}>
          <p className="mb-4">{texts.explain}</p>
          <div className="flex gap-2">
            <button
              type="button"
              className="button button-primary"
              onClick={() => {
                setAsking([]);
                onMark(asking);
              }}
            >
              {texts.yes(asking.length)}
            </button>
            <button type="button" className="button" onClick={() => setAsking([])}>
              {words.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

// usePickAll picks every lead that matches and tells how many it has so far; null
// when it isn't at it.
function usePickAll({ asked }: LeadList, sort: Sort, selection: Selection): [number | null, () => void] {
  const explain = useExplain();
  const [loaded, setLoaded] = useState<number | null>(null);
  const pickAll = async () => {
    if (!asked) return;
    try {
      selection.add(await everyLead(asked, sort, setLoaded));
    } catch (error) {
      showToast({ tone: 'error', text: explain(error) });
    }
    setLoaded(null);
  };
  return [loaded, () => void pickAll()];
}
