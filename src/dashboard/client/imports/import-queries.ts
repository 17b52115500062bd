import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { LIST_MS, LIVELY_MS } from '../api/query-client.js';
import type { Import } from '../api/types.js';

/** Whether an import may still change. */
export const isUnderWay = ({ status }: Import): boolean =>
  status === 'uploading' || status === 'queued' || status === 'processing';

/** The latest imports, those that others begin as well. */
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: () => body(api.GET('/imports', { params: { query: { limit: 50 } } })),
  refetchInterval: LIST_MS,
});

/** One import. */
export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: () => body(api.GET('/imports/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : LIVELY_MS / 2),
  });
