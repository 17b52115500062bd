import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { isDatabaseOutage } from '../platform/database-outage.js';
import { HitKeeper } from './hit-keeper.js';
import type { HeardHit, HitGroup } from './hits.queries.js';

/** What a kill can lose at most: hits of so many milliseconds, or so many. */
const LINGER_MS = 250;
const HITS_AT_ONCE = 2_500;
/** Hits that wait while the database is away; some 20 MB. */
const MOST_WAITING = 100_000;
/** How long a database that failed is left alone. */
const PAUSE_MS = 1_000;

/**
 * Hits on their way into the database, in memory: who hits is never kept waiting. They go together, at the latest after a
 * quarter of a second, and stay here while the database is away; the oldest are kept, and what is dropped beyond is said.
 */
@Injectable()
export class HitBuffer implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Tracking');
  private readonly writer = randomUUID();
  private waiting: HeardHit[] = [];
  private groups = 0;
  /** The first of those that wait, being written: again as it is where nobody knows whether it was. */
  private group: HitGroup | null = null;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;
  private droppedSinceSaid = 0;
  private closing = false;
  /** Hits that found no room since the process began. */
  dropped = 0;

  constructor(private readonly keeper: HitKeeper) {}

  /** Nothing to wait for, but in a process that stops: it would not be there to write it later. */
  add(hit: HeardHit): Promise<void> | undefined {
    if (this.waiting.length >= MOST_WAITING) {
      this.dropped += 1;
      this.droppedSinceSaid += 1;
      return;
    }
    this.waiting.push(hit);
    if (this.closing) return this.flush();
    if (this.waiting.length === HITS_AT_ONCE) void this.write();
    else this.writeAfter(LINGER_MS);
  }

  /** Writes what waits now. Resolves when it is written, or the database has refused it. */
  async flush(): Promise<void> {
    await this.writing;
    await this.write();
  }

  /** The last hits of a process that stops; a database that is away takes them with it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    await this.flush();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.length > 0) this.logger.error({ message: 'hits lost: no database', hits: this.waiting.length });
  }

  /** A process that would only wait for this may end: it has flushed before. */
  private writeAfter(milliseconds: number): void {
    this.timer ??= setTimeout(() => void this.write(), milliseconds).unref();
  }

  private write(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    return (this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
    }));
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      this.group ??= { writer: this.writer, nth: ++this.groups, hits: this.waiting.slice(0, HITS_AT_ONCE) };
      try {
        await this.keeper.keep(this.group);
        this.waiting = this.waiting.slice(this.group.hits.length);
        this.group = null;
      } catch (error) {
        this.sayWhy(error);
        return this.writeAfter(PAUSE_MS);
      }
      this.sayDropped();
    }
  }

  private sayWhy(error: unknown): void {
    const reason = isDatabaseOutage(error) ? 'the database is away' : String(error);
    this.logger.warn({ message: 'hits wait', hits: this.waiting.length, reason });
    this.sayDropped();
  }

  private sayDropped(): void {
    if (this.droppedSinceSaid === 0) return;
    this.logger.error({ message: 'hits dropped: too many wait', hits: this.droppedSinceSaid });
    this.droppedSinceSaid = 0;
  }
}
