import { createHash } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type RawBuilder, sql } from 'kysely';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Clock } from './clock.js';
import type { Db } from './database.js';
import { mentions } from './mentions.js';
import { CampanileError, conflict } from './errors.js';

/** Where whoever lets a request in says who sent it. */
export const IDENTITY = 'campanileIdentity';
type Identified = FastifyRequest & { [IDENTITY]?: string };

interface StoredAnswer {
  request_hash: string;
  status: number | null;
  body: unknown;
}

/** How long a key waits for an answer before it is free again: whoever would have given one is gone by then. */
const ABANDONED_MINUTES = 10;

/** Whose request with which content a key stands for. */
interface Claim {
  key: string;
  route: string;
  hash: string;
}

/** Answers by key; how the work and its answer come to be kept together is each subclass's own. */
@Injectable()
abstract class KeyedRequests implements NestInterceptor {
  constructor(
    protected readonly em: EntityManager,
    protected readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const claim = claimOf(context.switchToHttp().getRequest<Identified>());
    return claim ? from(this.once(claim, reply, next)) : next.handle();
  }

  protected abstract once(claim: Claim, reply: FastifyReply, next: CallHandler): Promise<unknown>;
}

/**
 * Gives a repeated request with the same `Idempotency-Key` the answer of the first. The key is written in the same
 * transaction as the effect: both commit or neither, and a second request waits for the first at the primary key.
 */
@Injectable()
export class IdempotencyInterceptor extends KeyedRequests {
  protected once(claim: Claim, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const claimed = await claimKey(db, claim, this.clock.sql());
      if (!('at' in claimed)) return replay(claimed, claim, reply);
      const body: unknown = await lastValueFrom(next.handle());
      await keepAnswer(db, claim, claimed.at, { status: reply.statusCode, body });
      return body;
    });
  }
}

/**
 * The same for handlers that must not run inside one transaction, because they speak to somebody else's server or have a
 * transaction for each slice of their work. The key is claimed first and the answer kept last, each in a short transaction
 * of its own; a second request meanwhile is refused. A handler that throws gives the key back. Where the process dies in
 * between, the key is free again after ten minutes, and a repeat does the work anew. So each such handler has to be safe to
 * repeat: a correction finds only those whom the first left, an opt-in asks the same person once an hour at most, and a test
 * reaches once more who waits for it.
 */
@Injectable()
export class SteppedIdempotencyInterceptor extends KeyedRequests {
  protected async once(claim: Claim, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const db = this.em.getKysely();
    const claimed = await claimKey(db, claim, this.clock.sql());
    if (!('at' in claimed)) return replay(claimed, claim, reply);
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle());
    } catch (error) {
      // Why the handler failed is what the caller has to hear, whatever becomes of the key.
      await releaseKey(db, claim, claimed.at).catch(() => undefined);
      throw error;
    }
    await keepAnswer(db, claim, claimed.at, { status: reply.statusCode, body });
    return body;
  }
}

/** What a request's key stands for; null for a request without one. Throws INVALID_IDEMPOTENCY_KEY. */
function claimOf(request: Identified): Claim | null {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return null;
  if (key.length > 255)
    throw new CampanileError('invalid', 'INVALID_IDEMPOTENCY_KEY', 'Idempotency-Key has at most 255 characters.');
  // Another caller's key of the same text is another key.
  const route = `${request.method} ${request.routeOptions.url} by ${request[IDENTITY]}`;
  // The same key for another run is another request. Where a route has no ids the hash is that of the body alone.
  const ids = Object.keys(request.params as object).length > 0 ? [request.params] : [];
  const hash = createHash('sha256')
    .update([...ids, request.body ?? null].map((part) => JSON.stringify(part)).join(' '))
    .digest('hex');
  return { key, route, hash };
}

