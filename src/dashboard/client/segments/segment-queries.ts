import { queryOptions } from '@tanstack/react-query';
import { api, body, everything, page } from '../api/client.js';

/** Every segment with its present size. */
export const segmentsQuery = queryOptions({
  queryKey: ['segments'],
  queryFn: () => everything((cursor) => page(api.GET('/segments', { params: { query: { limit: 200, cursor } } }))),
  staleTime: 10_000,
});

/** One segment. */
export const segmentQuery = (id: number) =>
  queryOptions({
    queryKey: ['segments', id],
    queryFn: () => body(api.GET('/segments/{id}', { params: { path: { id } } })),
  });

/** How many belong by a rule, and some of them. */
export const previewQuery = (rule: object | null) =>
  queryOptions({
    queryKey: ['segments', 'preview', rule],
    enabled: rule !== null,
    queryFn: ({ signal }) =>
      body(
        api.POST('/segments/preview', { signal, body: { rule: rule as Record<string, never>, time_limit_ms: 1_000 } }),
      ),
    placeholderData: (before) => before,
  });
