import { CircleCheck, Mail, RotateCcw, UserRound } from 'lucide-react';
import type { Lead } from '../api/client';
import { Key } from '../keys/Key';
import { ariaFor } from '../keys/keys';
import { useMay, useMe } from '../session/session';
import { usePreferences } from '../shell/preferences';
import { useNameOf } from '../staff/staff';
import { Time, useNow } from '../words/Time';
import { useWords } from '../words/words';
import type { LeadActions } from './actions';

export type Decisions = {
  actions: LeadActions;
  onMark: (leads: Lead[]) => void;
  onAssign: (leads: Lead[]) => void;
};

// DecisionBar is what can be decided about a lead. It stands in the same place for every lead.
export function DecisionBar({
  lead,
  actions,
  onMark,
  onAssign,
  children,
}: Decisions & { lead: Lead; children?: React.ReactNode }) {
  const words = useWords();
  const mayWrite = useMay('leads:write');
  const { keys } = usePreferences();
  return (
    <div className="flex flex-wrap items-center gap-2">
      {mayWrite && lead.state === 'PENDING' && (
        <button
          type="button"
          className="button button-primary"
          aria-keyshortcuts={ariaFor('reach', keys)}
          onClick={() => onMark([lead])}
        >
          <CircleCheck size={18} aria-hidden="true" />
          {words.action.reach}
          <Key of="reach" />
        </button>
      )}
      {mayWrite && lead.state !== 'PENDING' && <BackButton lead={lead} actions={actions} />}
      {mayWrite && (
        <button type="button" className="button" aria-keyshortcuts={ariaFor('assign', keys)} onClick={() => onAssign([lead])}>
          <UserRound size={18} aria-hidden="true" />
          {words.action.assign}
          <Key of="assign" />
        </button>
      )}
      <a href={`mailto:${lead.email}`} className="button text-ink max-md:hidden" aria-keyshortcuts={ariaFor('write', keys)}>
        <Mail size={18} aria-hidden="true" />
        {words.action.write}
        <Key of="write" />
      </a>
      {children}
    </div>
  );
}

// BackButton says Undo to whoever has just marked the lead, and Reopen to everybody later.
function BackButton({ lead, actions }: { lead: Lead; actions: LeadActions }) {
  const words = useWords();
  const me = useMe();
  const now = useNow();
  const mine = lead.reached_out_by === me.id && lead.reached_out_at !== null && now - Date.parse(lead.reached_out_at) < 600_000;
  return (
    <button type="button" className="button" onClick={() => actions.reopen(lead)}>
      <RotateCcw size={18} aria-hidden="true" />
      {mine ? words.undo : words.reopen}
      {mine && <Key of="undo" />}
    </button>
  );
}

// Standing says how far the firm is with a lead: waiting since, or reached by whom and how.
export function Standing({ lead }: { lead: Lead }) {
  const words = useWords();
  const me = useMe();
  const nameOfUser = useNameOf();
  if (lead.state === 'PENDING' || !lead.reached_out_at) {
    return (
      <span>
        {words.lead.waiting} <Time at={lead.created_at} as="span" />
      </span>
    );
  }
  return (
    <span>
      <bdi>{lead.reached_out_by === me.id ? words.youBefore : nameOfUser(lead.reached_out_by ?? '')}</bdi> ·{' '}
      <Time at={lead.reached_out_at} as="date" />
      {lead.channel && ` · ${words.channel[lead.channel]}`}
    </span>
  );
}
