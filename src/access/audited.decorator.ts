import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const AUDITED = 'campanile:audited';
export const UNAUDITED = 'campanile:unaudited';

/**
 * When an entry is written. `with`: in the transaction of the act, so that both are there or neither; for acts that need no
 * connection beside that, or many at a time would wait for each other's. `before`: committed ahead of acts that reach outside
 * the database, so that none goes unrecorded; one that is then refused is recorded too. `after`: once an act with
 * transactions of its own succeeded, before it is answered.
 */
export type Written = 'with' | 'before' | 'after';

/** What a route records, and when. */
export interface Audit {
  action: string;
  written: Written;
  /** Which requests; all, where nothing is said. */
  only?: (request: FastifyRequest) => boolean;
}

/** Marks a route whose requests stand in the audit log: `campaign.launched`, the noun first, and what was done to it. */
export const Audited = (
  action: string,
  written: Written = 'with',
  only?: (request: FastifyRequest) => boolean,
): CustomDecorator => SetMetadata(AUDITED, { action, written, only } satisfies Audit);

/** Marks a route that changes something, or looks as if it did, and is in no audit log; `why` is for the reader. */
export const Unaudited = (why: string): CustomDecorator => SetMetadata(UNAUDITED, why);
