import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { CampanileError } from '../platform/errors.js';
import type { OutboundHttp } from '../platform/outbound-http.js';
import type { SnsGround } from './dialects/sns.js';

/** Amazon has a few at a time, and changes them once a year. */
const CERTIFICATES_KEPT = 20;

/** Fetches from Amazon SNS what its notices refer to. */
@Injectable()
export class SnsClient implements SnsGround, OnApplicationShutdown {
  private http: Promise<OutboundHttp> | null = null;
  private readonly certificates = new Map<string, string>();

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Throws UNAVAILABLE where it does not come: the notice comes again. */
  async certificate(url: URL): Promise<string> {
    const known = this.certificates.get(url.href);
    if (known !== undefined) return known;
    const certificate = await this.get(url);
    if (this.certificates.size >= CERTIFICATES_KEPT) this.certificates.clear();
    this.certificates.set(url.href, certificate);
    return certificate;
  }

  /** Throws UNAVAILABLE where nobody answers. */
  async confirm(url: URL): Promise<void> {
    await this.get(url);
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.http)?.close();
  }

  private async get(url: URL): Promise<string> {
    const answer = await (await (this.http ??= this.open())).get(url);
    if (answer.kind === 'answered' && answer.status === 200) return answer.body;
    const why = answer.kind === 'answered' ? `answered ${answer.status}` : answer.words;
    throw new CampanileError('unavailable', 'UNAVAILABLE', `${url.host}: ${why}`);
  }

  /** The HTTP client takes megabytes that an installation without SES need not spend. */
  private async open(): Promise<OutboundHttp> {
    const { OutboundHttp } = await import('../platform/outbound-http.js');
    const now = (): Date => this.clock.now();
    return new OutboundHttp({ allowPrivate: this.config.ALLOW_PRIVATE_NETWORKS, connections: 2, now });
  }
}
