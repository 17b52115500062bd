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

/**
 * Gives a repeated request with the same `Idempotency-Key` the answer of the first. The key is written in the same
 * transaction as the effect: both commit or neither, and a second request waits for the first at the primary key.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Identified>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || key === '') return next.handle();
    if (key.length > 255)
      throw new CampanileError('invalid', 'INVALID_IDEMPOTENCY_KEY', 'Idempotency-Key has at most 255 characters.');
    return from(this.once(key, request, reply, next));
  }

  private once(key: string, request: Identified, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    // Another caller's key of the same text is another key.
    const route = `${request.method} ${request.routeOptions.url} by ${request[IDENTITY]}`;
    // The same key for another run is another request. Where a route has no ids the hash is that of the body alone.
    const ids = Object.keys(request.params as object).length > 0 ? [request.params] : [];
    const hash = createHash('sha256')
      .update([...ids, request.body ?? null].map((part) => JSON.stringify(part)).join(' '))
      .digest('hex');
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const earlier = await claimKey(db, { key, route, hash }, this.clock.sql());
      if (earlier) {
        if (earlier.request_hash !== hash)
          throw conflict('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request.');
        reply.status(earlier.status!).header('idempotency-replayed', 'true');
        return earlier.body;
      }
      const body: unknown = await lastValueFrom(next.handle());
      await sql`update idempotency_key set status = ${reply.statusCode}, body = ${JSON.stringify(body)}::jsonb
                where key = ${key} and route = ${route}`.execute(db);
      return body;
    });
  }
}

/** Takes the key, or answers what it already stands for. */
async function claimKey(
  db: Db,
  { key, route, hash }: { key: string; route: string; hash: string },
  now: RawBuilder<Date>,
): Promise<StoredAnswer | undefined> {
  const { numAffectedRows } = await sql`
    insert into idempotency_key (key, route, request_hash, created_at) values (${key}, ${route}, ${hash}, ${now})
    on conflict do nothing`.execute(db);
  if (numAffectedRows === 1n) return undefined;
  const { rows } = await sql<StoredAnswer>`
    select request_hash, status, body from idempotency_key where key = ${key} and route = ${route}`.execute(db);
  return rows[0];
}

/** Forgets answers older than 24 hours. */
export async function forgetOldKeys(db: Db, now: RawBuilder<Date>): Promise<void> {
  await sql`delete from idempotency_key where created_at < ${now} - interval '24 hours'`.execute(db);
}

/** Forgets the answers in which one of these texts stands, in upper or lower case: a repeat is a new request then. */
export async function forgetKeysAbout(db: Db, texts: readonly string[]): Promise<void> {
  await sql`delete from idempotency_key where ${mentions(sql`body::text`, texts)}`.execute(db);
}

/** Marks a POST that creates: repeats with the same `Idempotency-Key` within 24 hours get the first answer. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Any text of yours, unique per request: a repeat within 24 hours gets the first answer.',
    }),
  );
}
