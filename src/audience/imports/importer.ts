import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { brokenConstraint } from '../../platform/constraint.js';
import { isDatabaseOutage } from '../../platform/database-outage.js';
import { isDeadlock, throughCollisions } from '../../platform/patience.js';
import { UnreadableFile } from '../domain/csv-reader.js';
import { MalformedHeader, MalformedMapping } from '../domain/import-layout.js';
import {
  claimImport,
  endImport,
  failBrokenUploads,
  type Job,
  queueImport,
  readChunk,
  renewImport,
} from './imports.queries.js';
import { SliceReader } from './slice-reader.js';
import { BecameRule, type PreparedSlice, Replaced, SegmentGone, SliceWriter } from './slice-writer.js';

/** Whether a slice met somebody else's change of the same contacts at the same moment. */
const collided = (error: unknown): boolean => brokenConstraint(error) !== null || isDeadlock(error);

/** Works uploaded files off, one at a time: reads and prepares a slice while the one before is being written. */
@Injectable()
export class Importer {
  private readonly logger = new Logger('Importer');
  private stopping = false;

  constructor(
    private readonly em: EntityManager,
    private readonly writer: SliceWriter,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Imports what is waiting or was left behind, or `only` this one; answers how many there were. */
  async workDue(only: number | null = null): Promise<number> {
    const db = this.em.getKysely();
    await failBrokenUploads(db, this.clock.sql());
    let worked = 0;
    while (!this.stopping) {
      const job = await claimImport(db, this.clock.sql(), this.lease(), only);
      if (!job) break;
      await this.work(job);
      worked += 1;
    }
    return worked;
  }

  /** Lets the slice under way be the last; what is left is for another process, or for the next start. */
  stop(): void {
    this.stopping = true;
  }

  private async work(job: Job): Promise<void> {
    const db = this.em.getKysely();
    try {
      if (await this.carryOut(job)) await endImport(db, job, 'completed', null, this.clock.sql());
      else await queueImport(db, job);
    } catch (error) {
      if (error instanceof Replaced) return;
      // Its lease runs out, and then it is carried on.
      if (isDatabaseOutage(error)) throw error;
      const expected = [UnreadableFile, MalformedHeader, MalformedMapping, BecameRule, SegmentGone].some(
        (kind) => error instanceof kind,
      );
      if (!expected) this.logger.error(`import ${job.id} failed`, (error as Error).stack);
      const reason = expected ? (error as Error).message : 'something went wrong here; the log has the reason';
      await endImport(db, job, 'failed', reason, this.clock.sql());
    }
  }

  /** Reads and writes to the end; false where it was told to stop before. */
  private async carryOut(job: Job): Promise<boolean> {
    const reader = new SliceReader(job, this.config.DEFAULT_COUNTRY);
    let renewAt = performance.now() + this.config.LEASE_MS / 4;
    const stillReading = async () => {
      if (performance.now() < renewAt) return;
      renewAt = performance.now() + this.config.LEASE_MS / 4;
      if (!(await renewImport(this.em.getKysely(), job, this.lease()))) throw new Replaced();
    };
    let writing: Promise<void> = Promise.resolve();
    let allNew = true;
    try {
      for await (const slice of reader.slices(this.chunks(job.id), stillReading)) {
        const prepared = await this.writer.prepare(slice, job, allNew);
        await writing;
        if (this.stopping) return false;
        writing = this.write(job, prepared, reader.columns).then((known) => void (allNew = known === 0));
        // Heard when it is awaited, which is after the next slice was read.
        writing.catch(() => undefined);
      }
    } finally {
      await writing;
    }
    return true;
  }

  /** Answers how many of its contacts were there before. */
  private async write(job: Job, slice: PreparedSlice, columns: string[] | null): Promise<number> {
    const write = () => this.writer.write(job, slice, columns, this.lease());
    // Rows that take back each other's words are written one by one, which may take longer than a lease.
    const renew = () => void renewImport(this.em.getKysely(), job, this.lease()).catch(() => undefined);
    const renewing = setInterval(renew, this.config.LEASE_MS / 4);
    const { rejected, updated, unchanged } = await throughCollisions(write, collided).finally(() =>
      clearInterval(renewing),
    );
    job.rejected += rejected;
    return updated + unchanged;
  }

  private async *chunks(id: number): AsyncGenerator<Buffer> {
    const db = this.em.getKysely();
    for (let seq = 0; ; seq += 1) {
      const chunk = await readChunk(db, id, seq);
      if (!chunk) return;
      yield chunk;
    }
  }

  private lease(): RawBuilder<Date> {
    return sql<Date>`${this.clock.sql()} + ${this.config.LEASE_MS} * interval '1 ms'`;
  }
}
