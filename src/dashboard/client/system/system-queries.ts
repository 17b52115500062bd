import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/client.js';

/** How each channel's provider fares. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => body(api.GET('/providers')),
  refetchInterval: 5_000,
});

/** Whether the process can serve, and each thing it needs. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: () => body(api.GET('/health/ready')),
  refetchInterval: 5_000,
});
