import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, AS_JSON, body, everything, page, report } from '../api/client.js';
import { CALM_MS, LIST_MS, LIVELY_MS, PAGE_ROWS } from '../api/query-client.js';
import type { Campaign, CampaignAnalytics } from '../api/types.js';

const anyRuns = (campaigns: { status: string }[]): boolean => campaigns.some(({ status }) => status === 'processing');

/** A list that takes several answers is looked at less often, and least while nothing runs. */
const listEvery = (rows: { status: string }[] = []): number => {
  if (rows.length <= PAGE_ROWS) return LIST_MS;
  return anyRuns(rows) ? 2 * LIVELY_MS : CALM_MS;
};

/** Whether something happens to a campaign right now, or is about to: it is due. */
const isLively = (campaign: { status: string; next_run_at: string | null } | undefined): boolean =>
  campaign?.status === 'processing' ||
  (campaign?.status === 'pending' && new Date(campaign.next_run_at ?? Infinity).getTime() <= Date.now());

/** Every campaign, the latest made first. */
export const campaignsQuery = queryOptions({
  queryKey: ['campaigns'],
  queryFn: async () =>
    (
      await everything((cursor) => page(api.GET('/campaigns', { params: { query: { limit: PAGE_ROWS, cursor } } })))
    ).reverse(),
  refetchInterval: ({ state }) => listEvery(state.data),
});

const byCampaign = (rows: CampaignAnalytics[]) => new Map(rows.map((analytics) => [analytics.campaign_id, analytics]));

/** How every campaign went, by its id. */
export const analyticsQuery = queryOptions({
  queryKey: ['analytics'],
  queryFn: () =>
    everything((cursor) => page(api.GET('/analytics', { params: { query: { limit: PAGE_ROWS, cursor } } }))),
  select: byCampaign,
  refetchInterval: ({ state }) => listEvery(state.data),
});

/** One campaign. */
export const campaignQuery = (id: number) =>
  queryOptions({
    queryKey: ['campaigns', id],
    queryFn: () => body(api.GET('/campaigns/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (isLively(state.data) ? LIVELY_MS : CALM_MS),
  });

/** How one campaign went, with its latest hundred runs; also long after its last, people open and click. */
export const campaignAnalyticsQuery = (id: number) =>
  queryOptions({
    queryKey: ['analytics', id],
    queryFn: () => body(api.GET('/analytics/{campaign_id}', { params: { path: { campaign_id: id } } })),
    refetchInterval: LIVELY_MS,
  });

/** When a campaign is due next. */
export const occurrencesQuery = (id: number, count = 10) =>
  queryOptions({
    queryKey: ['occurrences', id, count],
    queryFn: () => body(api.GET('/campaigns/{id}/occurrences', { params: { path: { id }, query: { count } } })),
    staleTime: 30_000,
  });

/** What would come of a campaign that ran now. */
export const forecastQuery = ({ id, version }: Campaign) =>
  queryOptions({
    queryKey: ['forecasts', id, version],
    queryFn: () => body(api.POST('/campaigns/{id}/forecast', { params: { path: { id } }, body: {} })),
  });

/** For how many of its audience the message of a campaign would have gaps. */
export const missingVariablesQuery = ({ id, version }: Campaign) =>
  queryOptions({
    queryKey: ['campaigns', id, 'missing variables', version],
    queryFn: () => body(api.GET('/campaigns/{id}/missing-variables', { params: { path: { id } } })),
    staleTime: 30_000,
  });

/** What a campaign said since it was made, the newest first. */
export const versionsQuery = ({ id, content_version }: Campaign) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', id, 'versions', content_version],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/campaigns/{id}/versions', { params: { path: { id }, query: { limit: 50, cursor } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });

/** How two versions of what it said differ; they never change. */
export const versionDiffQuery = (id: number, from: number, to: number) =>
  queryOptions({
    queryKey: ['campaigns', id, 'versions', from, to],
    queryFn: () => body(api.GET('/campaigns/{id}/versions/diff', { params: { path: { id }, query: { from, to } } })),
    staleTime: Infinity,
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
