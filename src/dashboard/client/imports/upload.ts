import { noteRefusal, root } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { sessionHeaders } from '../session.js';

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

const addressOf = ({ segment, map, dryRun, overwriteConsent }: ImportWish): string => {
  const query = new URLSearchParams({ dry_run: String(dryRun), overwrite_consent: String(overwriteConsent) });
  if (segment.trim() !== '') query.set('segment', segment.trim());
  if (map !== '') query.set('map', map);
  return `${root}/imports?${query.toString()}`;
};

/**
 * Sends a file, and answers the id of its import. The file is streamed: it is never whole in memory. `onSent` is told how much
 * of it has left, between 0 and 1: `fetch` would not say. Called off, it throws the reason of the signal.
 */
export function upload(wish: ImportWish, signal: AbortSignal, onSent: (share: number) => void): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = new XMLHttpRequest();
  const headers = sessionHeaders();
  request.open('POST', addressOf(wish));
  request.setRequestHeader('content-type', typeOf(wish.file.name));
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 0 : loaded / total);
  request.onerror = () => reject(new TypeError('The request did not arrive.'));
  request.onload = () => {
    const { status, responseText } = request;
    if (status < 300) return resolve((JSON.parse(responseText) as { id: number }).id);
    noteRefusal({ status }, headers.authorization ?? null);
    void problemOf(new Response(responseText, { status })).then(reject);
  };
  signal.addEventListener('abort', () => {
    request.abort();
    reject(signal.reason as Error);
  });
  request.send(wish.file);
  return promise;
}
