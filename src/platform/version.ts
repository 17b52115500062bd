import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { CampanileError } from './errors.js';

/** The version named by `If-Match: "<n>"`, or null when the request does not care (absent or `*`). */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header === '*') return null;
  const match = /^(?:W\/)?"(\d+)"$/.exec(header);
  // A tag we never gave matches no version.
  return match ? Number(match[1]) : -1;
});

/** Throws VERSION_MISMATCH (412) when an edit was made from another version than the present one. */
export function requireVersion(present: number, wanted: number | null): void {
  if (wanted === null || wanted === present) return;
  throw new CampanileError(
    'precondition_failed',
    'VERSION_MISMATCH',
    `It was changed in the meantime: the present version is ${present}. Read it again and repeat the edit.`,
  );
}

/** Gives answers that carry a `version` their `ETag`. */
@Injectable()
export class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap((body: unknown) => {
        const version = (body as { version?: unknown } | null)?.version;
        if (typeof version === 'number') reply.header('etag', `"${version}"`);
      }),
    );
  }
}
