import { queryOptions } from '@tanstack/react-query';
import { api, AS_JSON, body, everything, page, report } from '../api/client.js';
import { CALM_MS, LIVELY_MS } from '../api/query-client.js';

const anyRuns = (campaigns: { status: string }[] | undefined): boolean =>
  (campaigns ?? []).some(({ status }) => status === 'processing');

/** Whether something happens to a campaign right now, or is about to: it is due. */
const isLively = (campaign: { status: string; next_run_at: string | null } | undefined): boolean =>
  campaign?.status === 'processing' ||
  (campaign?.status === 'pending' && new Date(campaign.next_run_at ?? Infinity).getTime() <= Date.now());

/** Every campaign, the latest made first. */
export const campaignsQuery = queryOptions({
  queryKey: ['campaigns'],
  queryFn: async () =>
    (
      await everything((cursor) => page(api.GET('/campaigns', { params: { query: { limit: 200, cursor } } })))
    ).reverse(),
  refetchInterval: ({ state }) => (anyRuns(state.data) ? 2 * LIVELY_MS : CALM_MS),
});

/** How every campaign went, by its id. */
export const analyticsQuery = queryOptions({
  queryKey: ['analytics'],
  queryFn: async () => {
    const ask = (cursor?: string) => page(api.GET('/analytics', { params: { query: { limit: 200, cursor } } }));
    return new Map((await everything(ask)).map((analytics) => [analytics.campaign_id, analytics]));
  },
  structuralSharing: false,
  refetchInterval: ({ state }) => (anyRuns([...(state.data?.values() ?? [])]) ? 2 * LIVELY_MS : CALM_MS),
});

/** One campaign. */
export const campaignQuery = (id: number) =>
  queryOptions({
    queryKey: ['campaigns', id],
    queryFn: () => body(api.GET('/campaigns/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (isLively(state.data) ? LIVELY_MS : CALM_MS),
  });

/** How one campaign went, with its latest hundred runs. */
export const campaignAnalyticsQuery = (id: number) =>
  queryOptions({
    queryKey: ['analytics', id],
    queryFn: () => body(api.GET('/analytics/{campaign_id}', { params: { path: { campaign_id: id } } })),
    refetchInterval: ({ state }) => (isLively(state.data) ? LIVELY_MS : CALM_MS),
  });

/** When a campaign is due next. */
export const occurrencesQuery = (id: number, count = 10) =>
  queryOptions({
    queryKey: ['occurrences', id, count],
    queryFn: () => body(api.GET('/campaigns/{id}/occurrences', { params: { path: { id }, query: { count } } })),
    staleTime: 30_000,
  });

/** How many campaigns are put side by side at most: more of them nobody sees at once. */
export const MOST_COMPARED = 5;

/** Campaigns side by side, with their rates and how sure these are. */
export const comparisonQuery = (ids: number[]) =>
  queryOptions({
    queryKey: ['analytics', 'compare', ids],
    queryFn: () => report(api.GET('/analytics/compare', { params: { query: { ...AS_JSON, campaign_id: ids } } })),
    enabled: ids.length >= 2,
  });
