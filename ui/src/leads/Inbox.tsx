import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Lead } from '../api/client';
import { useKeys } from '../keys/useKeys';
import { may, useMe } from '../session/session';
import { later } from '../shell/later';
import { useWide } from '../shell/useWide';
import { useSavedView } from '../views/query';
import { useWords } from '../words/words';
import { useLeadActions } from './actions';
import { Fresh } from './Fresh';
import { LeadPane } from './LeadPane';
import { LeadTable } from './LeadTable';
import { ListNotice } from './ListNotice';
import { SearchBar } from './SearchBar';
import { useCurrent } from './useCurrent';
import { useLeadList } from './useLeadList';
import { toAskAbout, useSelection } from './useSelection';
import { type ListSearch, sortOf, textOf, viewOf } from './views';

const BulkBar = later(async () => (await import('./BulkBar')).BulkBar);
const AssignDialog = later(async () => (await import('./AssignDialog')).AssignDialog);

// Inbox is the list that the URL says, and the lead of it that the eye is on.
export function Inbox() {
  const search = useSearch({ from: '/' });
  const [round, setRound] = useState(0);
  const restart = () => setRound(round + 1);
  return <List key={`${round} ${sortOf(search)} ${textOf(search)}`} search={search} onRestart={restart} />;
}

type Props = { search: ListSearch & { lead?: string }; onRestart: () => void };

function List({ search: { lead: inURL, ...search }, onRestart }: Props) {
  const words = useWords();
  const me = useMe();
  const mayWrite = may(me, 'leads:write');
  const wide = useWide();
  const navigate = useNavigate();
  const actions = useLeadActions();
  const [text, sort] = [textOf(search), sortOf(search)];
  const list = useLeadList(text, sort, inURL);
  const current = useCurrent(list.leads, inURL, wide);
  const selection = useSelection(list.leads);
  const field = useRef<HTMLInputElement>(null);
  const [assigning, setAssigning] = useState<Lead[]>([]);
  const [asking, setAsking] = useState<Lead[]>([]);

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
  // showNew goes to the first of those that have come in. Where the list isn't here as
  // far as that, it begins anew there.
  const showNew = async () => {
    const [here] = list.held;
    const [elsewhere] = list.beyond;
    if (here) {
      list.release();
      current.select(here.id);
    } else if (elsewhere) {
      await current.write(elsewhere.id);
      onRestart();
    }
  };
  const markMeant = () => {
    const asked = toAskAbout(selection.all);
    if (asked.length > 0) setAsking(asked);
    else forMeant(mark);
  };
  const forCurrent = (act: (lead: Lead) => void) => current.lead && act(current.lead);

  useKeys({
    next: () => current.move(1),
    previous: () => current.move(-1),
    extendDown: mayWrite && (() => extend(1)),
    extendUp: mayWrite && (() => extend(-1)),
    open: () => forCurrent((lead) => void open(lead)),
    reach: mayWrite && markMeant,
    undo: mayWrite && (() => actions.undo(lookAt)),
    select: mayWrite && (() => forCurrent(selection.toggle)),
    assign: mayWrite && (() => forMeant(setAssigning)),
    mine: mayWrite && (() => forMeant((leads) => actions.assign(leads, me.id))),
    showNew: () => void showNew(),
    search: () => field.current?.select(),
    back: selection.clear,
  });

  const view = viewOf(text);
  const saved = useSavedView(text, sort);
  return (
    <div className="flex min-h-0 flex-1">
      <title>{`${list.total === undefined ? '' : `(${list.total}) `}${saved?.name ?? (view ? words.view[view] : words.list.found)} · Usher`}</title>
      <section
        aria-labelledby="list-heading"
        className="flex min-h-0 min-w-0 flex-1 flex-col border-line lg:max-w-105 lg:border-e"
      >
        <SearchBar field={field} text={text} sort={sort} list={list}>
          <Fresh count={list.held.length + list.beyond.length} onShow={() => void showNew()} />
        </SearchBar>
        {mayWrite && selection.size > 0 && (
          <BulkBar
            list={list}
            sort={sort}
            selection={selection}
            asking={asking}
            setAsking={setAsking}
            onReach={markMeant}
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
            canPick={mayWrite}
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
