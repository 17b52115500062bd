import { Readable } from 'node:stream';
import { EntityManager } from '@mikro-orm/postgresql';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { withoutPort } from '../platform/network-of.js';
import { type Act, type Actor, AuditService } from './audit.service.js';
import { type Audit, AUDITED, withEntry } from './audited.decorator.js';
import { CALLER } from './caller.decorator.js';
import type { Principal } from './domain/principal.js';

/** What an id of ours may look like. */
const ID = /^[\w-]{1,64}$/;
const MOST_NAMES = 50;
/** What a proxy tells as an address need be none. */
const LONGEST_ADDRESS = 100;

type Called = FastifyRequest & { [CALLER]?: Principal };

/** Writes the entry of a request to an `@Audited` route, at the time that it says. What was refused leaves none. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly em: EntityManager,
    private readonly audit: AuditService,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const audit = this.reflector.get<Audit | undefined>(AUDITED, context.getHandler());
    const request = context.switchToHttp().getRequest<Called>();
    if (!audit || audit.only?.(request) === false) return next.handle();
    return from(this.recorded(audit, request, context.switchToHttp().getResponse<FastifyReply>(), next));
  }

  private async recorded(audit: Audit, request: Called, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    let recorded = false;
    const record = async (answer: unknown): Promise<void> => {
      // What is only answered again was recorded the first time.
      if (recorded || reply.hasHeader('idempotency-replayed')) return;
      await this.audit.record(actorOf(request), actOf(audit, request, answer));
      recorded = true;
    };
    const act = async (): Promise<unknown> => {
      const answer: unknown = await lastValueFrom(next.handle());
      await record(answer);
      return answer;
    };
    if (audit.written === 'before') return withEntry(() => record(null), act);
    return audit.written === 'with' ? this.em.transactional(act) : act();
  }
}

/** Who signs in is known only once that is done. */
function actorOf({ [CALLER]: caller }: Called): Actor {
  return { kind: caller!.kind, id: caller!.id, name: caller!.name };
}

/** What was asked for, in names and counts, and what the route tells: other contents may be secrets, or about persons. */
function actOf({ action, values = [] }: Audit, { params, query, body, id, ip }: Called, answer: unknown): Act {
  // Before anything was validated it may be any text.
  const named = Object.values((params ?? {}) as Record<string, string>).find((value) => ID.test(value));
  const made = isRecord(answer) && typeof answer.id === 'number' ? answer.id : null;
  const counts = isRecord(answer) ? Object.entries(answer) : [];
  const details = {
    ...namesIn('fields', body),
    ...namesIn('query', query),
    ...(Array.isArray(body) ? { items: body.length } : {}),
    ...(counts.length > 0 && counts.every(([, value]) => typeof value === 'number') && made === null
      ? { counts: Object.fromEntries(counts) }
      : {}),
    ...(isRecord(answer) && values.length > 0 ? { values: valuesIn(answer, values) } : {}),
  };
  const target = action.split('.')[0]!;
  return {
    action,
    target,
    targetId: named ?? made,
    requestId: id,
    address: withoutPort(ip).slice(0, LONGEST_ADDRESS),
    details,
  };
}

/** These of an answer; of an object only the names in it. */
const valuesIn = (answer: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    names
      .filter((name) => answer[name] !== undefined)
      .map((name) => [name, isPlain(answer[name]) ? Object.keys(answer[name]) : answer[name]]),
  );

/** The names in a parsed body or query; a body that is a stream has none. */
function namesIn(what: string, value: unknown): Record<string, string[]> {
  const names = isRecord(value) && !(value instanceof Readable) ? Object.keys(value) : [];
  return names.length > 0 ? { [what]: names.slice(0, MOST_NAMES) } : {};
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record that is no value of its own, such as a date. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;
