import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import {
  Activity,
  ChartColumn,
  CircleHelp,
  Inbox,
  MailCheck,
  Menu,
  ScrollText,
  Send,
  SlidersHorizontal,
  UserRound,
  Users,
  UsersRound,
} from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { Key } from '../keys/Key';
import { digit } from '../keys/keys';
import { useKeys } from '../keys/useKeys';
import { countsQuery } from '../leads/query';
import { listSearch, sortOf, textOf, validList, views } from '../leads/views';
import { usePace } from '../live/connection';
import { Live } from '../live/Live';
import { may, useMe } from '../session/session';
import { displayName } from '../staff/staff';
import { Toasts } from '../toast/Toasts';
import { useSavedView, useSavedViews } from '../views/query';
import { SavedLinks } from '../views/SavedLinks';
import { useWords } from '../words/words';
import { Banners } from './Banners';
import { later, loadRest } from './later';

const Palette = later(async () => (await import('../keys/Palette')).Palette);
const Help = later(async () => (await import('../keys/Help')).Help);

const item =
  'flex min-h-9 shrink-0 items-center gap-2 rounded-control px-3 text-ink no-underline hover:bg-raised focus-visible:-outline-offset-3 aria-[current=page]:bg-selected aria-[current=page]:font-semibold pointer-coarse:min-h-11';

// The places beside the views.
const places = [
  { to: '/reports', name: 'reports', Icon: ChartColumn, needs: 'reports:read' },
  { to: '/outbox', name: 'outbox', Icon: Send },
  { to: '/people', name: 'people', Icon: Users, needs: 'users:manage' },
  { to: '/settings', name: 'settings', Icon: SlidersHorizontal, needs: 'settings:read' },
  { to: '/audit', name: 'audit', Icon: ScrollText, needs: 'audit:read' },
  { to: '/system', name: 'system', Icon: Activity, needs: 'system:read' },
] as const;

const icons = { needsContact: Inbox, mine: UserRound, all: UsersRound, reachedOut: MailCheck };

// Frame is what stands around every page: where one can go, and what holds for all.
export function Frame() {
  const words = useWords();
  const me = useMe();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  useEffect(loadRest, []);
  const location = useLocation();
  // The list that is open, also with a lead of it selected.
  const list = validList(location.search);
  const shown = location.pathname === '/' ? textOf(list) : undefined;
  const saved = useSavedViews();
  const current = useSavedView(shown, sortOf(list));
  const pace = usePace();
  const all = useQuery({ ...countsQuery({}), refetchInterval: pace }).data;
  const mine = useQuery({ ...countsQuery({ assignee: 'me' }), refetchInterval: pace }).data;
  const counts = { needsContact: all?.PENDING, mine: mine?.PENDING, all: undefined, reachedOut: undefined };
  useKeys({
    help: () => setHelp(true),
    palette: () => setPalette(true),
    goInbox: () => navigate({ to: '/', search: views[0].search }),
    goMine: () => navigate({ to: '/', search: views[1].search }),
    goAll: () => navigate({ to: '/', search: views[2].search }),
    goReached: () => navigate({ to: '/', search: views[3].search }),
    goOutbox: () => navigate({ to: '/outbox' }),
    goSettings: may(me, 'settings:read') && (() => navigate({ to: '/settings' })),
    goReports: may(me, 'reports:read') && (() => navigate({ to: '/reports' })),
    goSystem: may(me, 'system:read') && (() => navigate({ to: '/system' })),
    goPeople: may(me, 'users:manage') && (() => navigate({ to: '/people' })),
    goAudit: may(me, 'audit:read') && (() => navigate({ to: '/audit' })),
    goYou: () => navigate({ to: '/you' }),
    savedView: (event) => {
      const view = event && saved[digit(event) - 1];
      if (view) void navigate({ to: '/', search: listSearch(view.q, view.sort) });
    },
  });
  return (
    <div className="flex h-dvh flex-col overflow-y-auto">
      <a href="#main" className="button absolute start-2 top-2 z-30 not-focus:sr-only">
        {words.skip}
      </a>
      <Banners />
      {/* In a window lower than this the whole page scrolls. */}
      <div className="flex min-h-96 flex-1 flex-col md:flex-row">
        <header className="flex shrink-0 items-center gap-1 border-line bg-surface p-2 max-md:border-b md:w-56 md:flex-col md:items-stretch md:overflow-y-auto md:border-e">
          <p className="px-3 py-1 text-h2 font-bold max-lg:sr-only">Usher</p>
          <nav
            aria-label={words.nav.views}
            className="flex min-w-0 scroll-px-4 gap-1 max-md:overflow-x-auto md:flex-col"
            // Browsers leave a link with the focus half outside.
            onFocus={(event) => event.target.scrollIntoView({ block: 'nearest', inline: 'nearest' })}
          >
            {views.map(({ name, search }) => {
              const Icon = icons[name];
              return (
                <Link
                  key={name}
                  to="/"
                  search={search}
                  activeOptions={{ exact: true, includeSearch: true }}
                  aria-current={shown === textOf(search) && !current ? 'page' : undefined}
                  className={item}
                >
                  <Icon size={18} aria-hidden="true" className="max-md:hidden" />
                  {words.view[name]}
                  {counts[name] !== undefined && <span className="ms-auto ps-1 text-ink-2 tabular-nums">{counts[name]}</span>}
                </Link>
              );
            })}
            <SavedLinks current={current} className={item} />
          </nav>
          <More onHelp={() => setHelp(true)} />
        </header>
        <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          <Outlet />
        </main>
      </div>
      <Live />
      <Toasts />
      {palette && <Palette onClose={() => setPalette(false)} />}
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

// More is every other place: beside the views where there is room, behind a button on a phone.
function More({ onHelp }: { onHelp: () => void }) {
  const words = useWords();
  const me = useMe();
  const id = useId();
  return (
    <>
      <button type="button" className="icon-button ms-auto shrink-0 md:hidden" popoverTarget={id} aria-label={words.nav.rest}>
        <Menu size={20} aria-hidden="true" />
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on what is in it is a click too */}
      <nav
        id={id}
        popover="auto"
        aria-label={words.nav.rest}
        className="menu"
        onClick={(event) => event.currentTarget.matches(':popover-open') && event.currentTarget.hidePopover()}
      >
        {places.map(
          ({ to, name, Icon, ...place }) =>
            (!('needs' in place) || may(me, place.needs)) && (
              <Link key={to} to={to} className={item}>
                <Icon size={18} aria-hidden="true" />
                {words.nav[name]}
              </Link>
            ),
        )}
        <Link to="/you" className={item}>
          <UserRound size={18} aria-hidden="true" />
          <bdi className="truncate">{displayName(me)}</bdi>
        </Link>
        <button type="button" className={`${item} text-start`} onClick={onHelp}>
          <CircleHelp size={18} aria-hidden="true" />
          {words.help.button}
          <span className="ms-auto">
            <Key of="help" />
          </span>
        </button>
      </nav>
    </>
  );
}
