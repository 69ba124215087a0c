import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { Lead } from '../api/client';
import { useNameOf } from '../staff/staff';
import { useWords } from '../words/words';
import { LeadRow } from './LeadRow';
import type { LeadList } from './useLeadList';
import { comfortable, useRowHeight } from './useRowHeight';
import type { Selection } from './useSelection';

type Props = {
  list: LeadList;
  currentID: string | undefined;
  place: number;
  selection: Selection;
  canPick: boolean;
  onSelect: (lead: Lead) => void;
};

const ahead = 100; // rows before the end of what is here at which more is asked for

// LeadTable draws only the rows that are in sight, of however many there are, and
// gets more as one goes. The focus moves with the current lead when it is in the list.
export function LeadTable({ list: { leads, list, total }, currentID, place, selection, canPick, onSelect }: Props) {
  const words = useWords();
  const nameOfUser = useNameOf();
  const rowHeight = useRowHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: leads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => leads[index]?.id ?? index,
    overscan: 10,
    // The focused row stays in the page however far one scrolls.
    rangeExtractor: useCallback(
      (range: Range) => {
        const seen = defaultRangeExtractor(range);
        return place < 0 || place >= range.count || seen.includes(place) ? seen : [...seen, place].sort((a, b) => a - b);
      },
      [place],
    ),
  });
  useLayoutEffect(() => {
    if (rowHeight) rows.measure();
  }, [rowHeight, rows]);
  useMore(rows.getVirtualItems().at(0)?.index, rows.getVirtualItems().at(-1)?.index, leads.length, list);
  useSteadyTop(scroller, leads, rowHeight, list.data?.pageParams.length ?? 0, list.data?.pages[0]?.before ?? false);

  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    const index = leads.findIndex((lead) => lead.id === currentID);
    if (index < 0 || shown.current === currentID) return;
    shown.current = currentID; // from here on one may scroll away from it
    rows.scrollToIndex(index, { align: 'auto' });
  }, [currentID, leads, rows]);

  const focusIn = useRef(false);
  const drawn = rows.getVirtualItems().some(({ key }) => key === currentID);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list or a selection that has changed may have taken the focus with it
  useEffect(() => {
    // Keys that were meant for a row that has gone are for the next one.
    if (drawn && (focusIn.current || document.activeElement === document.body))
      scroller.current?.querySelector<HTMLElement>(`[data-lead="${currentID}"]`)?.focus({ preventScroll: true });
  }, [currentID, leads, drawn, selection.size]);

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={words.list.label}
      aria-rowcount={total ?? -1}
      aria-multiselectable={canPick}
      aria-busy={list.isFetching}
      className={`relative min-h-0 flex-1 overflow-y-auto overscroll-contain short:overscroll-auto ${list.isError ? 'grayscale' : ''}`}
      onFocus={() => (focusIn.current = true)}
      onBlur={(event) => (focusIn.current = event.currentTarget.contains(event.relatedTarget))}
    >
      <div role="rowgroup" style={{ height: rows.getTotalSize() }} className="relative">
        {rows.getVirtualItems().map(({ index, start }) => {
          const lead = leads[index];
          return (
            lead && (
              <LeadRow
                key={lead.id}
                lead={lead}
                index={index}
                top={start}
                height={rowHeight}
                isCompact={rowHeight < comfortable}
                current={lead.id === currentID}
                focusable={index === Math.max(0, place)}
                picked={selection.has(lead.id)}
                assignee={lead.assignee && nameOfUser(lead.assignee)}
                onSelect={onSelect}
                onPick={canPick ? selection.toggle : undefined}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

// useMore asks for the next pages, or those before, when the end of what is here comes near.
function useMore(top: number | undefined, bottom: number | undefined, count: number, list: LeadList['list']) {
  const { fetchNextPage, fetchPreviousPage, hasNextPage, hasPreviousPage, isFetching, isError } = list;
  useEffect(() => {
    if (isFetching || isError) return;
    if (hasNextPage && (bottom ?? 0) >= count - ahead) void fetchNextPage();
    else if (hasPreviousPage && (top ?? 0) < ahead) void fetchPreviousPage();
  }, [top, bottom, count, fetchNextPage, fetchPreviousPage, hasNextPage, hasPreviousPage, isFetching, isError]);
}

// useSteadyTop keeps what is in sight where it is when a page comes in above it.
function useSteadyTop(
  scroller: RefObject<HTMLDivElement | null>,
  leads: Lead[],
  rowHeight: number,
  pages: number,
  backwards: boolean,
) {
  const before = useRef({ first: '', pages: 0 });
  useLayoutEffect(() => {
    const { first, pages: known } = before.current;
    const above = backwards && pages > known ? leads.findIndex((lead) => lead.id === first) : 0;
    if (above > 0 && scroller.current) scroller.current.scrollTop += above * rowHeight;
    before.current = { first: leads[0]?.id ?? '', pages };
  }, [leads, rowHeight, pages, backwards, scroller]);
}
