import createClient from 'openapi-fetch';
import { loseSession, sessionHeaders, signedInBy } from '../session.js';
import { newId } from './new-id.js';
import { problemOf } from './problem.js';
import { noteAnswer, noteSilence } from './silence.js';
import type { paths } from '../../../../sdk/schema.js';

/** What stands before every path of this installation; empty where it has a host to itself. */
export const root: string = document.documentElement.dataset.root ?? '';

/** How commands begin where Campanile is installed; the page says it. */
export const commands: string = document.documentElement.dataset.commands ?? 'npm run cli --';

/**
 * The public API, typed by its OpenAPI document. `no-cache` lets the browser ask with the ETag it has, so that an answer
 * that has not changed is not sent again.
 */
export const api = createClient<paths>({ baseUrl: root, cache: 'no-cache' });

api.use({
  onRequest({ request }) {
    const { authorization } = sessionHeaders();
    if (authorization && !request.headers.has('authorization')) request.headers.set('authorization', authorization);
    if (request.method === 'POST' && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', newId());
    return request;
  },
  onError({ error }) {
    // Who leaves a screen calls its requests off, which says nothing of the server.
    if (!(error instanceof DOMException)) noteSilence();
  },
  async onResponse({ request, response }) {
    if (response.ok) return noteAnswer();
    const problem = await problemOf(response);
    // A proxy answers for a server that is gone, but not in its words.
    if (problem.code === 'NO_PROBLEM' && response.status >= 502) noteSilence();
    else noteAnswer();
    noteRefusal(response, request.headers.get('authorization'));
    throw problem;
  },
});

/** Whoever is kept out with what the session carries now is not signed in any more. */
export function noteRefusal({ status }: { status: number }, authorization: string | null): void {
  const by = signedInBy();
  if (status !== 401 || by === null || authorization !== (sessionHeaders().authorization ?? null)) return;
  const why = by === 'key' ? 'This key is not valid any more.' : 'Your session is over.';
  loseSession(`${why} Sign in, and go on where you were.`);
}

/** The body of an answer; what is no 2xx was thrown before. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** What a report that is also to be had as CSV is asked for by the screens. */
export const AS_JSON = { format: 'json' } as const;

/** The body of a report that was asked for as JSON, and so is no text. */
export const report = <T>(call: Promise<{ data?: T }>): Promise<Exclude<T, string>> =>
  body(call) as Promise<Exclude<T, string>>;

/** A page of a list and the cursor of the next. */
export interface Page<T> {
  rows: T[];
  next: string | undefined;
}

/** A page, with the cursor that its Link header names. */
export async function page<T>(call: Promise<{ data?: T[]; response: Response }>): Promise<Page<T>> {
  const { data, response } = await call;
  const link = /^<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  const next = link === undefined ? undefined : new URL(link, location.origin).searchParams.get('cursor');
  return { rows: data ?? [], next: next ?? undefined };
}

/** Every row of a list, page by page, up to `most`. */
export async function everything<T>(ask: (cursor?: string) => Promise<Page<T>>, most = 2_000): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const part = await ask(cursor);
    rows.push(...part.rows);
    cursor = part.next;
  } while (cursor !== undefined && rows.length < most);
  return rows;
}
