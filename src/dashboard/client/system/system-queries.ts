import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { LIVELY_MS } from '../api/query-client.js';

/** How each channel's provider fares. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => body(api.GET('/providers')),
  refetchInterval: 5_000,
});

/** How the machinery stands, over all processes. */
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: () => body(api.GET('/system')),
  refetchInterval: 2 * LIVELY_MS,
});
