import { randomInt } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { Clock } from '../platform/clock.js';
import { Events, type Facts } from '../platform/events.js';
import { Gathering } from '../platform/gathering.js';
import { lockCaps } from './frequency-cap.queries.js';
import { type BatchRecord, recordBatches, type Window } from './record.queries.js';

/**
 * Batches in one statement: beyond some hundreds of rows its fixed cost no longer shows, and half of the lanes are left to
 * render meanwhile.
 */
const TOGETHER = 8;

/** Numbers to count under: so many that no other process comes upon the same. */
const NUMBERS = 2 ** 47;

const byBatch = ({ record: { cursor: one } }: Entry, { record: { cursor: other } }: Entry): number =>
  one.runId - other.runId || one.seq - other.seq;

/** Stands for the runs of channels without caps, which go together. */
const UNCAPPED = 0;

/** What a batch came to since it was claimed. */
type BatchFact = Facts['batches.recorded']['batches'][number];

/** A record, with what is to be published in its transaction. */
interface Entry {
  record: BatchRecord;
  fact: BatchFact | null;
}

const hasFailures = ({ record }: Entry): boolean => record.settlements.some(({ kind }) => kind === 'failed');

const failuresOf = ({ record: { cursor, settlements } }: Entry): Facts['deliveries.failed']['deliveries'] =>
  settlements.flatMap((settlement) =>
    settlement.kind === 'failed'
      ? [{ runId: cursor.runId, contactId: settlement.contactId, reason: settlement.reason }]
      : [],
  );

/** Writes the records of all lanes, those that come in while one statement is under way together in the next. */
@Injectable()
export class RecordQueue {
  private readonly entries = new Gathering((group: Entry[]) => this.write(group), TOGETHER);
  /** Statements that are under way at the same time count under different numbers; those that ended give theirs back. */
  private readonly idleWriters: number[] = [];
  private nextWriter = randomInt(1, NUMBERS);

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
  record(record: BatchRecord, fact: BatchFact | null): Promise<Window | undefined> {
    return this.entries.ask({ record, fact });
  }

  private async write(group: Entry[]): Promise<(Window | undefined)[]> {
    const writer = this.idleWriters.pop() ?? this.nextWriter++;
    try {
      return await this.writeAs(writer, group);
    } finally {
      this.idleWriters.push(writer);
    }
  }

  private writeAs(writer: number, group: Entry[]): Promise<(Window | undefined)[]> {
    const capped = group.filter(({ record }) => record.caps.length > 0);
    const tellsFailures = this.events.isWanted('deliveries.failed') && group.some(hasFailures);
    if (capped.length === 0 && !tellsFailures && group.every(({ fact }) => fact === null))
      return this.recordParts(writer, group);
    return this.em.transactional(async (em) => {
      if (capped.length > 0)
        await lockCaps(
          em.getKysely(),
          capped.map(({ record }) => record.channel),
        );
      const windows = await this.recordParts(writer, group);
      const batches = group.flatMap(({ fact }, index) => (fact && windows[index] ? [fact] : []));
      if (batches.length > 0) await this.events.publish('batches.recorded', { batches });
      const deliveries = tellsFailures ? group.filter((_, index) => windows[index]).flatMap(failuresOf) : [];
      if (deliveries.length > 0) await this.events.publish('deliveries.failed', { deliveries });
      return windows;
    });
  }

  /**
   * Capped runs one after the other: the windows of two in one statement would not see each other. In the order of batches,
   * as corrections lock them.
   */
  private async recordParts(writer: number, group: Entry[]): Promise<(Window | undefined)[]> {
    const parts = new Map<number, Entry[]>();
    for (const entry of group.toSorted(byBatch)) {
      const part = entry.record.caps.length > 0 ? entry.record.cursor.runId : UNCAPPED;
      parts.set(part, [...(parts.get(part) ?? []), entry]);
    }
    const windows = new Map<Entry, Window | undefined>();
    for (const part of parts.values())
      (await this.recordAll(writer, part)).forEach((window, index) => windows.set(part[index]!, window));
    return group.map((entry) => windows.get(entry));
  }

  private recordAll(writer: number, group: Entry[]): Promise<(Window | undefined)[]> {
    const records = group.map(({ record }) => record);
    return recordBatches(this.em.getKysely(), this.clock.sql(), records, this.audience.recipients, writer);
  }
}
