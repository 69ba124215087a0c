import { useEffect, useRef } from 'react';
import type { Lead } from '../api/client';
import { showToast } from '../toast/toast';
import { useWords } from '../words/words';
import { nameOf } from './name';

// useAskAfterMail asks, when somebody comes back from the mail program, whether the
// prospect was reached. It gives what to call when they go there.
export function useAskAfterMail(lead: Lead | undefined, mark: (leads: Lead[]) => void): () => void {
  const words = useWords();
  const wrote = useRef(false);
  useEffect(() => {
    const back = () => {
      if (document.visibilityState !== 'visible' || !wrote.current || !lead) return;
      wrote.current = false;
      if (lead.state !== 'PENDING') return;
      showToast({
        text: words.didYouReach(nameOf(lead)),
        actions: [
          { label: words.yesMark, run: () => mark([lead]) },
          { label: words.notYet, run: () => undefined },
        ],
      });
    };
    document.addEventListener('visibilitychange', back);
    return () => document.removeEventListener('visibilitychange', back);
  }, [lead, mark, words]);
  return () => {
    wrote.current = true;
  };
}
