import { queryOptions } from '@tanstack/react-query';
import { api, body } from './api/client.js';

/** Who is signed in, and what they may do. */
export const sessionQuery = queryOptions({
  queryKey: ['sessions', 'current'],
  queryFn: () => body(api.GET('/sessions/current')),
  staleTime: 60_000,
});
