import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { campaignsQuery, occurrencesQuery } from '../campaigns/campaign-queries.js';
import { dayOf } from './month.js';

/** A campaign on a day: so often it ran, so often it will. */
export interface Entry {
  campaignId: number;
  name: string;
  ran: number;
  planned: number;
  /** The first time of the day, to sort by and to show. */
  first: Date;
}

/** Campaigns whose times are asked for, and how many of each. */
const MOST_CAMPAIGNS = 100;
const MOST_TIMES = 200;

const runsQuery = (id: number) =>
  queryOptions({
    queryKey: ['runs', 'of', id],
    queryFn: () => body(api.GET('/campaigns/{id}/runs', { params: { path: { id }, query: { limit: MOST_TIMES } } })),
    staleTime: 30_000,
  });

/** What there was and will be, by day. Complete for campaigns that are due at most some times a day. */
export function useEntries(): Map<string, Entry[]> | undefined {
  const { data: campaigns } = useQuery(campaignsQuery);
  const shown = (campaigns ?? []).slice(0, MOST_CAMPAIGNS);
  const planned = shown.filter(({ next_run_at }) => next_run_at !== null);
  const carried = shown.filter(({ runs }) => runs > 0);
  const occurrences = useQueries({ queries: planned.map(({ id }) => occurrencesQuery(id, MOST_TIMES)) });
  const runs = useQueries({ queries: carried.map(({ id }) => runsQuery(id)) });
  if (!campaigns) return undefined;

  const days = new Map<string, Map<number, Entry>>();
  const add = (campaign: { id: number; name: string }, at: Date, kind: 'ran' | 'planned') => {
    const day = days.get(dayOf(at)) ?? new Map<number, Entry>();
    const nothing = { campaignId: campaign.id, name: campaign.name, ran: 0, planned: 0, first: at };
    const entry = day.get(campaign.id) ?? nothing;
    entry[kind] += 1;
    if (at < entry.first) entry.first = at;
    days.set(dayOf(at), day.set(campaign.id, entry));
  };
  planned.forEach((campaign, index) =>
    occurrences[index]?.data?.forEach(({ at }) => add(campaign, new Date(at), 'planned')),
  );
  carried.forEach((campaign, index) =>
    runs[index]?.data?.forEach(({ scheduled_for }) => add(campaign, new Date(scheduled_for), 'ran')),
  );
  const sorted = (day: Map<number, Entry>) => [...day.values()].sort((a, b) => a.first.getTime() - b.first.getTime());
  return new Map([...days].map(([day, entries]) => [day, sorted(entries)]));
}
