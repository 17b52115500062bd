import createClient from 'openapi-fetch';
import { endSession, sessionHeaders, signedInBy } from '../session.js';
import { problemOf } from './problem.js';
import { queryClient } from './query-client.js';
import type { paths } from '../../../../sdk/schema.js';

/** What stands before every path of this installation; empty where it has a host to itself. */
export const root: string = document.documentElement.dataset.root ?? '';

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
      request.headers.set('idempotency-key', crypto.randomUUID());
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return;
    const problem = await problemOf(response);
    const by = signedInBy();
    const own = request.headers.get('authorization') === (sessionHeaders().authorization ?? null);
    if (response.status === 401 && own && by !== null) {
      endSession(by === 'key' ? 'This key is not valid any more. Sign in with another.' : 'Your session is over.');
      // Who comes in next does not see what was shown to the one before.
      queryClient.clear();
    }
    throw problem;
  },
});

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
