import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ImportsService } from '../audience/imports.service.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { WinnerService } from '../delivery/winner.service.js';
import { Beats } from '../platform/beats.js';
import { Config } from '../platform/config.js';
import { endsWithin } from '../platform/patience.js';
import { Dispatcher } from './dispatcher.js';
import { Sweeper } from './sweeper.js';

/** The patience of a shutdown: longer than a mail server may take to answer after the message (R19b). */
const DRAIN_MS = 150_000;

/** When each part of the engine moves; shutdown waits for what is under way. */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Heartbeat');
  private readonly beats = new Beats(this.logger);
  private readonly schedules: boolean;
  private readonly sends: boolean;
  private readonly renewEveryMs: number;
  private renewAt = 0;

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
    this.beats.start();
  }

  /** Every 20 ms a look at the clock, so that an occurrence opens within 100 ms of its instant; rarely at the database. */
  @Interval(20)
  dispatch(): void {
    if (this.schedules)
      this.beats.begin('dispatch', async () => {
        if (await this.dispatcher.dispatchOnTime()) this.moveOn();
      });
  }

  /** What one process changes about an account, every other goes by soon. */
  @Interval(1_000)
  followProviders(): void {
    this.beats.begin('providers', () => this.delivery.followProviders());
  }

  @Interval(250)
  freeze(): void {
    if (this.schedules)
      this.beats.begin('freeze', async () => {
        while (this.beats.alive && (await this.dispatcher.freeze())) this.send();
      });
  }

  @Interval(250)
  send(): void {
    if (this.sends && this.beats.alive) this.delivery.wake();
  }

  /** What people pause or cancel goes on no longer than they would wait for it; an idle process asks nothing. */
  @Interval(250)
  followRuns(): void {
    if (this.sends) this.beats.begin('runs', () => this.delivery.followRuns());
  }

  /** Often enough for the shortest lease; a longer one is renewed whenever a quarter of it is gone. */
  @Interval(250)
  renew(): void {
    if (!this.sends || performance.now() < this.renewAt) return;
    this.renewAt = performance.now() + this.renewEveryMs;
    this.beats.begin('renew', () => this.delivery.renewLeases());
  }

  @Interval(1_000)
  sweep(): void {
    if (this.schedules) this.beats.begin('sweep', () => this.sweeper.sweep());
  }

  /** Often enough for a time that is given in minutes. */
  @Interval(1_000)
  decide(): void {
    if (this.schedules) this.beats.begin('decide', () => this.winners.decideDue());
  }

  /** An import may take minutes; the beats in between find this one still going. */
  @Interval(500)
  import(): void {
    if (this.schedules)
      this.beats.begin('import', async () => {
        await this.imports.workDue();
      });
  }

  @Interval(60_000)
  housekeep(): void {
    if (this.schedules) this.beats.begin('housekeep', () => this.sweeper.housekeep());
  }

  /** Finds work from midnight on, and until that is done. */
  @Interval(60_000)
  reconcile(): void {
    if (this.schedules) this.beats.begin('reconcile', () => this.sweeper.reconcile());
  }

  /** Stops every beat, lets those under way end, and drains the senders: nothing is left in doubt. */
  async beforeApplicationShutdown(): Promise<void> {
    this.imports.stop();
    // The senders drain at once and keep their own leases; a long sweep must not cost them.
    const drained = Promise.all([this.beats.stop(), this.delivery.drain()]);
    if (!(await endsWithin(drained, DRAIN_MS)))
      this.logger.error('what is still in flight could not be recorded in time and will be shown as in doubt');
  }

  private moveOn(): void {
    this.freeze();
    this.send();
  }
}
