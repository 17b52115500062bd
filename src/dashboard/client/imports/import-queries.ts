import { queryOptions } from '@tanstack/react-query';
import { api, body, root } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { LIVELY_MS } from '../api/query-client.js';
import type { Import } from '../api/types.js';
import { sessionHeaders } from '../session.js';

/** Whether an import may still change. */
export const isUnderWay = ({ status }: Import): boolean =>
  status === 'uploading' || status === 'queued' || status === 'processing';

/** The latest imports. */
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: () => body(api.GET('/imports', { params: { query: { limit: 50 } } })),
  refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LIVELY_MS : false),
});

/** One import. */
export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: () => body(api.GET('/imports/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : LIVELY_MS / 2),
  });

/** How a file is to be taken. */
export interface ImportWish {
  file: File;
  segment: string;
  map: string;
  dryRun: boolean;
  overwriteConsent: boolean;
}

const typeOf = (name: string): string =>
  name.endsWith('.gz') ? 'application/gzip' : /\.(?:ndjson|jsonl)$/.test(name) ? 'application/x-ndjson' : 'text/csv';

/** Sends a file, and answers the id of its import. The file is streamed: it is never whole in memory. */
export async function upload({ file, segment, map, dryRun, overwriteConsent }: ImportWish): Promise<number> {
  const query = new URLSearchParams({ dry_run: String(dryRun), overwrite_consent: String(overwriteConsent) });
  if (segment.trim() !== '') query.set('segment', segment.trim());
  if (map !== '') query.set('map', map);
  const response = await fetch(`${root}/imports?${query.toString()}`, {
    method: 'POST',
    body: file,
    headers: { ...sessionHeaders(), 'content-type': typeOf(file.name) },
  });
  if (!response.ok) throw await problemOf(response);
  return ((await response.json()) as { id: number }).id;
}
