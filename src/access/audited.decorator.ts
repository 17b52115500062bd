import { AsyncLocalStorage } from 'node:async_hooks';
import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const AUDITED = 'campanile:audited';
export const UNAUDITED = 'campanile:unaudited';

/**
 * When an entry is written. `with`: in the transaction of the act, so that both are there or neither; for acts that need no
 * connection beside that, or many at a time would wait for each other's. `before`: by `recordAhead`, once nothing refuses the
 * act any more and before it reaches outside the database, so that none goes unrecorded and none is told that never was.
 * `after`: once an act with transactions of its own succeeded, before it is answered; also what only leaves with the answer.
 */
export type Written = 'with' | 'before' | 'after';

/** What a route records besides, and of which requests. */
export interface Told {
  /** Which requests; all, where nothing is said. */
  only?: (request: FastifyRequest) => boolean;
  /** Fields of the answer whose values are told; of an object only the names in it. Never secrets, nothing of contacts. */
  values?: readonly string[];
}

/** What a route records, and when. */
export interface Audit extends Told {
  action: string;
  written: Written;
}

/** Marks a route whose requests stand in the audit log: `campaign.launched`, the noun first, and what was done to it. */
export const Audited = (action: string, written: Written = 'with', told: Told = {}): CustomDecorator =>
  SetMetadata(AUDITED, { action, written, ...told } satisfies Audit);

/** Marks a route that changes something, or looks as if it did, and is in no audit log; `why` is for the reader. */
export const Unaudited = (why: string): CustomDecorator => SetMetadata(UNAUDITED, why);

const current = new AsyncLocalStorage<() => Promise<void>>();

/** Does the work of a request whose entry `recordAhead` writes. */
export const withEntry = <Result>(record: () => Promise<void>, work: () => Promise<Result>): Promise<Result> =>
  current.run(record, work);

/**
 * Writes the entry of the request that is worked for, where its route is audited `before`: in the caller's transaction, or
 * committed at once. Whoever is about to reach outside the database calls it when nothing refuses the act any more; where it
 * fails, so does the act. What works for no request has no entry here.
 */
export const recordAhead = async (): Promise<void> => current.getStore()?.();
