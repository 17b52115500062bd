import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { Chance } from '../platform/chance.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { throughOutages } from '../platform/patience.js';
import { TEST_EVENT } from './domain/webhook-event.js';
import { heeded, pauseAfter } from './domain/webhook-schedule.js';
import {
  claimDue,
  claimTest,
  type ClaimedDelivery,
  giveBack,
  recordTry,
  type TryResult,
} from './webhook-claim.queries.js';
import { type WebhookAnswer, WebhookPost } from './webhook-post.js';

/** On their way to one endpoint at a time, from each process. With the most endpoints there may be, that bounds all of them. */
const AT_ONCE = 4;

/** How long a delivery is ours: whoever is overdue then is taken for dead, and another process sends it again. */
const LEASE_MS = 75_000;

/** What is left of the lease, beside the time for an answer, when nothing is started any more. */
const MARGIN_MS = 5_000;

/** An endpoint answers that it is gone for good. */
const GONE = 410;

/**
 * Sends what endpoints are to be told. A slow one holds up nobody: each has room of its own. Every event reaches its endpoint
 * at least once: one whose answer was not recorded is sent again, with the same id.
 */
@Injectable()
export class WebhookSender {
  private readonly logger = new Logger('Webhooks');
  /** Those on their way, with their endpoints. */
  private readonly flights = new Map<Promise<void>, number>();
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private stopped = false;

  constructor(
    private readonly em: EntityManager,
    private readonly post: WebhookPost,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly config: Config,
  ) {}

  /** Starts what is due and has room; each that ends makes room for the next. Rejects where the database does not answer. */
  wake(): Promise<void> {
    this.lookAgain = true;
    this.looking ??= this.look().finally(() => (this.looking = null));
    return this.looking;
  }

  /** Sends until nothing is due and nothing on its way: for tests. */
  async sendDue(): Promise<void> {
    for (await this.wake(); this.flights.size > 0; await this.wake()) await Promise.race(this.flights.keys());
  }

  /** Sends a test now, whatever else waits; answers its id, or undefined where there is no such endpoint. */
  async sendTest(webhookId: number): Promise<number | undefined> {
    const mayLeave = this.lease();
    const test = await claimTest(this.em.getKysely(), this.clock.sql(), webhookId, LEASE_MS);
    if (test) await this.deliver(test, mayLeave);
    return test?.id;
  }

  /** Starts nothing any more; ends once everything on its way is recorded. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.looking?.catch(() => undefined);
    await Promise.all(this.flights.keys());
  }

  private async look(): Promise<void> {
    while (this.lookAgain && !this.stopped) {
      this.lookAgain = false;
      const mayLeave = this.lease();
      const flying = new Map<number, number>();
      for (const webhookId of this.flights.values()) flying.set(webhookId, (flying.get(webhookId) ?? 0) + 1);
      const claim = { flying, most: AT_ONCE, leaseMs: LEASE_MS };
      for (const delivery of await claimDue(this.em.getKysely(), this.clock.sql(), claim))
        this.start(delivery, mayLeave);
    }
  }

  private start(delivery: ClaimedDelivery, mayLeave: () => boolean): void {
    const flight = this.deliver(delivery, mayLeave)
      .catch((error: unknown) => this.logger.error('a try was not recorded', (error as Error).stack))
      .finally(() => {
        this.flights.delete(flight);
        // Where the database is away the next beat finds out.
        this.wake().catch(() => undefined);
      });
    this.flights.set(flight, delivery.webhookId);
  }

  /** Whether a claim that begins now surely still holds, by this process's own monotonic clock. */
  private lease(): () => boolean {
    const until = performance.now() + LEASE_MS - this.config.WEBHOOK_TIMEOUT_MS - MARGIN_MS;
    return () => performance.now() < until;
  }

  private async deliver(delivery: ClaimedDelivery, mayLeave: () => boolean): Promise<void> {
    const answer = await this.post.send(delivery, mayLeave);
    // Once: where the database does not answer it is due again when its lease is over, for one try less.
    if (answer === null) return giveBack(this.em.getKysely(), this.clock.sql(), delivery);
    const result = this.resultOf(answer, delivery);
    const disabled = await throughOutages(() => recordTry(this.em.getKysely(), this.clock.sql(), delivery, result));
    if (disabled)
      this.logger.warn({ message: 'webhook disabled', webhook_id: delivery.webhookId, reason: result.error });
  }

  private resultOf({ answer, error, waitMs }: WebhookAnswer, { event, tries }: ClaimedDelivery): TryResult {
    if (error === null) return { state: 'delivered', pauseMs: 0, holdMs: 0, answer, error, gone: false };
    const holdMs = heeded(waitMs);
    const gone = answer === GONE;
    const pause = gone || event === TEST_EVENT ? null : pauseAfter(tries, this.chance.random);
    if (pause === null) return { state: 'failed', pauseMs: 0, holdMs, answer, error, gone };
    return { state: 'pending', pauseMs: Math.max(pause, holdMs), holdMs, answer, error, gone };
  }
}
