import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { RunsService } from '../campaigns/runs.service.js';
import { readDeliveryKey } from '../delivery/domain/delivery-key.js';
import type { EvidenceSource } from '../delivery/domain/evidence.js';
import { EvidenceService } from '../delivery/evidence.service.js';
import { Clock } from '../platform/clock.js';
import { isDatabaseOutage } from '../platform/database-outage.js';
import { eachApart } from '../platform/each-apart.js';
import { Events, type Facts } from '../platform/events.js';
import type { ToldReport } from './domain/report.js';
import { keepable } from './keepable.js';
import { forgetReports, type Heeded, keepReports, leftOpen, noteHeeded, type OpenReport } from './report.queries.js';
import { SoftBounces } from './soft-bounces.js';

type Reported = Facts['messages.reported']['reports'][number];

/** What reports by email are kept under; no account is called so. */
export const MAIL_SOURCE = 'mail';

/** Pieces of evidence that one call settles. */
const AT_ONCE = 1_000;

/**
 * What providers report about messages after they took them. Every report is kept before it is heeded, and heeding the same
 * again changes nothing: whoever stops in between is followed by the provider's next try, or by `heedLeft`.
 */
@Injectable()
export class ReportsService {
  private readonly logger = new Logger('Inbound');

  constructor(
    private readonly em: EntityManager,
    private readonly evidence: EvidenceService,
    private readonly runs: RunsService,
    private readonly softBounces: SoftBounces,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Keeps and heeds what an account told. Not to be called in a transaction. */
  async take(source: string, told: readonly ToldReport[]): Promise<void> {
    for (let start = 0; start < told.length; start += AT_ONCE) {
      const slice = told.slice(start, start + AT_ONCE).map(keepable);
      await this.heed(await keepReports(this.em.getKysely(), source, slice, this.clock.sql()));
    }
  }

  /** Heeds what was left: by a process that stopped, or because its recipient had no outcome yet. */
  async heedLeft(): Promise<void> {
    for (let after = 0; ;) {
      const left = await leftOpen(this.em.getKysely(), after, this.clock.sql());
      if (left.length === 0) return;
      await this.heedApart(left);
      after = left.at(-1)!.id;
    }
  }

  /** Forgets what came more than so many days ago. */
  async forget(days: number): Promise<void> {
    const before = sql<Date>`${this.clock.sql()} - ${days} * interval '1 day'`;
    while ((await forgetReports(this.em.getKysely(), before)) > 0);
  }

  /** All at once; where that fails each alone, so that one that cannot be heeded holds up no other. */
  private async heedApart(reports: OpenReport[]): Promise<void> {
    try {
      await this.heed(reports);
    } catch (error) {
      if (isDatabaseOutage(error)) throw error;
      await eachApart(
        reports,
        ({ id }) => `report ${id}`,
        this.logger,
        (report) => this.heed([report]),
      );
    }
  }

  /** Those about a message that their source may speak of. */
  private async proven(reports: readonly OpenReport[]): Promise<Heeded[]> {
    const proven: Heeded[] = [];
    for (const source of new Set(reports.map((report) => report.source))) {
      const keyed = reports.filter((report) => report.source === source && report.message !== null);
      const evidence = keyed.map(({ message, words }) => ({
        ...{ message_id: message!, verdict: 'accepted' as const },
        ...(words === null ? {} : { response: words }),
      }));
      const answers = await this.evidence.accept(evidence, sourceOf(source));
      for (const [index, { id, message }] of keyed.entries()) {
        const { result } = answers[index]!;
        if (result === 'unknown') continue;
        const { runId, contactId } = readDeliveryKey(message!)!;
        proven.push({ id, runId, contactId, open: result === 'pending' });
      }
    }
    return proven;
  }

  /** Whatever is reported of a message shows that its provider took it: that settles doubts, and never touches `sent`. */
  private async heed(reports: OpenReport[]): Promise<void> {
    if (reports.length === 0) return;
    const heeded = new Map<number, Heeded>(
      reports.map(({ id }) => [id, { id, runId: null, contactId: null, open: false }]),
    );
    for (const each of await this.proven(reports)) heeded.set(each.id, each);
    const ours = reports.flatMap((report) => {
      const { runId, contactId } = heeded.get(report.id)!;
      return runId === null || contactId === null ? [] : [{ ...report, runId, contactId }];
    });
    // Their contacts first: soft bounces are counted by them.
    await noteHeeded(
      this.em.getKysely(),
      [...heeded.values()].map((each) => ({ ...each, open: true })),
    );
    const channels = new Map(
      (await this.runs.find([...new Set(ours.map(({ runId }) => runId))])).map(({ id, channel }) => [id, channel]),
    );
    await this.softBounces.heed(ours.map((report) => ({ ...report, channel: channels.get(report.runId)! })));
    const told = ours.filter(isEngagement).map(({ runId, contactId, kind, at }) => ({ runId, contactId, kind, at }));
    if (told.length > 0) await this.events.publish('messages.reported', { reports: told });
    await noteHeeded(this.em.getKysely(), [...heeded.values()]);
  }
}

/** What an account tells, it tells of its own messages; mail comes from anywhere, and proves itself by its address. */
const sourceOf = (source: string): EvidenceSource =>
  source === MAIL_SOURCE ? { channel: 'email' } : { account: source };

const ENGAGING: readonly string[] = ['bounced', 'complained', 'unsubscribed'] satisfies Reported['kind'][];
const isEngagement = <R extends { kind: string }>(report: R): report is R & { kind: Reported['kind'] } =>
  ENGAGING.includes(report.kind);
