import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

export const REQUEST_ID_HEADER = 'x-request-id';

/** What others may call a request: it comes back in a header and stands in the log. */
const SANE = /^[\w.:-]{1,128}$/;

const current = new AsyncLocalStorage<string>();

/** The id a request came with, if it can stand in a log as it is; else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}

/** The id of the request that the running code works for; undefined where it works for none. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}

/** Does work for a request that no hook follows. */
export function workFor<Result>(id: string, work: () => Result): Result {
  return current.run(id, work);
}

/** Answers each request with its id, and remembers it for all that is done for it. */
export function followRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    current.run(request.id, done);
  });
}
