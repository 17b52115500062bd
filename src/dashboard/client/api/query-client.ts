import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from './problem.js';

/** How often a screen looks while something runs, and otherwise; in milliseconds. Neither while the tab is hidden. */
export const LIVELY_MS = 1_500;
export const CALM_MS = 10_000;

/** How often a list is looked at that is one page: an answer that is not sent again as long as nothing has changed. */
export const LIST_MS = 2_000;

/** How many rows of a list are asked for together. */
export const PAGE_ROWS = 200;

/** How many pages of a list are looked at again while things go on: who has scrolled on reads what was. */
const PAGES_KEPT_FRESH = 3;

/** How often a list that is loaded page by page is looked at again; not while more than a few pages are. */
export const freshEvery =
  (milliseconds: number) =>
  ({ state }: { state: { data?: { pages: unknown[] } } }): number | false =>
    (state.data?.pages.length ?? 0) <= PAGES_KEPT_FRESH && milliseconds;

/** What the API told lately. What it refused is not asked for again; what did not reach it is, twice. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What the browser thinks of the network says nothing of a server on this machine.
      networkMode: 'always',
      staleTime: 1_000,
      retry: (failures, error) => !(error instanceof ProblemError && error.status < 500) && failures < 2,
    },
    mutations: { networkMode: 'always' },
  },
});
