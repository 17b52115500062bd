import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, body, page } from '../api/client.js';
import { CALM_MS, LIVELY_MS } from '../api/query-client.js';
import type { Outcome, RunStatus } from '../api/types.js';

/** Whether a run may still change by itself. */
export const isGoing = (status: RunStatus): boolean => status === 'processing' || status === 'cancelling';

/** One run, looked at often while it is going. */
export const runQuery = (id: number) =>
  queryOptions({
    queryKey: ['runs', id],
    queryFn: () => body(api.GET('/runs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && isGoing(state.data.status) ? LIVELY_MS : CALM_MS),
  });

/** The run counted anew from its ledger. */
export const reconciliationQuery = (id: number, going: boolean) =>
  queryOptions({
    queryKey: ['runs', id, 'reconciliation'],
    queryFn: () => body(api.GET('/runs/{id}/reconciliation', { params: { path: { id } } })),
    refetchInterval: going ? CALM_MS : false,
  });

/** Its deliveries, a hundred at a time. */
export const deliveriesQuery = (id: number, outcome: Outcome | undefined) =>
  infiniteQueryOptions({
    queryKey: ['runs', id, 'deliveries', outcome],
    queryFn: ({ pageParam }) =>
      page(
        api.GET('/runs/{id}/deliveries', {
          params: { path: { id }, query: { limit: 100, outcome, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });

/** Why a contact got it, or did not. */
export const explanationQuery = (campaignId: number, runId: number, contactId: number) =>
  queryOptions({
    queryKey: ['explanations', campaignId, runId, contactId],
    queryFn: () =>
      body(
        api.GET('/campaigns/{id}/explain', {
          params: { path: { id: campaignId }, query: { run_id: runId, contact_id: contactId } },
        }),
      ),
  });
