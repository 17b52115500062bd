import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Config } from './config.js';
import { invalid } from './errors.js';
import { publicPath } from './public-url.js';

/** An array that knows where the next page starts; `next` is null on the last page. */
export class Page<T> extends Array<T> {
  next: string | null = null;

  /** Takes up to `limit + 1` rows: the extra one only tells that more follow. `keyOf` is the sort key of a row. */
  static cut<T>(rows: T[], limit: number, keyOf: (row: T) => number): Page<T> {
    const page = Page.from(rows.slice(0, limit)) as Page<T>;
    const last = page.at(-1);
    page.next = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
    return page;
  }
}

/** An opaque cursor for the key of a page's last row. */
export function encodeCursor(key: number): string {
  return Buffer.from(`k${key}`).toString('base64url');
}

/** The key inside a cursor, or null when there is none. Throws `INVALID_CURSOR` for anything we did not make. */
export function decodeCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const match = /^k(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!match) throw invalid('INVALID_CURSOR', [{ pointer: '/cursor', message: 'cursor is not one this API gave' }]);
  return Number(match[1]);
}

/** Adds `Link: <…>; rel="next"` (RFC 8288) to answers that are a Page with more behind it. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly config: Config) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: unknown) => {
        if (!(body instanceof Page) || body.next === null) return body;
        const url = new URL(request.url, 'http://localhost');
        url.searchParams.set('cursor', body.next);
        reply.header('link', `<${publicPath(this.config)}${url.pathname}${url.search}>; rel="next"`);
        return body;
      }),
    );
  }
}
