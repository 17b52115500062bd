import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PIXEL, TRAP } from '../campaigns/domain/link-numbers.js';
import { clientAddress, trusting } from '../platform/client-address.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { HSTS_SECONDS, isReachedSafely } from '../platform/public-url.js';
import { type TrackingToken, TrackingTokens } from '../platform/tracking-token.js';
import { ClickTargets } from './click-targets.js';
import { networkOf } from './domain/network.js';
import { HitBuffer } from './hit-buffer.js';
import { RelayNetworks } from './relay-networks.js';
import { answerPage, answerPixel } from './tracking-answers.js';

const LONGEST_USER_AGENT = 300;
const DAY_MS = 86_400_000;

/** What somebody asked for: `o` for a pixel, `c` for a link, and the token. */
export interface Asked {
  kind: 'o' | 'c';
  token: string;
}

/**
 * Answers who asks for the pixel and the links of messages. What is asked for is answered at once and counted later; HEAD is
 * answered the same and never counted.
 */
@Injectable()
export class TrackingRequests {
  private readonly trusted: (address: string) => boolean;
  /** What every page says of an installation that is reached by https. */
  private readonly safety: readonly string[];

  constructor(
    private readonly tokens: TrackingTokens,
    private readonly buffer: HitBuffer,
    private readonly targets: ClickTargets,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly relays: RelayNetworks,
  ) {
    this.trusted = trusting(config.TRUSTED_PROXIES);
    this.safety = isReachedSafely(config) ? ['strict-transport-security', `max-age=${HSTS_SECONDS}`] : [];
  }

  /** Answers the status once it was said. */
  answer({ kind, token }: Asked, request: IncomingMessage, response: ServerResponse): number | Promise<number> {
    const read = this.read(token);
    if (read === null || (read.number === PIXEL) !== (kind === 'o')) return answerPage(response, 404, this.safety);
    return kind === 'o' ? this.open(read, request, response) : this.click(read, request, response);
  }

  /** Needs no database: the token says whose it is. */
  private open(token: TrackingToken, request: IncomingMessage, response: ServerResponse): number | Promise<number> {
    const counted = this.count(token, request);
    return counted === undefined
      ? answerPixel(response, this.safety)
      : counted.then(() => answerPixel(response, this.safety));
  }

  private async click(token: TrackingToken, request: IncomingMessage, response: ServerResponse): Promise<number> {
    if (token.number === TRAP) {
      await this.count(token, request);
      return answerPage(response, 200, this.safety);
    }
    let target: URL | null;
    try {
      target = await this.targets.of(token);
    } catch {
      return answerPage(response, 503, ['retry-after', '30', ...this.safety]);
    }
    if (target === null) return answerPage(response, 404, this.safety);
    await this.count(token, request);
    return answerPage(response, 302, ['location', target.href, ...this.safety]);
  }

  /** Null for what we did not make, and for what is too old. */
  private read(given: string): TrackingToken | null {
    const token = this.tokens.read(given);
    const lasts = (this.config.TRACKING_LINKS_DAYS + 1) * DAY_MS;
    return token && token.openedOn.getTime() + lasts > this.clock.now().getTime() ? token : null;
  }

  private count({ runId, contactId, number }: TrackingToken, request: IncomingMessage): Promise<void> | undefined {
    if (request.method === 'HEAD') return undefined;
    const { headers } = request;
    const userAgent = (headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT);
    const purposes = [headers.purpose, headers['sec-purpose'], headers['x-purpose'], headers['x-moz']];
    const prefetch = purposes.some(
      (purpose) => purpose !== undefined && /prefetch|prerender|preview/i.test(String(purpose)),
    );
    const from = clientAddress(request, this.trusted);
    const origin = { address: networkOf(from), relayed: this.relays.has(from) };
    return this.buffer.add({ runId, contactId, number, at: this.clock.now(), userAgent, ...origin, prefetch });
  }
}