/** Gives the first answer again. Throws IDEMPOTENCY_KEY_REUSED, or IDEMPOTENCY_KEY_IN_PROGRESS where there is none yet. */
function replay({ request_hash, status, body }: StoredAnswer, { hash }: Claim, reply: FastifyReply): unknown {
  if (request_hash !== hash)
    throw conflict('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request.');
  if (status === null) {
    reply.header('retry-after', '2');
    throw conflict(
      'IDEMPOTENCY_KEY_IN_PROGRESS',
      'The first request with this Idempotency-Key is still being worked on.',
    );
  }
  reply.status(status).header('idempotency-replayed', 'true');
  return body;
}

/**
 * Takes the key, or answers what it already stands for. A key without an answer that was taken too long ago is taken over:
 * the primary key lets one of several do so. The time of the claim, as text for its microseconds, is proof of it.
 */
async function claimKey(
  db: Db,
  { key, route, hash }: Claim,
  now: RawBuilder<Date>,
): Promise<StoredAnswer | { at: string }> {
  const claimed = await sql<{ at: string }>`
    insert into idempotency_key (key, route, request_hash, created_at) values (${key}, ${route}, ${hash}, ${now})
    on conflict (key, route) do update set request_hash = excluded.request_hash, created_at = excluded.created_at
      where idempotency_key.status is null
        and idempotency_key.created_at < ${now} - make_interval(mins => ${ABANDONED_MINUTES})
    returning created_at::text as at`.execute(db);
  if (claimed.rows[0]) return claimed.rows[0];
  const { rows } = await sql<StoredAnswer>`
    select request_hash, status, body from idempotency_key where key = ${key} and route = ${route}`.execute(db);
  // Given back between the two statements: the next try has it.
  return rows[0] ?? { request_hash: hash, status: null, body: null };
}

/** Keeps the answer for repeats, unless the key was taken over meanwhile. */
async function keepAnswer(
  db: Db,
  { key, route }: Claim,
  at: string,
  { status, body }: { status: number; body: unknown },
): Promise<void> {
  await sql`update idempotency_key set status = ${status}, body = ${JSON.stringify(body)}::jsonb
            where key = ${key} and route = ${route} and created_at = ${at}::timestamptz`.execute(db);
}

/** Gives a key back for which there is no answer, unless it was taken over meanwhile. */
async function releaseKey(db: Db, { key, route }: Claim, at: string): Promise<void> {
  await sql`delete from idempotency_key
            where key = ${key} and route = ${route} and created_at = ${at}::timestamptz and status is null`.execute(db);
}

/** Forgets answers older than 24 hours. */
export async function forgetOldKeys(db: Db, now: RawBuilder<Date>): Promise<void> {
  await sql`delete from idempotency_key where created_at < ${now} - interval '24 hours'`.execute(db);
}

/** By what an answer may name somebody. */
export interface Named {
  /** Texts that stand anywhere in it, in upper or lower case. */
  texts: readonly string[];
  /** A value that is one of its own; null for none. */
  value: string | null;
  /** The `id`, or `<noun>_id`, in answers of routes that begin with the noun's own. */
  noun: { route: string; field: string; id: number };
}

/** Forgets the answers that name somebody: a repeat is a new request then. */
export async function forgetKeysAbout(db: Db, { texts, value, noun: { route, field, id } }: Named): Promise<void> {
  const isValue = sql`jsonb_path_exists(body, '$.** ? (@ == $value)', jsonb_build_object('value', ${value}::text))`;
  await sql`
    delete from idempotency_key
    where ${mentions(sql`body::text`, texts)}
       or ${value}::text is not null and ${isValue}
       or starts_with(route, ${route}) and ${String(id)} in (body ->> 'id', body ->> ${field}::text)`.execute(db);
}

/**
 * Marks a POST that creates, sends or starts something: repeats with the same `Idempotency-Key` within 24 hours get the first answer. `stepped` is for
 * handlers that have transactions of their own and speak to others between them.
 */
export function Idempotent({ stepped = false } = {}): MethodDecorator {
  const meanwhile = stepped ? '; one that comes before there is an answer gets 409' : '';
  return applyDecorators(
    UseInterceptors(stepped ? SteppedIdempotencyInterceptor : IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: `Any text of yours, unique per request: a repeat within 24 hours gets the first answer${meanwhile}.`,
    }),
  );
}
