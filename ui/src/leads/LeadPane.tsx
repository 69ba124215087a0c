import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Maximize2 } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Lead } from '../api/client';
import { Unreachable } from '../api/refusal';
import { Key } from '../keys/Key';
import { ariaFor } from '../keys/keys';
import { useKeys } from '../keys/useKeys';
import { Others } from '../live/Others';
import { useLooking } from '../live/presence';
import { ResumePane } from '../resume/ResumePane';
import { useMay } from '../session/session';
import { usePreferences } from '../shell/preferences';
import { NoteBox } from '../timeline/NoteBox';
import { Timeline } from '../timeline/Timeline';
import { useExplain } from '../words/explain';
import { useWords } from '../words/words';
import { knownLead } from './cache';
import { DecisionBar, type Decisions, Standing } from './DecisionBar';
import { Earlier } from './Earlier';
import { Facts } from './Facts';
import { nameOf } from './name';
import { leadQuery } from './query';
import { StateBadge } from './StateBadge';

// useLead is a lead: at once as a list had it, then as the server has it now. It stays as the
// list had it while the server doesn't answer; one that the server refuses isn't shown.
export function useLead(id: string) {
  const client = useQueryClient();
  const query = useQuery({ ...leadQuery(id), placeholderData: () => knownLead(client, id) });
  const kept = query.error instanceof Unreachable ? knownLead(client, id) : undefined;
  return { lead: query.data ?? kept, error: query.error, refetch: query.refetch };
}

// LeadPane is the lead that the eye is on, beside the list: who it is and the resume,
// then what has happened.
export function LeadPane({ id, onOpen, ...decisions }: Decisions & { id: string; onOpen: (lead: Lead) => Promise<void> }) {
  const words = useWords();
  const explain = useExplain();
  const { keys } = usePreferences();
  const { lead, error } = useLead(id);
  const mayWrite = useMay('leads:write');
  const note = useRef<HTMLTextAreaElement>(null);
  const [rested, rest] = useRested();
  useLooking(rested ? id : undefined);
  useKeys({
    note:
      mayWrite &&
      (() => {
        // What is typed next is the note, also when this was quicker than the pane.
        flushSync(rest);
        note.current?.focus();
      }),
    write: () => lead && location.assign(`mailto:${lead.email}`),
  });
  return (
    <section aria-labelledby="lead-heading" className="flex min-h-0 min-w-0 flex-1 scroll-pt-48 flex-col overflow-y-auto">
      {error && !lead && (
        <p role="alert" className="m-4 rounded-control bg-error-bg p-3 text-error">
          {explain(error)}
        </p>
      )}
      {lead && (
        <>
          <div className="sticky top-0 z-10 flex flex-col gap-2 border-b border-line bg-bg p-4">
            <div className="flex flex-wrap items-center gap-x-2">
              <h2 id="lead-heading" className="min-w-0 truncate text-h1">
                <bdi>{nameOf(lead)}</bdi>
              </h2>
              <StateBadge state={lead.state} />
              <span className="text-ink-2">
                <Standing lead={lead} />
              </span>
              <Others lead={lead.id} />
            </div>
            <DecisionBar lead={lead} {...decisions}>
              <button
                type="button"
                className="button"
                aria-keyshortcuts={ariaFor('open', keys)}
                onClick={() => void onOpen(lead)}
              >
                <Maximize2 size={18} aria-hidden="true" />
                {words.action.open}
                <Key of="open" />
              </button>
            </DecisionBar>
          </div>
          <div className="flex flex-col gap-4 p-4">
            <Facts lead={lead} />
            {rested && (
              <>
                <Earlier lead={lead} />
                <ResumePane lead={lead} />
                {mayWrite && <NoteBox lead={lead} field={note} />}
                <Timeline id={lead.id} />
              </>
            )}
          </div>
        </>
      )}
    </section>
  );
}

// useRested is false for the first moment of a lead: passing over it by j and k must
// neither load its resume nor count as having looked at it. It gives the way to end that, too.
function useRested(): [boolean, () => void] {
  const [rested, setRested] = useState(false);
  const rest = useCallback(() => setRested(true), []);
  useEffect(() => {
    const timer = setTimeout(rest, 150);
    return () => clearTimeout(timer);
  }, [rest]);
  return [rested, rest];
}
