import { Link } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { displayName, useColleagues } from '../staff/staff';
import { useTexts } from '../words/words';
import { type AuditSearch, type Entry, kindOf } from './query';
import { auditTexts } from './words';

// Target is what something was done to: a user by name, a lead or a view by its page, an API key.
export function Target({ entry, search }: { entry: Entry; search: AuditSearch }) {
  const texts = useTexts(auditTexts);
  const { target } = entry;
  if (!target || target === entry.actor) return null; // whoever signs in does it to nobody else
  return (
    <span className="inline-flex items-start gap-x-1">
      <Place entry={entry} target={target} />
      {search.target !== target && (
        <Link
          to="/audit"
          search={{ target }}
          aria-label={texts.allAboutIt}
          title={texts.allAboutIt}
          className="inline-flex size-6 shrink-0 items-center justify-center rounded-control hover:bg-raised"
        >
          <ListFilter size={16} aria-hidden="true" />
        </Link>
      )}
    </span>
  );
}

function Place({ entry, target }: { entry: Entry; target: string }) {
  const texts = useTexts(auditTexts);
  const place = 'inline-flex min-h-6 items-center';
  switch (kindOf(entry)) {
    case 'user':
      return <About id={target} />;
    case 'api_key':
      return texts.apiKey;
    case 'view':
      if (entry.action === 'view.removed') return texts.view;
      return (
        <Link to="/views/$id" params={{ id: target }} className={place}>
          {texts.view}
        </Link>
      );
    default:
      if (entry.action === 'lead.erased') return texts.lead;
      return (
        <Link to="/leads/$id" params={{ id: target }} className={place}>
          {texts.lead}
        </Link>
      );
  }
}

// About names a user, and of all else that it is one lead or view.
export function About({ id }: { id: string }) {
  const texts = useTexts(auditTexts);
  const user = useColleagues().find((colleague) => colleague.id === id);
  return user ? <bdi>{displayName(user)}</bdi> : texts.oneThing;
}
