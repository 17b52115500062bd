import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../platform/config.js';
import { publicUrl } from '../platform/public-url.js';

/** The cookie of a session. Behind https its name keeps other hosts, and pages without https, from setting it. */
@Injectable()
export class SessionCookie {
  private readonly name: string;
  private readonly attributes: string;
  private readonly pattern: RegExp;

  constructor(config: Config) {
    const safe = publicUrl(config).startsWith('https:');
    this.name = safe ? '__Host-campanile' : 'campanile';
    this.attributes = `; Path=/; HttpOnly; SameSite=Strict${safe ? '; Secure' : ''}`;
    this.pattern = new RegExp(`(?:^|;\\s*)${this.name}=([\\w-]{43})(?:;|$)`);
  }

  /** What a request brought; null for none. */
  of({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
    return this.pattern.exec(headers.cookie ?? '')?.[1] ?? null;
  }

  /** `Set-Cookie` for a session that lasts so long at most. */
  set(token: string, lastsMs: number): string {
    return `${this.name}=${token}; Max-Age=${Math.floor(lastsMs / 1000)}${this.attributes}`;
  }

  /** `Set-Cookie` that takes it away. */
  clear(): string {
    return `${this.name}=; Max-Age=0${this.attributes}`;
  }
}
