import { EntityManager } from '@mikro-orm/postgresql';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../platform/clock.js';
import { Beats } from '../platform/beats.js';
import { Config } from '../platform/config.js';
import { endsWithin } from '../platform/patience.js';
import { failLeftTests, forgetDeliveries } from './webhook-deliveries.queries.js';
import { WebhookListener } from './webhook-listener.js';
import { WebhookSender } from './webhook-sender.js';

/** The patience of a shutdown: what is not answered by then is sent again by whoever comes next. */
const DRAIN_MS = 35_000;

/** When webhooks move. */
@Injectable()
export class WebhookBeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly beats = new Beats(new Logger('Webhooks'));

  constructor(
    private readonly em: EntityManager,
    private readonly listener: WebhookListener,
    private readonly sender: WebhookSender,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.beats.start();
  }

  /** Every process that may fail a delivery asks whether anybody wants to know. */
  @Interval(1_000)
  follow(): void {
    this.beats.begin('following webhooks', () => this.listener.follow());
  }

  @Interval(1_000)
  send(): void {
    if (this.config.ROLES.includes('scheduler')) this.beats.begin('sending webhooks', () => this.sender.wake());
  }

  @Interval(60_000)
  forget(): void {
    if (this.config.ROLES.includes('scheduler')) this.beats.begin('forgetting webhooks', () => this.tidy());
  }

  /** Ends tests that were left on their way, and forgets what is old. */
  async tidy(): Promise<void> {
    await failLeftTests(this.em.getKysely(), this.clock.sql());
    await this.forgetOld();
  }

  /** Forgets what is older than WEBHOOK_RETENTION_DAYS, taken or not. */
  async forgetOld(): Promise<void> {
    const before = this.clock.daysAgo(this.config.WEBHOOK_RETENTION_DAYS);
    while ((await forgetDeliveries(this.em.getKysely(), before)) > 0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await endsWithin(Promise.all([this.beats.stop(), this.sender.stop()]), DRAIN_MS);
  }
}
