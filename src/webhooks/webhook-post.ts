import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import type { OutboundHttp } from '../platform/outbound-http.js';
import type { OutboundResult } from '../platform/outbound-result.js';
import type { ClaimedDelivery } from './webhook-claim.queries.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { signatureOf } from './webhook-signature.js';

/** Connections to one origin: there may be more than one endpoint at it. */
const CONNECTIONS = 32;

/** Why it failed is shown to people, who do not read more. */
const LONGEST_ERROR = 300;

/** Too many requests, and not available: what an endpoint may say for how long. */
const BUSY = [429, 503];

/** What an endpoint answered; its words stay with it. */
export interface WebhookAnswer {
  /** The status; null where there was no answer. */
  answer: number | null;
  /** Why that is no success; null where it is. */
  error: string | null;
  /** For how long it asks to be left alone, in milliseconds; 0 where it does not. */
  waitMs: number;
}

/** Posts events to endpoints, signed as Standard Webhooks says. */
@Injectable()
export class WebhookPost implements OnApplicationShutdown {
  private http: Promise<OutboundHttp> | null = null;

  constructor(
    private readonly config: Config,
    private readonly secrets: WebhookSecrets,
    private readonly clock: Clock,
  ) {}

  /** Never throws. Null where nothing left because `mayLeave` said no, or because this process ends: then nobody failed. */
  async send(delivery: ClaimedDelivery, mayLeave: () => boolean): Promise<WebhookAnswer | null> {
    const body = bodyOf(delivery);
    let headers: Record<string, string>;
    try {
      headers = this.headersOf(delivery, body);
    } catch (error) {
      return { answer: null, error: (error as Error).message, waitMs: 0 };
    }
    const http = await (this.http ??= this.open());
    return answerOf(await http.post({ url: new URL(delivery.url), headers, body, mayLeave }));
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.http)?.close();
  }

  private headersOf({ webhookId, eventId, secret, oldSecret }: ClaimedDelivery, body: string): Record<string, string> {
    const timestamp = Math.floor(this.clock.now().getTime() / 1_000);
    const good = [secret, ...(oldSecret === null ? [] : [oldSecret])].map((sealed) =>
      this.secrets.open(webhookId, sealed),
    );
    return {
      'content-type': 'application/json',
      'user-agent': 'Campanile',
      'webhook-id': eventId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id: eventId, timestamp, body }, good),
    };
  }

  /** The HTTP client takes megabytes that an installation without webhooks need not spend. */
  private async open(): Promise<OutboundHttp> {
    const { OutboundHttp } = await import('../platform/outbound-http.js');
    return new OutboundHttp({
      allowPrivate: this.config.ALLOW_PRIVATE_NETWORKS,
      connections: CONNECTIONS,
      timeoutMs: this.config.WEBHOOK_TIMEOUT_MS,
      now: () => this.clock.now(),
    });
  }
}

/** The same in every try. */
const bodyOf = ({ event, createdAt, data }: ClaimedDelivery): string =>
  JSON.stringify({ type: event, timestamp: createdAt.toISOString(), data });

function answerOf(result: OutboundResult): WebhookAnswer | null {
  if (result.kind === 'answered') {
    const { status } = result;
    if (status >= 200 && status < 300) return { answer: status, error: null, waitMs: 0 };
    const waitMs = BUSY.includes(status) ? (result.waitMs ?? 0) : 0;
    const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
    return { answer: status, error: `it answered ${status}${redirect}`, waitMs };
  }
  if (result.code === 'not_started' || result.code === 'provider_closed') return null;
  return { answer: null, error: `${result.code}: ${result.words}`.slice(0, LONGEST_ERROR), waitMs: 0 };
}
