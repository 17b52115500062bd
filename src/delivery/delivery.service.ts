import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { CHANNELS } from '../audience/domain/channel.js';
import type { FrozenSlice, UnfrozenRun } from '../campaigns/domain/run-totals.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { planZones } from './domain/zone-plan.js';
import { freezeZonedSlice, type TakenSlice, zonesOfSlice } from './freeze.queries.js';
import { indexContacts } from './ledger-index.queries.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { lockExpired, type RecoveredBatch, skipRemaining, takeBack } from './recovery.queries.js';
import { RunBrakes } from './run-brakes.js';
import { RunCloser } from './run-closer.js';
import { freezeSlice } from './run-ledger.queries.js';
import { decisionOf, lastOfTest } from './run-winner.queries.js';
import { Sender } from './sender.js';
import { ProviderKeeper } from './provider-keeper.js';
import { SendingRules } from './sending-rules.js';
import { type GroupOf, groupIn } from './variant-group.queries.js';
import { releaseToWinner } from './waiting-release.js';

/** Contacts frozen by one transaction: some tens of milliseconds, and the first of them can be sent to right after. */
const SLICE_BATCHES = 100;

/** The moving parts behind the face. */
@Injectable()
export class DeliveryEngine {
  constructor(
    readonly sender: Sender,
    readonly closer: RunCloser,
    readonly brakes: RunBrakes,
    readonly providers: ProviderKeeper,
    readonly rules: SendingRules,
    readonly ledger: LedgerKeeper,
  ) {}
}

