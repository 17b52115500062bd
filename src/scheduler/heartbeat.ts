import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ImportsService } from '../audience/imports.service.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { WinnerService } from '../delivery/winner.service.js';
import { Config } from '../platform/config.js';
import { isDatabaseOutage } from '../platform/database-outage.js';
import { endsWithin } from '../platform/patience.js';
import { Dispatcher } from './dispatcher.js';
import { Sweeper } from './sweeper.js';

/** The patience of a shutdown: longer than a mail server may take to answer after the message (R19b). */
const DRAIN_MS = 150_000;

/**
 * When each part of the engine moves. A beat never overlaps itself, an error never stops the next one, and shutdown
 * waits for those under way. Intervals themselves promise none of this.
 */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Heartbeat');
  private readonly beating = new Map<string, Promise<void>>();
  private readonly schedules: boolean;
  private readonly sends: boolean;
  private readonly renewEveryMs: number;
  private renewAt = 0;
  private alive = false;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sweeper: Sweeper,
    private readonly delivery: DeliveryService,
    private readonly imports: ImportsService,
    private readonly winners: WinnerService,
    config: Config,
  ) {
    this.schedules = config.ROLES.includes('scheduler');
    this.sends = config.ROLES.includes('sender');
    this.renewEveryMs = config.LEASE_MS / 4;
  }

  onApplicationBootstrap(): void {
    this.alive = true;
  }

  /** Every 20 ms a look at the clock, so that an occurrence opens within 100 ms of its instant; rarely at the database. */
  @Interval(20)
  dispatch(): void {
    if (this.schedules)
      this.beat('dispatch', async () => {
        if (await this.dispatcher.dispatchOnTime()) this.moveOn();
      });
  }

  /** What one process changes about an account, every other goes by soon. */
  @Interval(1_000)
  followProviders(): void {
    this.beat('providers', () => this.delivery.followProviders());
  }

  @Interval(250)
  freeze(): void {
    if (this.schedules)
      this.beat('freeze', async () => {
        while (this.alive && (await this.dispatcher.freeze())) this.send();
      });
  }

  @Interval(250)
  send(): void {
    if (this.sends && this.alive) this.delivery.wake();
  }

  /** What people pause or cancel goes on no longer than they would wait for it; an idle process asks nothing. */
  @Interval(250)
  followRuns(): void {
    if (this.sends) this.beat('runs', () => this.delivery.followRuns());
  }

  /** Often enough for the shortest lease; a longer one is renewed whenever a quarter of it is gone. */
  @Interval(250)
  renew(): void {
    if (!this.sends || performance.now() < this.renewAt) return;
    this.renewAt = performance.now() + this.renewEveryMs;
    this.beat('renew', () => this.delivery.renewLeases());
  }

  @Interval(1_000)
  sweep(): void {
    if (this.schedules) this.beat('sweep', () => this.sweeper.sweep());
  }

  /** Often enough for a time that is given in minutes. */
  @Interval(1_000)
  decide(): void {
    if (this.schedules) this.beat('decide', () => this.winners.decideDue());
  }

  /** An import may take minutes; the beats in between find this one still going. */
  @Interval(500)
  import(): void {
    if (this.schedules)
      this.beat('import', async () => {
        await this.imports.workDue();
      });
  }

  @Interval(60_000)
  housekeep(): void {
    if (this.schedules) this.beat('housekeep', () => this.sweeper.housekeep());
  }

  /** Finds work from midnight on, and until that is done. */
  @Interval(60_000)
  reconcile(): void {
    if (this.schedules) this.beat('reconcile', () => this.sweeper.reconcile());
  }

  /** Stops every beat, lets those under way end, and drains the senders: nothing is left in doubt. */
  async beforeApplicationShutdown(): Promise<void> {
    this.alive = false;
    this.imports.stop();
    // The senders drain at once and keep their own leases; a long sweep must not cost them.
    const drained = Promise.all([...this.beating.values(), this.delivery.drain()]);
    if (!(await endsWithin(drained, DRAIN_MS)))
      this.logger.error('what is still in flight could not be recorded in time and will be shown as in doubt');
  }

  private moveOn(): void {
    this.freeze();
    this.send();
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
