import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { isRefusal } from '../api/refusal';
import { Key } from '../keys/Key';
import { useKeys } from '../keys/useKeys';
import { Others } from '../live/Others';
import { useLooking } from '../live/presence';
import { ResumePane } from '../resume/ResumePane';
import { may, mayDelete, useMe } from '../session/session';
import { arriving } from '../shell/arriving';
import { later } from '../shell/later';
import { Trouble } from '../shell/Trouble';
import { NoteBox } from '../timeline/NoteBox';
import { Timeline } from '../timeline/Timeline';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { useLeadActions } from './actions';
import { DecisionBar, Standing } from './DecisionBar';
import { DeleteDialog } from './DeleteDialog';
import { Earlier } from './Earlier';
import { Facts } from './Facts';
import { useLead } from './LeadPane';
import { nameOf } from './name';
import { StateBadge } from './StateBadge';
import { useAskAfterMail } from './useAskAfterMail';
import { useLeadList } from './useLeadList';
import { sortOf, textOf } from './views';
import { removeTexts } from './words';

const AssignDialog = later(async () => (await import('./AssignDialog')).AssignDialog);

// LeadPage is a lead by itself: what mails link to, and what a phone shows.
export function LeadPage() {
  const { id } = useParams({ from: '/leads/$id' });
  return <Page key={id} id={id} />;
}

function Page({ id }: { id: string }) {
  const words = useWords();
  const texts = useTexts(removeTexts);
  const explain = useExplain();
  const me = useMe();
  const navigate = useNavigate();
  const search = useSearch({ from: '/leads/$id' });
  const actions = useLeadActions();
  const { lead, error, refetch } = useLead(id);
  const { leads } = useLeadList(textOf(search), sortOf(search), id);
  const mayWrite = may(me, 'leads:write');
  const note = useRef<HTMLTextAreaElement>(null);
  const [open, setOpen] = useState<'assign' | 'delete' | null>(null);
  useLooking(lead && id);
  const wrote = useAskAfterMail(lead, actions.mark);

  // The neighbours are those of the list that one came from; a lead that isn't in it
  // any more, because it was marked, has stood before all that came in later.
  const index = leads.findIndex((other) => other.id === id);
  const isAfter = (at: string) => (sortOf(search) === 'oldest' ? at > (lead?.created_at ?? '') : at < (lead?.created_at ?? ''));
  const next = index >= 0 ? leads[index + 1] : (leads.find((other) => isAfter(other.created_at)) ?? leads[0]);
  const previous = index >= 0 ? leads[index - 1] : leads.findLast((other) => !isAfter(other.created_at));
  const go = (to: { id: string } | undefined) => {
    if (to) void navigate({ to: '/leads/$id', params: { id: to.id }, search, replace: true });
    else showToast({ text: words.lead.noMore });
  };
  const mark = () => {
    if (!lead) return;
    actions.mark([lead]);
    if (lead.state === 'PENDING' && next) go(next);
  };

  useKeys({
    reach: mayWrite && mark,
    undo: mayWrite && (() => actions.undo()),
    assign: mayWrite && (() => lead && setOpen('assign')),
    mine: mayWrite && (() => lead && actions.assign([lead], me.id)),
    note: mayWrite && (() => note.current?.focus()),
    write: () => lead && location.assign(`mailto:${lead.email}`),
    nextLead: () => go(next),
    previousLead: () => go(previous),
    next: () => go(next),
    previous: () => go(previous),
    back: () => void navigate({ to: '/', search: { ...search, lead: id } }),
  });

  if (!lead) {
    const [what, why] = isRefusal(error, 404) ? [words.lead.gone, words.lead.whyGone] : [words.lead.failed, explain(error)];
    return error ? (
      <Trouble title={what} why={why} onRetry={() => void refetch()} />
    ) : (
      <p role="status" className="late p-6">
        {words.loading}
      </p>
    );
  }
  return (
    <article aria-labelledby="lead-heading" className="flex min-h-0 flex-1 flex-col">
      <title>{`${nameOf(lead)} · Usher`}</title>
      <div className="flex flex-col gap-2 border-b border-line p-4">
        <div className="flex flex-wrap items-center gap-2">
          <Link to="/" search={{ ...search, lead: id }} className="icon-button" aria-label={words.lead.toList}>
            <ArrowLeft size={20} aria-hidden="true" />
          </Link>
          <h1 {...arriving} id="lead-heading" className="min-w-0 wrap-anywhere max-md:line-clamp-3">
            <bdi>{nameOf(lead)}</bdi>
          </h1>
          <StateBadge state={lead.state} />
          <span className="text-ink-2">
            <Standing lead={lead} />
          </span>
          <Others lead={lead.id} />
        </div>
        <div className="max-md:hidden">
          <DecisionBar lead={lead} actions={actions} onMark={mark} onAssign={() => setOpen('assign')}>
            <button type="button" className="button" disabled={!next} onClick={() => go(next)}>
              {words.action.nextLead}
              <Key of="nextLead" />
            </button>
          </DecisionBar>
        </div>
      </div>
      <div className="page lg:grid lg:grid-cols-[26rem_1fr] lg:grid-rows-[auto_1fr]">
        <div className="flex flex-col gap-6 p-4">
          <Facts lead={lead} onWrite={wrote} />
          <Earlier lead={lead} />
        </div>
        <div className="min-w-0 border-line p-4 lg:sticky lg:top-0 lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:max-h-full lg:self-start lg:overflow-y-auto">
          <ResumePane lead={lead} />
        </div>
        <div className="flex flex-col gap-6 p-4">
          {mayWrite && <NoteBox lead={lead} field={note} />}
          <Timeline id={lead.id} />
          {mayDelete(me) && (
            <button type="button" className="button button-danger self-start" onClick={() => setOpen('delete')}>
              <Trash2 size={18} aria-hidden="true" />
              {texts.button}
            </button>
          )}
        </div>
      </div>
      <div className="sticky bottom-0 flex gap-2 short:static border-t border-line bg-bg p-2 md:hidden">
        {mayWrite && lead.state === 'PENDING' && (
          <button type="button" className="button button-primary flex-1 px-1" onClick={mark}>
            {words.action.reach}
          </button>
        )}
        {mayWrite && lead.state !== 'PENDING' && (
          <button type="button" className="button flex-1 px-1" onClick={() => actions.reopen(lead)}>
            {words.reopen}
          </button>
        )}
        {mayWrite && (
          <button type="button" className="button flex-1 px-1" onClick={() => setOpen('assign')}>
            {words.action.assign}
          </button>
        )}
        <button type="button" className="button flex-1 px-1" disabled={!next} onClick={() => go(next)}>
          {words.next}
          <ArrowRight size={18} aria-hidden="true" />
        </button>
      </div>
      {open === 'assign' && (
        <AssignDialog leads={[lead]} onAssign={(who) => actions.assign([lead], who)} onClose={() => setOpen(null)} />
      )}
      {open === 'delete' && <DeleteDialog lead={lead} onClose={() => setOpen(null)} />}
    </article>
  );
}
