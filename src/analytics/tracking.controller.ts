import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PIXEL, TRAP } from '../campaigns/domain/link-numbers.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Public } from '../platform/public.decorator.js';
import { type TrackingToken, TrackingTokens } from '../platform/tracking-token.js';
import { ClickTargets } from './click-targets.js';
import { networkOf } from './domain/network.js';
import { HitBuffer } from './hit-buffer.js';

/** One transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const LONGEST_USER_AGENT = 300;
const DAY_MS = 86_400_000;
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };

const page = (words: string): string => `<!doctype html><meta charset="utf-8"><title>${words}</title><p>${words}</p>`;

/**
 * The pixel and the links of messages. What is asked for is answered at once and counted later; HEAD is answered the same
 * and never counted.
 */
@ApiExcludeController()
@Controller()
@Public()
export class TrackingController {
  constructor(
    private readonly tokens: TrackingTokens,
    private readonly buffer: HitBuffer,
    private readonly targets: ClickTargets,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Needs no database: the token says whose it is. */
  @Get('o/:file')
  async open(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | string> {
    const token = file.endsWith('.gif') ? this.read(file.slice(0, -4)) : null;
    if (token?.number !== PIXEL) return this.show(reply, 404, 'Not found');
    await this.count(token, request);
    reply.headers(HEADERS).type('image/gif');
    return GIF;
  }

  @Get('c/:token')
  async click(
    @Param('token') given: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const token = this.read(given);
    if (token === null || token.number === PIXEL) return this.show(reply, 404, 'This link does not work any more');
    if (token.number === TRAP) {
      await this.count(token, request);
      return this.show(reply, 200, 'There is nothing here');
    }
    let target: URL | null;
    try {
      target = await this.targets.of(token);
    } catch {
      reply.header('retry-after', '30');
      return this.show(reply, 503, 'This link does not work at the moment. Please try again soon.');
    }
    if (target === null) return this.show(reply, 404, 'This link does not work any more');
    await this.count(token, request);
    reply.header('location', target.href);
    return this.show(reply, 302, 'Found');
  }

  /** Null for what we did not make, and for what is too old. */
  private read(given: string): TrackingToken | null {
    const token = this.tokens.read(given);
    const lasts = (this.config.TRACKING_LINKS_DAYS + 1) * DAY_MS;
    return token && token.openedOn.getTime() + lasts > this.clock.now().getTime() ? token : null;
  }

  private async count({ runId, contactId, number }: TrackingToken, request: FastifyRequest): Promise<void> {
    if (request.method === 'HEAD') return;
    const { headers, ip } = request;
    const userAgent = (headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT);
    const purposes = [headers.purpose, headers['sec-purpose'], headers['x-purpose'], headers['x-moz']];
    const prefetch = purposes.some((purpose) => /prefetch|prerender|preview/i.test(String(purpose ?? '')));
    const at = this.clock.now();
    await this.buffer.add({ runId, contactId, number, at, userAgent, address: networkOf(ip), prefetch });
  }

  private show(reply: FastifyReply, status: number, words: string): string {
    reply.status(status).headers(HEADERS).type('text/html; charset=utf-8');
    return page(words);
  }
}
