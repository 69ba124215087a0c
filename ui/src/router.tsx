import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { AuditSearch } from './audit/query';
import { Inbox } from './leads/Inbox';
import { parseSearch, stringifySearch, validList } from './leads/views';
import { isMessageState } from './messages/states';
import { Frame } from './shell/Frame';
import { NoSuchPage } from './shell/NoSuchPage';
import { PageFailed } from './shell/PageFailed';

// Every page of the app. What the inbox doesn't need is loaded when it is asked for.
const root = createRootRoute({ component: Frame, notFoundComponent: NoSuchPage });

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>) => ({
    ...validList(search),
    ...(typeof search.lead === 'string' && { lead: search.lead }),
  }),
  component: Inbox,
});

const lead = createRoute({
  getParentRoute: () => root,
  path: '/leads/$id',
  validateSearch: validList,
  component: lazyRouteComponent(() => import('./leads/LeadPage'), 'LeadPage'),
});

const outbox = createRoute({
  getParentRoute: () => root,
  path: '/outbox',
  validateSearch: (search: Record<string, unknown>) => (isMessageState(search.state) ? { state: search.state } : {}),
  component: lazyRouteComponent(() => import('./messages/Outbox'), 'Outbox'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$topic', params: { topic: 'firm' }, replace: true });
  },
});

const settingsTopic = createRoute({
  getParentRoute: () => root,
  path: '/settings/$topic',
  validateSearch: (search: Record<string, unknown>) => (typeof search.language === 'string' ? { language: search.language } : {}),
  component: lazyRouteComponent(() => import('./settings/Settings'), 'Settings'),
});

const savedView = createRoute({
  getParentRoute: () => root,
  path: '/views/$id',
  component: lazyRouteComponent(() => import('./views/ViewPage'), 'ViewPage'),
});

const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(() => import('./system/System'), 'System'),
});

const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/People'), 'People'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): AuditSearch => {
    const filters = ['actor', 'action', 'target', 'from', 'to'];
    return Object.fromEntries(Object.entries(search).filter(([name, value]) => filters.includes(name) && value));
  },
  component: lazyRouteComponent(() => import('./audit/Audit'), 'Audit'),
});

const you = createRoute({
  getParentRoute: () => root,
  path: '/you',
  component: lazyRouteComponent(() => import('./session/You'), 'You'),
});

const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  component: lazyRouteComponent(() => import('./apikeys/ApiKeys'), 'ApiKeys'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./welcome/Welcome'), 'Welcome'),
});

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: ({ from, to }: Record<string, unknown>): { from?: string; to?: string } => ({
    ...(typeof from === 'string' && { from }),
    ...(typeof to === 'string' && { to }),
  }),
  component: lazyRouteComponent(() => import('./reports/Reports'), 'Reports'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    inbox,
    lead,
    savedView,
    reports,
    outbox,
    people,
    audit,
    settings,
    settingsTopic,
    system,
    you,
    apiKeys,
    welcome,
  ]),
  basepath: '/app',
  parseSearch,
  stringifySearch,
  scrollRestoration: false,
  defaultErrorComponent: PageFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
