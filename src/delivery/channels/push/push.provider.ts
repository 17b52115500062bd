import type { StoredSubscription } from '../../../audience/domain/stored-subscription.js';
import { OutboundHttp } from '../../../platform/outbound-http.js';
import type { AccountCheck } from '../../domain/account-check.js';
import { classifyHttpReply, type HttpAnswer, type HttpOutcome, type OwnVerdict } from '../../domain/http-reply.js';
import { oneOutcome } from '../../domain/push-outcome.js';
import type { HttpOptions, HttpRequest } from '../http/http.provider.js';
import { NOT_STARTED, type OutgoingMessage, type Provider, type ProviderAnswer, type SendResult } from '../provider.js';
import { subscriptionsOf } from './push-payload.js';
import type { PushServices } from './push-services.js';
import type { ServiceTurn } from './service-waits.js';

/** What a push service means by an answer: `gone`, that the subscription is dead for good. */
export interface PushVerdict extends OwnVerdict {
  gone?: true;
}

/** How a push service takes a message for one subscription, and what it means by its answers. */
export interface PushDialect {
  speaksTo(subscription: StoredSubscription): boolean;
  /** Gets what every request needs; what keeps it from that, or null. */
  ready(http: OutboundHttp, now: Date): Promise<HttpOutcome | null>;
  /** The request, or why there can be none for this subscription. */
  request(message: OutgoingMessage, to: StoredSubscription): HttpRequest | { refused: ProviderAnswer };
  /** What it shows of an account that it is ready. */
  readonly readiness: string;
  /** What it says in words of its own; null where the status tells all. */
  verdict(answer: HttpAnswer): PushVerdict | null;
  /** Where a subscription names its own service; of one for all, anything may be said. */
  readonly services?: PushServices;
}

const ANY_TIME: ServiceTurn = { waitMs: 0, holds: () => true };
/** The service of a subscription is left alone for now. */
const WAITS = {
  outcome: 'deferred',
  scope: 'provider',
  code: NOT_STARTED,
  response: 'Its push service waits',
} as const;

interface Try {
  outcome: HttpOutcome;
  gone: StoredSubscription[];
}

/** Sends a message to every subscription of a contact that its service speaks to, and tells one outcome for all. */
export class PushProvider implements Provider {
  readonly channel = 'push';
  readonly name: string;
  private readonly http: OutboundHttp;
  private readonly now: () => Date;
  private readonly inFlight = new Set<Promise<SendResult>>();
  private closed: Promise<void> | null = null;

  /** Connects only when there is something to send. */
  constructor(
    private readonly dialect: PushDialect,
    { name, allowPrivate = false, maxConnections: connections, timeoutMs, now }: HttpOptions,
  ) {
    this.name = name;
    this.http = new OutboundHttp({ allowPrivate, connections, timeoutMs, now });
    this.now = now;
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (this.closed) return { outcome: 'deferred', scope: 'provider', code: 'provider_closed' };
    const sending = this.sendToAll(message, mayStart);
    this.inFlight.add(sending);
    return sending.finally(() => this.inFlight.delete(sending));
  }

  async check(): Promise<AccountCheck> {
    const hindered = await this.dialect.ready(this.http, this.now());
    if (!hindered) return { verdict: 'ok', detail: this.dialect.readiness };
    const { code, response } = { code: '', response: '', ...hindered };
    const verdict = hindered.outcome === 'deferred' && hindered.scope === 'provider' ? 'unreachable' : 'refused';
    return { verdict, detail: `${code}: ${response}` };
  }

  close(): Promise<void> {
    return (this.closed ??= this.drain());
  }

  /** A message may be between two calls, its token here and itself not yet on its way. */
  private async drain(): Promise<void> {
    await Promise.allSettled(this.inFlight);
    await this.http.close();
  }

  private async sendToAll(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    const all = subscriptionsOf(message).filter((subscription) => this.dialect.speaksTo(subscription));
    if (all.length === 0)
      return {
        outcome: 'rejected',
        code: 'no_subscription',
        response: 'No subscription is of the kind of this account',
      };
    if (!mayStart()) return { outcome: 'deferred', scope: 'provider', code: NOT_STARTED };
    const hindered = await this.dialect.ready(this.http, this.now());
    if (hindered) return hindered;
    const tries = await Promise.all(all.map((subscription) => this.sendTo(subscription, message, mayStart)));
    const gone = tries.flatMap((one) => one.gone);
    const outcomes = tries.map(({ outcome }) => outcome);
    return { ...oneOutcome(this.dialect.services?.concern(outcomes) ?? outcomes), ...(gone.length > 0 && { gone }) };
  }

  private async sendTo(to: StoredSubscription, message: OutgoingMessage, mayStart: () => boolean): Promise<Try> {
    // Before the request, which takes encryption: while a large service is down, nearly everybody only waits.
    const { waitMs: retryAfterMs, holds } = this.dialect.services?.turn(to, this.now()) ?? ANY_TIME;
    if (retryAfterMs > 0) return { outcome: { ...WAITS, retryAfterMs }, gone: [] };
    const request = this.dialect.request(message, to);
    if ('refused' in request) return { outcome: { outcome: 'rejected', response: '', ...request.refused }, gone: [] };
    const reply = await this.http.post({ ...request, mayLeave: () => holds() && mayStart() });
    const verdict = reply.kind === 'answered' ? this.dialect.verdict(reply) : null;
    const outcome = classifyHttpReply(reply, false, () => verdict);
    this.dialect.services?.heard(outcome, to, this.now());
    return { outcome, gone: verdict?.gone ? [to] : [] };
  }
}
