import { queryOptions } from '@tanstack/react-query';
import { api, AS_JSON, report } from '../api/client.js';
import { LIVELY_MS } from '../api/query-client.js';
import type { Overview } from '../api/types.js';

export type Period = Overview['period'];

/** Everything the first screen shows, as it was at one instant; what has not changed since is not sent again. */
export const overviewQuery = (period: Period) =>
  queryOptions({
    queryKey: ['overview', period],
    queryFn: () => report(api.GET('/overview', { params: { query: { ...AS_JSON, period } } })),
    // Another period takes the place of the one before it only when it is there: nothing jumps.
    placeholderData: (before) => before,
    refetchInterval: LIVELY_MS,
  });
