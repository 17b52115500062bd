import { EntityManager } from '@mikro-orm/postgresql';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { isDatabaseOutage } from '../platform/database-outage.js';
import { endsWithin } from '../platform/patience.js';
import { failLeftTests, forgetDeliveries } from './webhook-deliveries.queries.js';
import { WebhookListener } from './webhook-listener.js';
import { WebhookSender } from './webhook-sender.js';

/** The patience of a shutdown: what is not answered by then is sent again by whoever comes next. */
const DRAIN_MS = 35_000;

/** When webhooks move. A beat never overlaps itself, and an error never stops the next one. */
@Injectable()
export class WebhookBeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private readonly beating = new Map<string, Promise<void>>();
  private alive = false;

  constructor(
    private readonly em: EntityManager,
    private readonly listener: WebhookListener,
    private readonly sender: WebhookSender,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.alive = true;
  }

  /** Every process that may fail a delivery asks whether anybody wants to know. */
  @Interval(1_000)
  follow(): void {
    this.beat('following webhooks', () => this.listener.follow());
  }

  @Interval(1_000)
  send(): void {
    if (this.config.ROLES.includes('scheduler')) this.beat('sending webhooks', () => this.sender.wake());
  }

  @Interval(60_000)
  forget(): void {
    if (this.config.ROLES.includes('scheduler')) this.beat('forgetting webhooks', () => this.tidy());
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
    this.alive = false;
    await endsWithin(Promise.all([...this.beating.values(), this.sender.stop()]), DRAIN_MS);
  }

  private beat(name: string, work: () => Promise<void>): void {
    if (!this.alive || this.beating.has(name)) return;
    const beating = work()
      .catch((error: unknown) => {
        if (isDatabaseOutage(error)) this.logger.warn(`${name}: the database does not answer`);
        else this.logger.error(`${name} failed`, (error as Error).stack);
      })
      .finally(() => this.beating.delete(name));
    this.beating.set(name, beating);
  }
}
