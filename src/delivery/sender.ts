import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { isDatabaseOutage } from '../platform/database-outage.js';
import type { ClaimedBatch, Lease, Turn } from './batch.queries.js';
import { BatchLeases } from './batch-leases.js';
import { BatchWork } from './batch-work.js';
import { endsWithin } from '../platform/patience.js';
import { BatchWorkshop } from './batch-workshop.js';
import { ProviderGate } from './provider-gate.js';
import type { BatchCursor } from './record.queries.js';
import { RunCloser } from './run-closer.js';
import { StoppedRuns } from './stopped-runs.js';

/** A send may start only while this share of the lease is left unspent, by our own monotonic clock. */
const LEASE_MARGIN = 0.25;

/** Crashes after which what is left of a batch may be what ends this process (R18). */
const SUSPICIOUS = 2;

/** What is further away than this is left to the heartbeat. */
const SOON_MS = 2_000;

/** How many lanes may be added for runs that have none while the others are busy. */
const SIDE_LANES = 12;

/**
 * Claims batches and sees them through, several at a time; each lane goes on until nothing is ready. While all of them
 * are busy, perhaps with one campaign whose messages take their time, side lanes serve runs that nobody here works on.
 */
@Injectable()
export class Sender {
  private readonly logger = new Logger('Sender');
  private readonly lanes = new Map<number, Promise<void>>();
  /** What is in this process's memory now, with the monotonic moment until which a send may start. */
  private readonly leased = new Map<BatchWork, number>();
  private readonly lease: Lease;
  private lastRun = 0;
  private draining = false;
  /** The last of the suspects that are to be worked alone. */
  private suspect: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly leases: BatchLeases,
    private readonly workshop: BatchWorkshop,
    private readonly gate: ProviderGate,
    private readonly closer: RunCloser,
    private readonly stopped: StoppedRuns,
    private readonly config: Config,
  ) {
    const owner = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
    this.lease = { owner, leaseMs: config.LEASE_MS };
  }

  /**
   * Sets one idle lane to work, or a side lane where none is idle, and returns at once. A lane that finds something wakes
   * the next: an idle process asks one question, a busy one soon has all of its lanes at work.
   */
  wake(): void {
    this.startFirstIdle(this.config.SENDER_LANES + SIDE_LANES);
  }

  private startFirstIdle(lanes: number): void {
    const lane = Array.from({ length: lanes }, (_, index) => index).find((index) => !this.lanes.has(index));
    if (lane === undefined || this.draining) return;
    this.lanes.set(
      lane,
      this.work(lane).finally(() => this.lanes.delete(lane)),
    );
  }

  /** Whether anything is leased to this process. */
  isSending(): boolean {
    return this.leased.size > 0;
  }

  /** Sends until nothing is ready any more. */
  async sendDue(): Promise<void> {
    this.wake();
    while (this.lanes.size > 0) await Promise.all(this.lanes.values());
  }

  /** Sends what is ready of one run and touches no other; for a process that is not there to send. */
  async sendRun(runId: number): Promise<void> {
    await this.workThrough(0, runId);
  }

  /** Claims nothing more, records what is in flight and gives the rest back; keeps the leases until then. */
  async drain(): Promise<void> {
    this.draining = true;
    const drained = Promise.all(this.lanes.values());
    while (!(await endsWithin(drained, this.lease.leaseMs / 4)))
      await this.renew().catch((error: unknown) => this.logger.warn(`leases not renewed: ${String(error)}`));
  }

  /** Extends the leases of what is in memory; what the database no longer grants may not start another send. */
  async renew(): Promise<void> {
    const held = [...this.leased.keys()];
    if (held.length === 0) return;
    const asked = performance.now();
    const cursors = held.map(({ cursor }) => cursor);
    const renewed = await this.leases.renew(this.lease, cursors);
    const ours = new Set(renewed.map(key));
    for (const work of held)
      if (this.leased.has(work)) this.leased.set(work, ours.has(key(work.cursor)) ? this.deadline(asked) : 0);
  }

  /** Learns which of the runs that are worked on here were stopped: what waits for its turn does not start any more. */
  followRuns(): Promise<void> {
    return this.stopped.look(new Set([...this.leased.keys()].map(({ batch }) => batch.runId)));
  }

  private async work(lane: number): Promise<void> {
    try {
      await this.workThrough(lane, null);
    } catch (error) {
      // The next wake tries again; an outage is reported by the readiness check.
      if (!isDatabaseOutage(error)) this.logger.error('a batch could not be worked', (error as Error).stack);
    }
  }

  /** Claims batch after batch, of one run only where `only` is set, until nothing is ready. */
  private async workThrough(lane: number, only: number | null): Promise<void> {
    for (let worked: number | null = null; ;) {
      const asked = performance.now();
      const batch: ClaimedBatch | undefined = this.draining ? undefined : await this.claim(lane, only);
      // Whoever holds a batch of a run knows that the run is not at its end, and need not ask.
      if (worked !== null && worked !== batch?.runId) await this.close(worked);
      if (!batch) return;
      this.lastRun = worked = batch.runId;
      this.stopped.forget(batch.runId);
      if (only === null) this.startFirstIdle(this.config.SENDER_LANES);
      await this.workOn(batch, lane, asked);
    }
  }

  private async workOn(batch: ClaimedBatch, lane: number, asked: number): Promise<void> {
    const work = await this.workshop.prepare(batch, lane, {
      leaseHolds: (asking) => performance.now() < (this.leased.get(asking) ?? 0),
      calledOff: () => this.draining || this.stopped.has(batch.runId),
    });
    this.leased.set(work, this.deadline(asked));
    try {
      const end = await (batch.crashes < SUSPICIOUS ? work.run() : this.alone(() => work.run()));
      await this.workshop.finish(work, end);
      this.wakeIn(this.gate.freeInMs());
    } finally {
      this.leased.delete(work);
    }
  }

  /**
   * One batch after the other: two suspects in flight at once would die together, again and again, and the innocent one
   * would be taken for poison with the other. One that hangs is waited for no longer than its lease.
   */
  private alone<Done>(work: () => Promise<Done>): Promise<Done> {
    const turn = this.suspect.then(work);
    this.suspect = this.suspect.then(() => endsWithin(turn, this.lease.leaseMs)).catch(() => undefined);
    return turn;
  }

  /** Tokens of a limit come back before the next beat of the heart does. */
  private wakeIn(milliseconds: number | null): void {
    if (milliseconds !== null && milliseconds < SOON_MS) setTimeout(() => this.wake(), milliseconds).unref();
  }

  /** Ends a run that is at its end. Where that fails the sweeper will: a batch claimed since must not wait for it. */
  private async close(runId: number): Promise<void> {
    try {
      await this.closer.close(runId);
    } catch (error) {
      if (!isDatabaseOutage(error)) this.logger.error('a run could not be ended', (error as Error).stack);
    }
  }

  private claim(lane: number, only: number | null): Promise<ClaimedBatch | undefined> {
    const aside = lane >= this.config.SENDER_LANES;
    const except = aside ? [...this.leased.keys()].map(({ batch }) => batch.runId) : [];
    const turn: Turn = { afterRun: this.lastRun, except, only, carries: this.workshop.carries() };
    return this.leases.claim(this.lease, turn);
  }

  private deadline(asked: number): number {
    return asked + this.lease.leaseMs * (1 - LEASE_MARGIN);
  }
}

/** One lease of one batch. This process may hold a new one while messages of its lost one are still in flight. */
const key = ({ runId, seq, epoch }: Pick<BatchCursor, 'runId' | 'seq' | 'epoch'>): string => `${runId}/${seq}/${epoch}`;
