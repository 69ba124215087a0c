import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Lead } from '../api/client';
import { useKeys } from '../keys/useKeys';
import { useMe } from '../session/session';
import { useWide } from '../shell/useWide';
import { useWords } from '../words/words';
import { AssignDialog } from './AssignDialog';
import { useLeadActions } from './actions';
import { BulkBar, needsAsking } from './BulkBar';
import { LeadPane } from './LeadPane';
import { LeadTable } from './LeadTable';
import { ListNotice } from './ListNotice';
import { SearchBar } from './SearchBar';
import { useCurrent } from './useCurrent';
import { useLeadList } from './useLeadList';
import { useSelection } from './useSelection';
import { type ListSearch, sortOf, textOf, viewOf } from './views';

// Inbox is the list that the URL says, and the lead of it that the eye is on.
export function Inbox() {
  const search = useSearch({ from: '/' });
  return <List key={`${sortOf(search)} ${textOf(search)}`} search={search} />;
}

function List({ search: { lead: inURL, ...search } }: { search: ListSearch & { lead?: string } }) {
  const words = useWords();
  const me = useMe();
  const wide = useWide();
  const navigate = useNavigate();
  const actions = useLeadActions();
  const [text, sort] = [textOf(search), sortOf(search)];
  const list = useLeadList(text, sort, inURL);
  const current = useCurrent(list.leads, inURL, wide);
  const selection = useSelection(list.leads);
  const field = useRef<HTMLInputElement>(null);
  const [assigning, setAssigning] = useState<Lead[]>([]);
  const [asking, setAsking] = useState(false);

  const open = async ({ id }: Lead) => {
    await current.write(id);
    await navigate({ to: '/leads/$id', params: { id }, search });
  };
  const extend = (by: number) => {
    const from = current.lead;
    const to = current.move(by);
    selection.add([from, to].filter((lead) => lead !== undefined));
  };
  const mark = (leads: Lead[]) => {
    current.leave(leads);
    actions.mark(leads);
    selection.clear();
  };
  // lookAt goes to a lead that has come back, unless one has begun to do something else meanwhile.
  const lookAt = ({ id }: Lead) => {
    if (!document.activeElement?.matches('input, textarea')) current.select((now) => (now === current.id ? id : now));
  };
  // forMeant does something to the leads that a key is for: those picked, or the one that the eye is on.
  const forMeant = (act: (leads: Lead[]) => void) => {
    const leads = selection.size > 0 ? selection.all : current.lead ? [current.lead] : [];
    if (leads.length > 0) act(leads);
  };
  const forCurrent = (act: (lead: Lead) => void) => current.lead && act(current.lead);

  useKeys({
    next: () => current.move(1),
    previous: () => current.move(-1),
    extendDown: () => extend(1),
    extendUp: () => extend(-1),
    open: () => forCurrent((lead) => void open(lead)),
    reach: () => (needsAsking(selection.size) ? setAsking(true) : forMeant(mark)),
    undo: () => actions.undo(lookAt),
    select: () => forCurrent(selection.toggle),
    assign: () => forMeant(setAssigning),
    mine: () => forMeant((leads) => actions.assign(leads, me.id)),
    search: () => field.current?.select(),
    back: selection.clear,
  });

  const view = viewOf(text);
  return (
    <div className="flex min-h-0 flex-1">
      <title>{`${list.total === undefined ? '' : `(${list.total}) `}${view ? words.view[view] : words.list.label} · Usher`}</title>
      <section
        aria-labelledby="list-heading"
        className="flex min-h-0 min-w-0 flex-1 flex-col border-line lg:max-w-105 lg:border-e"
      >
        <SearchBar field={field} text={text} sort={sort} list={list} />
        {selection.size > 0 && (
          <BulkBar
            list={list}
            sort={sort}
            selection={selection}
            asking={asking}
            setAsking={setAsking}
            onMark={mark}
            onAssign={setAssigning}
          />
        )}
        <ListNotice list={list} text={text} sort={sort} />
        {list.leads.length > 0 && (
          <LeadTable
            list={list}
            currentID={current.id}
            place={current.place}
            selection={selection}
            onSelect={(lead) => (wide ? current.select(lead.id) : void open(lead))}
          />
        )}
      </section>
      {wide && current.id && (
        <LeadPane key={current.id} id={current.id} actions={actions} onMark={mark} onOpen={open} onAssign={setAssigning} />
      )}
      {assigning.length > 0 && (
        <AssignDialog leads={assigning} onAssign={(who) => actions.assign(assigning, who)} onClose={() => setAssigning([])} />
      )}
    </div>
  );
}
