import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { Clock } from '../platform/clock.js';
import { isDatabaseOutage } from '../platform/database-outage.js';
import { Events, type Facts } from '../platform/events.js';
import { endsWithin } from '../platform/patience.js';
import { type BatchRecord, recordBatches, type Window } from './record.queries.js';

/** Batches in one statement: beyond some hundreds of rows its fixed cost no longer shows. */
const TOGETHER = 8;

/** How long a statement goes alone before those who wait behind it get another connection: it keeps both sides busy. */
const PATIENCE_MS = 1;

/** A record on its way, with what is to be published in its transaction, and who waits for it. */
interface Waiting {
  record: BatchRecord;
  fact: Facts['batch.recorded'] | null;
  resolve(window: Window | undefined): void;
  reject(error: unknown): void;
}

/**
 * Writes the records of all lanes, those that come in while one statement is under way together in the next: one round
 * trip, one commit for all. While the database records one half of the lanes, this process renders for the other.
 */
@Injectable()
export class RecordQueue {
  private readonly waiting: Waiting[] = [];
  private free = true;

  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a record, and publishes a fact in its transaction where the fence held. Answers the next window, undefined
   * where the fence did not hold.
   */
  write(record: BatchRecord, fact: Facts['batch.recorded'] | null): Promise<Window | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, fact, resolve, reject });
      this.start();
    });
  }

  private start(): void {
    if (!this.free || this.waiting.length === 0) return;
    this.free = false;
    const written = this.writeTogether(this.waiting.splice(0, TOGETHER));
    void endsWithin(written, PATIENCE_MS).then(() => {
      this.free = true;
      this.start();
    });
  }

  /** Never rejects: those who wait are told. What the database refuses is asked again one by one, so that only the culprit fails. */
  private async writeTogether(group: Waiting[]): Promise<void> {
    try {
      const windows = await this.record(group);
      for (const [index, { resolve }] of group.entries()) resolve(windows[index]);
    } catch (error) {
      if (group.length > 1 && !isDatabaseOutage(error)) for (const one of group) await this.writeTogether([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  private record(group: Waiting[]): Promise<(Window | undefined)[]> {
    if (group.every(({ fact }) => fact === null)) return this.recordAll(group);
    return this.em.transactional(async () => {
      const windows = await this.recordAll(group);
      const facts = group.flatMap(({ fact }, index) => (fact && windows[index] ? [fact] : []));
      // In one order everywhere: who counts them locks a row for each, and two processes must not wait in a circle.
      facts.sort((one, other) => one.runId - other.runId || one.lane - other.lane);
      for (const fact of facts) await this.events.publish('batch.recorded', fact);
      return windows;
    });
  }

  private recordAll(group: Waiting[]): Promise<(Window | undefined)[]> {
    const records = group.map(({ record }) => record);
    return recordBatches(this.em.getKysely(), this.clock.sql(), records, this.audience.recipients);
  }
}
