import { CircleCheck, Clock } from 'lucide-react';
import type { State } from '../api/client';
import { useWords } from '../words/words';

// StateBadge says the state in words, with a colour and a picture.
export function StateBadge({ state }: { state: State }) {
  const words = useWords();
  const [Icon, colours] =
    state === 'PENDING' ? [Clock, 'bg-pending-bg text-pending'] : [CircleCheck, 'bg-reached-bg text-reached'];
  return (
    <span className={`inline-flex items-center gap-1 rounded-control px-1.5 py-0.5 text-meta whitespace-nowrap ${colours}`}>
      <Icon size={14} aria-hidden="true" />
      {words.state[state]}
    </span>
  );
}
