import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { CALM_MS } from '../api/query-client.js';
import { OWN_ZONE } from '../elements/time.js';

/** Days as `2026-11-28`, by the clock of who looks, with so many campaigns of each by name. */
export const calendarQuery = (from: string, to: string, limit: number) =>
  queryOptions({
    queryKey: ['calendar', from, to, limit],
    queryFn: () => body(api.GET('/calendar', { params: { query: { from, to, time_zone: OWN_ZONE, limit } } })),
    refetchInterval: CALM_MS,
  });
