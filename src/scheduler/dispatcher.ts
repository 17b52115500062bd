import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { type Opened, OpeningsService } from '../campaigns/openings.service.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { Clock } from '../platform/clock.js';
import { OnFact } from '../platform/events.js';
import { isDatabaseOutage } from '../platform/database-outage.js';

/** How long the dispatcher trusts what it knows about the next due time; other processes may have made a new one. */
const LOOK_AGAIN_MS = 1_000;

/** How long a campaign that would not open is left alone, so that its five tries outlast a passing trouble. */
const REST_MS = 5_000;

/** Openings under way at a time: each waits for the database a dozen times. */
const OPEN_AT_ONCE = 4;

/** Opens due campaigns: one transaction from "it is time" to a run, the first slice of its audience and the next time. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  /** When to look at the database again, by this machine's clock corrected by the database's. */
  private lookAt = 0;
  /** Campaigns that would not open, with the time until which they are left alone. */
  private readonly resting = new Map<number, number>();

  constructor(
    private readonly em: EntityManager,
    private readonly openings: OpeningsService,
    private readonly delivery: DeliveryService,
    private readonly clock: Clock,
  ) {}

  /**
   * A schedule changed: the next beat asks the database again. It may come before that transaction commits; then the
   * next look finds it, within LOOK_AGAIN_MS.
   */
  @OnFact('campaign.scheduled')
  lookAgain(): void {
    this.lookAt = 0;
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
    if (this.lookAt !== 0) this.lookAt = asked + Math.min(Math.max(ahead, 0), LOOK_AGAIN_MS);
    return opened > 0;
  }

  /**
   * Opens every due campaign, one transaction each, and several at a time once there is more than one; one that cannot be
   * opened does not hold up the others.
   */
  async dispatchDue(): Promise<number> {
    const now = this.clock.now().getTime();
    for (const [campaignId, until] of this.resting) if (until <= now) this.resting.delete(campaignId);
    if (!(await this.openOne(now))) return 0;
    const opened = await Promise.all(Array.from({ length: OPEN_AT_ONCE }, () => this.openAll(now)));
    return opened.reduce((sum, count) => sum + count, 1);
  }

  private async openAll(now: number): Promise<number> {
    let opened = 0;
    while (await this.openOne(now)) opened += 1;
    return opened;
  }

  /** Opens the campaign that has been due longest; false when there is none. */
  private async openOne(now: number): Promise<boolean> {
    let chosen: number | null = null;
    try {
      const next = await this.em.transactional(() => this.openNext((campaignId) => (chosen = campaignId)));
      // Nobody is left to send to; a run with batches is ended by its sender.
      if (next?.runId != null && next.taken === 0) await this.delivery.close(next.runId);
      return next !== undefined;
    } catch (error) {
      if (chosen === null || isDatabaseOutage(error)) throw error;
      this.resting.set(chosen, now + REST_MS);
      this.logger.error({ message: 'campaign could not be opened', campaign: chosen, error: String(error) });
      await this.openings.recordOpenFailure(chosen, error);
      return true;
    }
  }

  /** Freezes the rest of large audiences, slice by slice; answers whether there was any. */
  async freeze(): Promise<boolean> {
    return (await this.delivery.freezeNext()) !== null;
  }

  /** Opens one campaign if it is due, and no other; answers its run. */
  async dispatchOne(campaignId: number): Promise<number | null> {
    const opened = await this.em.transactional(() => this.openNext(() => undefined, campaignId));
    return opened?.runId ?? null;
  }

  private async openNext(
    chosen: (campaignId: number) => void,
    only: number | null = null,
  ): Promise<(Opened & { taken: number | null }) | undefined> {
    const opened = await this.openings.openNextDue([...this.resting.keys()], chosen, only);
    const taken = opened?.runId != null ? await this.delivery.freezeNext(opened.runId) : null;
    return opened && { ...opened, taken };
  }
}
