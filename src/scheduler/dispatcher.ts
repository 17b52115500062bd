import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { type Opened, OpeningsService } from '../campaigns/openings.service.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { Clock } from '../platform/clock.js';
import { OnFact } from '../platform/events.js';
import { isDatabaseOutage } from '../platform/database-outage.js';

/** How long the dispatcher trusts what it knows about the next due time; other processes may have made a new one. */
const LOOK_AGAIN_MS = 1_000;

/** How long every beat asks after a schedule changed: the transaction of that change commits a little later. */
const EAGER_MS = 250;

/** How long a campaign that would not open is left alone, so that its five tries outlast a passing trouble. */
const REST_MS = 5_000;

/** Campaigns opened in one transaction: most of what opening costs is the same for one and for all of them. */
const TOGETHER = 32;

/** Transactions under way at a time: each waits for the database a dozen times. */
const OPEN_AT_ONCE = 4;

/** Opens due campaigns: one transaction for some of them, from "it is time" to a run, the first slice of its audience and the next time. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  /** When to look at the database again, by this machine's clock corrected by the database's. */
  private lookAt = 0;
  /** Until when every beat asks, by this machine's clock. */
  private eagerUntil = 0;
  /** Campaigns that would not open, with the time until which they are left alone. */
  private readonly resting = new Map<number, number>();

  constructor(
    private readonly em: EntityManager,
    private readonly openings: OpeningsService,
    private readonly delivery: DeliveryService,
    private readonly clock: Clock,
  ) {}

  /**
   * A schedule changed: the next beats ask the database again. Where that transaction takes longer than they do to commit,
   * the next look finds it, within LOOK_AGAIN_MS.
   */
  @OnFact('campaign.scheduled')
  lookAgain(): void {
    this.lookAt = 0;
    this.eagerUntil = this.clock.now().getTime() + EAGER_MS;
  }

  /**
   * Opens what is due, if anything can be: between two looks at the database only its earliest due time is compared with
   * the clock, so that this may be called every few milliseconds. Answers whether anything opened.
   */
  async dispatchOnTime(): Promise<boolean> {
    const begun = this.clock.now().getTime();
    if (begun < this.lookAt) return false;
    // Stands if the database does not answer: it is not asked fifty times a second then.
    this.lookAt = begun + LOOK_AGAIN_MS;
    const opened = await this.dispatchDue();
    const asked = this.clock.now().getTime();
    const { due, now } = await this.openings.nextDueAt([...this.resting.keys()]);
    const ahead = due ? due.getTime() - now.getTime() : Infinity;
    // Zero: a schedule changed while we looked, perhaps after its turn.
    if (this.lookAt !== 0)
      this.lookAt = asked < this.eagerUntil ? asked : asked + Math.min(Math.max(ahead, 0), LOOK_AGAIN_MS);
    return opened > 0;
  }

  /**
   * Opens every due campaign, some in one transaction, and several transactions at a time once there is more; one that
   * cannot be opened does not hold up the others.
   */
  async dispatchDue(): Promise<number> {
    const now = this.clock.now().getTime();
    for (const [campaignId, until] of this.resting) if (until <= now) this.resting.delete(campaignId);
    const first = await this.openSome(now);
    if (first === 0) return 0;
    const opened = await Promise.all(Array.from({ length: OPEN_AT_ONCE }, () => this.openAll(now)));
    return opened.reduce((sum, count) => sum + count, first);
  }

  private async openAll(now: number): Promise<number> {
    let opened = 0;
    for (let more = 1; more > 0; opened += more) more = await this.openSome(now);
    return opened;
  }

  /**
   * Opens the campaigns that have been due longest, or of those named the ones that still are; answers how many it looked
   * at. Where one of them will not open, each is opened on its own: only the culprit is left alone for a while.
   */
  private async openSome(now: number, only: number[] | null = null): Promise<number> {
    let chosen: number[] = [];
    try {
      return (await this.open(only, (campaignIds) => (chosen = campaignIds))).length;
    } catch (error) {
      if (chosen.length === 0 || isDatabaseOutage(error)) throw error;
      if (chosen.length > 1) for (const campaignId of chosen) await this.openSome(now, [campaignId]);
      else await this.leaveAlone(chosen[0]!, now, error);
      return chosen.length;
    }
  }

  private async leaveAlone(campaignId: number, now: number, error: unknown): Promise<void> {
    this.resting.set(campaignId, now + REST_MS);
    this.logger.error({ message: 'campaign could not be opened', campaign_id: campaignId, error: String(error) });
    await this.openings.recordOpenFailure(campaignId, error);
  }

  /** Freezes the rest of large audiences, slice by slice; answers whether there was any. */
  freeze(): Promise<boolean> {
    return this.delivery.freezeNext();
  }

  /** Opens one campaign if it is due, and no other; answers its run. */
  async dispatchOne(campaignId: number): Promise<number | null> {
    const [opened] = await this.open([campaignId], () => undefined);
    return opened?.runId ?? null;
  }

  private async open(only: number[] | null, chosen: (campaignIds: number[]) => void): Promise<Opened[]> {
    const except = [...this.resting.keys()];
    const { opened, empty } = await this.em.transactional(async () => {
      const opened = await this.openings.openDue({ most: TOGETHER, except, only }, chosen);
      const empty = await this.delivery.freezeOpened(opened.flatMap(({ runId }) => runId ?? []));
      return { opened, empty };
    });
    // Nobody is left to send to; a run with batches is ended by its sender.
    for (const runId of empty) await this.delivery.close(runId);
    return opened;
  }
}
