import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../platform/config.js';
import { TooMany } from '../platform/errors.js';
import { networkOf } from '../platform/network-of.js';
import type { Principal } from './domain/principal.js';
import { RateLimiter } from './rate-limiter.js';

/** How often somebody may call, told in every answer as the IETF's draft on RateLimit header fields has it. */
@Injectable()
export class RequestLimits {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly config: Config,
  ) {}

  /** Counts a request of a known caller. Throws RATE_LIMITED. */
  count({ kind, id }: Principal, reply: FastifyReply): void {
    this.take('caller', `${kind} ${id}`, this.config.API_REQUESTS_PER_MINUTE, reply);
  }

  /** Counts a request that is about to be refused, for want of a good key, by its address or IPv6 network. Throws RATE_LIMITED. */
  countRefused({ ip }: FastifyRequest, reply: FastifyReply): void {
    this.take('address', networkOf(ip), this.config.REFUSED_REQUESTS_PER_MINUTE, reply);
  }

  private take(policy: string, who: string, limit: number, reply: FastifyReply): void {
    if (limit === 0) return;
    const { allowed, remaining, resetS } = this.limiter.take(`${policy} ${who}`, limit);
    void reply.header('ratelimit-policy', `"${policy}";q=${limit};w=60`);
    void reply.header('ratelimit', `"${policy}";r=${remaining};t=${resetS}`);
    if (!allowed) throw new TooMany('RATE_LIMITED', resetS);
  }
}
