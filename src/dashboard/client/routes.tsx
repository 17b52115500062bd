import { Skeleton } from '@mantine/core';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, notFound } from '@tanstack/react-router';
import { root } from './api/client.js';
import { readSearch, writeSearch } from './shell/address-search.js';
import { Broken } from './shell/broken.js';
import { NotFound } from './shell/not-found.js';
import { patiently } from './shell/patiently.js';
import { Shell } from './shell/shell.js';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const within = () => rootRoute;

/** The named words of an address's search; what is empty or no word is left out. */
const words =
  <Name extends string>(...names: Name[]) =>
  (search: Record<string, unknown>): { [K in Name]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[name, String(value)]] : [];
      }),
    ) as { [K in Name]?: string };

/** What is no number leads nowhere, and is not asked for. */
const onlyNumbers = ({ params }: { params: Record<string, string> }): void => {
  if (!Object.values(params).every((id) => /^[1-9]\d{0,14}$/.test(id))) throw notFound();
};

/** Every screen with its address; what it shows is loaded when somebody goes there. */
const routes = [
  createRoute({
    getParentRoute: within,
    path: '/',
    validateSearch: words('period'),
    component: lazyRouteComponent(
      patiently(() => import('./overview/overview-screen.js')),
      'OverviewScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/campaigns',
    validateSearch: words('q', 'status', 'channel', 'outcome'),
    component: lazyRouteComponent(
      patiently(() => import('./campaigns/campaigns-screen.js')),
      'CampaignsScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/campaigns/new',
    validateSearch: words('step'),
    component: lazyRouteComponent(
      patiently(() => import('./editor/editor-screen.js')),
      'NewCampaignScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/campaigns/compare',
    validateSearch: words('campaigns'),
    component: lazyRouteComponent(
      patiently(() => import('./campaigns/comparison-screen.js')),
      'ComparisonScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/campaigns/$campaignId/edit',
    beforeLoad: onlyNumbers,
    validateSearch: words('step'),
    component: lazyRouteComponent(
      patiently(() => import('./editor/editor-screen.js')),
      'EditCampaignScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/campaigns/$campaignId',
    beforeLoad: onlyNumbers,
    validateSearch: words('tab', 'run', 'hits', 'preset', 'age', 'from', 'to'),
    component: lazyRouteComponent(
      patiently(() => import('./campaigns/campaign-screen.js')),
      'CampaignScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/runs/$runId',
    beforeLoad: onlyNumbers,
    validateSearch: words('outcome', 'contact'),
    component: lazyRouteComponent(
      patiently(() => import('./runs/run-screen.js')),
      'RunScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/contacts',
    validateSearch: words('q', 'segment'),
    component: lazyRouteComponent(
      patiently(() => import('./contacts/contacts-screen.js')),
      'ContactsScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/contacts/$contactId',
    beforeLoad: onlyNumbers,
    component: lazyRouteComponent(
      patiently(() => import('./contacts/contact-screen.js')),
      'ContactScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/imports',
    component: lazyRouteComponent(
      patiently(() => import('./imports/imports-screen.js')),
      'ImportsScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/imports/$importId',
    beforeLoad: onlyNumbers,
    component: lazyRouteComponent(
      patiently(() => import('./imports/import-screen.js')),
      'ImportScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/segments',
    component: lazyRouteComponent(
      patiently(() => import('./segments/segments-screen.js')),
      'SegmentsScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/segments/new',
    validateSearch: words('rule'),
    component: lazyRouteComponent(
      patiently(() => import('./segments/segment-screen.js')),
      'NewSegmentScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/segments/$segmentId',
    beforeLoad: onlyNumbers,
    component: lazyRouteComponent(
      patiently(() => import('./segments/segment-screen.js')),
      'SegmentScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/sandbox',
    validateSearch: words('message'),
    component: lazyRouteComponent(
      patiently(() => import('./sandbox/sandbox-screen.js')),
      'SandboxScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/reports',
    validateSearch: words('part', 'kind'),
    component: lazyRouteComponent(
      patiently(() => import('./reports/reports-screen.js')),
      'ReportsScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/calendar',
    validateSearch: words('month'),
    component: lazyRouteComponent(
      patiently(() => import('./calendar/calendar-screen.js')),
      'CalendarScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/system',
    component: lazyRouteComponent(
      patiently(() => import('./system/system-screen.js')),
      'SystemScreen',
    ),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings',
    validateSearch: words('part'),
    component: lazyRouteComponent(
      patiently(() => import('./settings/settings-screen.js')),
      'SettingsScreen',
    ),
  }),
] as const;

/** The dashboard's addresses. */
export const router = createRouter({
  routeTree: rootRoute.addChildren(routes),
  basepath: `${root}/dashboard`,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: Broken,
  defaultPendingComponent: () => <Skeleton height={320} aria-label="Loading" role="status" />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
