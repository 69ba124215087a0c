import { memo } from 'react';
import type { Lead } from '../api/client';
import { OthersDot } from '../live/Others';
import { Time } from '../words/Time';
import { useWords } from '../words/words';
import { nameOf } from './name';
import { StateBadge } from './StateBadge';

type Props = {
  lead: Lead;
  index: number;
  top: number;
  height: number;
  isCompact: boolean;
  current: boolean;
  focusable: boolean;
  picked: boolean;
  assignee: string | null;
  onSelect: (lead: Lead) => void;
  onPick: ((lead: Lead, range: boolean) => void) | undefined;
};

// LeadRow is one line of the list. It is drawn again only when its own lead or place changes.
export const LeadRow = memo(function LeadRow({
  lead,
  index,
  top,
  height,
  isCompact,
  current,
  focusable,
  picked,
  assignee,
  onSelect,
  onPick,
}: Props) {
  const words = useWords();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are j, k and Enter
    <div
      role="row"
      data-lead={lead.id}
      tabIndex={focusable ? 0 : -1}
      aria-rowindex={index + 1}
      aria-selected={onPick && picked}
      aria-current={current || undefined}
      onClick={() => onSelect(lead)}
      style={{ transform: `translateY(${top}px)`, height }}
      className={`absolute inset-x-0 top-0 flex items-center gap-3 border-b border-line px-3 focus-visible:-outline-offset-3 ${current ? 'bg-selected' : 'hover:bg-surface'}`}
    >
      {onPick && (
        <div role="gridcell">
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click for the box is none for the row */}
          <label
            className="-m-2 flex size-9 cursor-pointer items-center justify-center"
            onClick={(event) => event.stopPropagation()}
          >
            <input
              type="checkbox"
              tabIndex={-1}
              className="size-4 cursor-pointer"
              checked={picked}
              aria-label={words.pick(nameOf(lead))}
              onChange={({ nativeEvent }) => onPick(lead, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
            />
          </label>
        </div>
      )}
      <div role="gridcell" className={`min-w-0 flex-1 ${isCompact ? 'flex items-center gap-2' : ''}`}>
        <div className="flex min-w-0 items-center gap-1">
          <span className="truncate font-semibold">
            <bdi>{nameOf(lead)}</bdi>
          </span>
          <OthersDot lead={lead.id} />
        </div>
        {/* The name comes first where there is little room. */}
        <div className={`truncate text-meta text-ink-3 ${isCompact ? 'flex-1 basis-0' : ''}`}>
          {!isCompact && `${lead.reference} · `}
          {assignee ? <bdi>{assignee}</bdi> : <span className={isCompact ? 'sr-only' : ''}>{words.unassigned}</span>}
        </div>
      </div>
      <div role="gridcell" className={`flex shrink-0 ${isCompact ? 'items-center gap-2' : 'flex-col items-end gap-0.5'}`}>
        <StateBadge state={lead.state} />
        <span className="text-meta text-ink-2">
          {lead.state === 'PENDING' ? <Time at={lead.created_at} as="span" /> : <Time at={lead.created_at} as="date" />}
        </span>
      </div>
    </div>
  );
});
