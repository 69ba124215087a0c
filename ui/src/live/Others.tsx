import { Eye } from 'lucide-react';
import { displayName, useColleagues } from '../staff/staff';
import { useWords } from '../words/words';
import { useOthers } from './presence';

// useNames gives the names of those who look at a lead beside oneself, as one text; empty for nobody.
function useNames(lead: string): string {
  const colleagues = useColleagues();
  const others = useOthers(lead);
  return others
    .map((user) => colleagues.find((colleague) => colleague.id === user))
    .filter((colleague) => colleague !== undefined)
    .map(displayName)
    .join(', ');
}

// OthersDot shows in a row that somebody else looks at its lead.
export function OthersDot({ lead }: { lead: string }) {
  const words = useWords();
  const names = useNames(lead);
  return names ? (
    <span title={words.lead.looking(names)} className="inline-flex shrink-0 items-center text-accent">
      <Eye size={16} aria-hidden="true" />
      <span className="sr-only">{words.lead.looking(names)}</span>
    </span>
  ) : null;
}

// Others says who else looks at a lead.
export function Others({ lead }: { lead: string }) {
  const words = useWords();
  const names = useNames(lead);
  return (
    <p role="status" className="flex items-center gap-1 text-accent empty:hidden">
      {names && (
        <>
          <Eye size={16} aria-hidden="true" />
          <bdi>{words.lead.looking(names)}</bdi>
        </>
      )}
    </p>
  );
}