/** The face of delivery: freezing audiences, sending what is due, and taking back what others dropped. */
@Injectable()
export class DeliveryService {
  private readonly logger = new Logger('Delivery');
  /** Batches taken back since the start whose lease had run out. */
  recovered = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly runs: RunsService,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly engine: DeliveryEngine,
  ) {}

  /** Before anything is sent: gives the ledger what frequency caps need, where there are any. */
  async prepareLedger(databaseUrl: string): Promise<void> {
    if (CHANNELS.some((channel) => this.engine.rules.capsOf(channel).length > 0)) await indexContacts(databaseUrl);
  }

  /** Freezes the next slice of any unfrozen run, in a transaction; answers whether there was one. */
  freezeNext(): Promise<boolean> {
    return this.em.transactional(async (em) => {
      const run = await this.runs.lockUnfrozen();
      if (!run) return false;
      await this.freeze(em, [run]);
      return true;
    });
  }

  /**
   * Freezes the first slices of runs that the caller's transaction opened, until together they are as long as one may be:
   * the others are frozen one by one afterwards. Answers those runs that are frozen and for nobody.
   */
  async freezeOpened(runIds: number[]): Promise<number[]> {
    return runIds.length === 0 ? [] : this.freeze(this.em, await this.runs.opened(runIds));
  }

  private async freeze(em: EntityManager, runs: UnfrozenRun[]): Promise<number[]> {
    const limit = this.config.BATCH_SIZE * SLICE_BATCHES;
    const slices: FrozenSlice[] = [];
    const empty: number[] = [];
    let total = 0;
    for (const run of runs) {
      if (total >= limit) break;
      await this.engine.ledger.makeRoomFor(run.id);
      const { taken, through, fallback } = await this.freezeSlice(em, run, limit);
      const provider = await this.engine.providers.defaultFor(run.channel);
      const frozen = through === run.audience_through;
      const waits = run.variants !== null && run.testShare + run.holdOut < 100;
      const testedAt = frozen && waits ? await lastOfTest(em.getKysely(), run.id) : null;
      slices.push({ runId: run.id, through, frozen, provider, fallback, testedAt });
      if (frozen && taken === 0) empty.push(run.id);
      total += taken;
    }
    await this.runs.advanceFreeze(slices);
    return empty;
  }

  /**
   * One due time and one message for all, unless recipients' clocks decide, or there are variants. Where clocks decide, a
   * second look at the slice tells which zones it has.
   */
  private async freezeSlice(em: EntityManager, run: UnfrozenRun, sliceSize: number): Promise<FrozenThrough> {
    const db = em.getKysely();
    const ids = { after: run.frozen_through, through: run.audience_through };
    const slice = (wanted: 'ids' | 'zones') => this.audience.slice(run.audience, run.opened_at, ids, wanted);
    const batchSize = this.config.BATCH_SIZE;
    const hours = this.engine.rules.hoursOf(run.channel, run.send_window);
    const byClock = run.zones_from !== null || hours !== null;
    if (!byClock && run.variants === null) {
      const whole = slice('ids');
      const due = { id: run.id, dueAt: run.scheduled_for };
      const taken = await freezeSlice(db, due, whole, sliceSize, batchSize);
      return { ...taken, through: endOf(taken, sliceSize, whole.through), fallback: 0 };
    }
    const { members, through } = slice('zones');
    const plan = planZones(run, byClock ? await zonesOfSlice(db, members, sliceSize) : [], hours);
    const waitsIn = run.zones_from && run.time_zone;
    const winner = run.variants && ((await decisionOf(db, run.id))?.variant ?? null);
    const freezing = { id: run.id, groupOf: groupsOf(run, winner), waitsIn };
    const taken = await freezeZonedSlice(db, this.clock.sql(), freezing, members, plan, { sliceSize, batchSize });
    if (winner !== null && run.zones_from !== null)
      await releaseToWinner(db, { id: run.id, zonesFrom: run.zones_from }, winner, this.clock.sql());
    const fallback = byClock ? taken.fallback : 0;
    return { ...taken, fallback, through: endOf(taken, sliceSize, through) };
  }

  /** Goes on with the providers' accounts as they are now. */
  followProviders(): Promise<void> {
    return this.engine.providers.follow();
  }

  /** Learns which of the runs that this process works on were stopped. */
  followRuns(): Promise<void> {
    return this.engine.sender.followRuns();
  }

  /** Sets idle lanes to work on whatever is ready; returns at once. */
  wake(): void {
    this.engine.sender.wake();
  }

  /** Whether this process is sending at this moment. */
  isSending(): boolean {
    return this.engine.sender.isSending();
  }

  /** Sends until nothing is ready any more. */
  sendDue(): Promise<void> {
    return this.engine.sender.sendDue();
  }

  /** Sends what is ready of one run and touches no other. */
  sendRun(runId: number): Promise<void> {
    return this.engine.sender.sendRun(runId);
  }

  /** Extends the leases of what this process is working on. */
  renewLeases(): Promise<void> {
    return this.engine.sender.renew();
  }

  /** Takes back batches whose lease ran out, until there is none; every one is logged with its doubt, and each try that was lost. */
  async recover(): Promise<void> {
    for (;;) {
      const recovered = await this.recoverNext();
      if (!recovered) return;
      this.recovered += 1;
      const { runId: run_id, seq: batch, inDoubt: in_doubt, resent, poisonous } = recovered;
      this.logger.warn({ message: 'lease expired, batch recovered', run_id, batch, in_doubt, resent, poisonous });
      const { lost, attempt, code } = recovered;
      for (const contact_id of lost) this.logger.warn({ message: 'try failed', run_id, contact_id, attempt, code });
    }
  }

  private recoverNext(): Promise<RecoveredBatch | undefined> {
    const { maxAttempts } = this.engine.rules.retry;
    return this.em.transactional(async (em) => {
      const expired = await lockExpired(em.getKysely(), this.clock.sql());
      return expired && takeBack(em.getKysely(), this.clock.sql(), expired, maxAttempts);
    });
  }

  /** Skips what has not left of cancelled and overdue runs, and ends runs of which nothing is pending. */
  async settleEnded(): Promise<void> {
    while ((await skipRemaining(this.em.getKysely(), this.clock.sql())) > 0);
    await this.engine.closer.closeAll();
  }

  /** Pauses runs of which too much fails. */
  brake(): Promise<void> {
    return this.engine.brakes.apply();
  }

  /** Ends one run if nothing of it is pending. */
  close(runId: number): Promise<boolean> {
    return this.engine.closer.close(runId);
  }

  /** Makes the ledger's partitions ahead of time, merges its counts, and drops one that is older than it is to be kept. */
  async keepLedger(): Promise<void> {
    await this.engine.ledger.keepAhead();
    await this.engine.ledger.mergeCounts();
    await this.engine.ledger.dropExpired();
  }

  /** Claims nothing more, records what is in flight, gives the rest back, closes the providers. */
  async drain(): Promise<void> {
    await this.engine.sender.drain();
    await this.engine.providers.close();
  }
}

/** A frozen slice and the id that it came to. */
type FrozenThrough = TakenSlice & { through: number };

/** A slice that took as many as it may ends with the last of them; one that came back short looked at all of its range. */
function endOf({ taken, through }: Pick<TakenSlice, 'taken' | 'through'>, sliceSize: number, looked: number): number {
  return taken < sliceSize ? looked : through!;
}

/**
 * How a run's audience is parted. Where a winner was chosen before all of it is frozen the others get that at once; by
 * recipients' clocks they wait as those before them did, and are released with the slice.
 */
function groupsOf(
  { id, variants, testShare, holdOut, zones_from }: UnfrozenRun,
  winner: number | null,
): GroupOf | null {
  if (variants === null) return null;
  return groupIn({ id, parts: { variants, testShare, holdOut }, winner: zones_from === null ? winner : null });
}
