import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PIXEL, TRAP } from '../campaigns/domain/link-numbers.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { type TrackingToken, TrackingTokens } from '../platform/tracking-token.js';
import { ClickTargets } from './click-targets.js';
import { networkOf } from './domain/network.js';
import { HitBuffer } from './hit-buffer.js';

/** One transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const LONGEST_USER_AGENT = 300;
const DAY_MS = 86_400_000;
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };

const DEAD = 'This link does not work any more';
const AWAY = 'This link does not work at the moment. Please try again soon.';

const page = (words: string): string => `<!doctype html><meta charset="utf-8"><title>${words}</title><p>${words}</p>`;

/**
 * The pixel and the links of messages. What is asked for is answered at once and counted later; HEAD is answered the same
 * and never counted. Anybody may ask, and there is nothing to validate but the token: so these two, of all routes, are the
 * server's own and not a controller's, whose guards, pipes and interceptors cost more than the answer.
 */
@Injectable()
export class TrackingRoutes implements OnModuleInit {
  constructor(
    private readonly tokens: TrackingTokens,
    private readonly buffer: HitBuffer,
    private readonly targets: ClickTargets,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly host: HttpAdapterHost,
  ) {}

  /** A command has no server. */
  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.get<{ Params: { file: string } }>('/o/:file', (request, reply) =>
      this.open(request.params.file, request, reply),
    );
    server?.get<{ Params: { token: string } }>('/c/:token', (request, reply) =>
      this.click(request.params.token, request, reply),
    );
  }

  /** Needs no database: the token says whose it is. */
  private async open(file: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = file.endsWith('.gif') ? this.read(file.slice(0, -4)) : null;
    if (token?.number !== PIXEL) return show(reply, 404, 'Not found');
    await this.count(token, request);
    // Shown in mail programs on the web, which are other sites.
    return reply
      .headers({ ...HEADERS, 'cross-origin-resource-policy': 'cross-origin' })
      .type('image/gif')
      .send(GIF);
  }

  private async click(given: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = this.read(given);
    if (token === null || token.number === PIXEL) return show(reply, 404, DEAD);
    if (token.number === TRAP) {
      await this.count(token, request);
      return show(reply, 200, 'There is nothing here');
    }
    let target: URL | null;
    try {
      target = await this.targets.of(token);
    } catch {
      return show(reply.header('retry-after', '30'), 503, AWAY);
    }
    if (target === null) return show(reply, 404, DEAD);
    await this.count(token, request);
    return show(reply.header('location', target.href), 302, 'Found');
  }

  /** Null for what we did not make, and for what is too old. */
  private read(given: string): TrackingToken | null {
    const token = this.tokens.read(given);
    const lasts = (this.config.TRACKING_LINKS_DAYS + 1) * DAY_MS;
    return token && token.openedOn.getTime() + lasts > this.clock.now().getTime() ? token : null;
  }

  private count({ runId, contactId, number }: TrackingToken, request: FastifyRequest): Promise<void> | undefined {
    if (request.method === 'HEAD') return undefined;
    const { headers, ip } = request;
    const userAgent = (headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT);
    const purposes = [headers.purpose, headers['sec-purpose'], headers['x-purpose'], headers['x-moz']];
    const prefetch = purposes.some((purpose) => /prefetch|prerender|preview/i.test(String(purpose ?? '')));
    const at = this.clock.now();
    return this.buffer.add({ runId, contactId, number, at, userAgent, address: networkOf(ip), prefetch });
  }
}

function show(reply: FastifyReply, status: number, words: string): FastifyReply {
  return reply.status(status).headers(HEADERS).type('text/html; charset=utf-8').send(page(words));
}
