import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Lead } from '../api/client';
import { Time } from '../words/Time';
import { useWords } from '../words/words';
import { nameOf } from './name';
import { sameEmailQuery } from './query';
import { StateBadge } from './StateBadge';

// Earlier lists the other leads of the same address.
export function Earlier({ lead }: { lead: Lead }) {
  const words = useWords();
  const { data } = useQuery(sameEmailQuery(lead.id));
  const others = data?.filter((other) => other.id !== lead.id) ?? [];
  if (others.length === 0) return null;
  return (
    <section aria-label={words.lead.others}>
      <h2 className="mb-1">{words.lead.others}</h2>
      <ul>
        {others.map((other) => (
          <li key={other.id} className="flex flex-wrap items-center gap-2 py-1">
            <Link to="/leads/$id" params={{ id: other.id }} className="inline-flex min-h-6 items-center">
              <bdi>{nameOf(other)}</bdi>, {other.reference}
            </Link>
            <StateBadge state={other.state} />
            <span className="text-ink-3">
              <Time at={other.created_at} as="date" />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
