import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { RunRetentionService } from '../campaigns/run-retention.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { prepared } from '../platform/prepared-statements.js';
import { deliveriesOfContact } from './contact-ledger.queries.js';
import type {
  ContactDeliveryResponse,
  DeliveryQuery,
  DeliveryResponse,
  RunCounts,
  RunResponse,
} from './delivery.dto.js';
import { failedAttempts } from './failed-attempts.queries.js';
import { countedBy, quicklyCounted, runColumns } from './run-report.queries.js';
import { groupIn, partedRun } from './variant-group.queries.js';

/** What all runs of a campaign add up to. */
export interface CampaignTotals extends RunCounts {
  /** Runs carried out or under way; skipped and missed occurrences do not count. */
  runs: number;
  /** Of the sent: those whose messages tell that they are opened, and that a link is followed. */
  open_base: number;
  click_base: number;
  awaiting_winner: number;
  changed_at: Date;
}

/** Runs and deliveries as the API shows them; reading only. */
@Injectable()
export class RunReportService {
  private readonly response: RawBuilder<unknown>;

  constructor(
    private readonly em: EntityManager,
    private readonly retention: RunRetentionService,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.response = runColumns(config);
  }

  async get(id: number): Promise<RunResponse> {
    const { rows } = await sql<RunResponse>`select ${this.response} from run r ${countedBy} where r.id = ${id}`.execute(
      this.em.getKysely(),
    );
    if (!rows[0]) throw notFound('run', id);
    return rows[0];
  }

  /** What all runs of each campaign add up to, in one snapshot; a campaign without runs is not in the map. */
  async totalsOf(campaignIds: number[]): Promise<Map<number, CampaignTotals>> {
    const { rows } = await sql<CampaignTotals & { campaign_id: number }>`
      select campaign_id, count(*) filter (where status not in ('skipped', 'missed')) as runs,
        sum(audience)::bigint as audience, sum(pending)::bigint as pending, sum(sent)::bigint as sent,
        sum(failed)::bigint as failed, sum(skipped)::bigint as skipped, sum(in_doubt)::bigint as in_doubt,
        coalesce(sum(sent) filter (where counts_opens), 0)::bigint as open_base,
        coalesce(sum(sent) filter (where counts_clicks), 0)::bigint as click_base,
        sum(awaiting_winner)::bigint as awaiting_winner,
        max(coalesce(finished_at, ${this.clock.sql()})) as changed_at
      from (select ${this.response} from run r ${countedBy} where r.campaign_id = any(${campaignIds}::bigint[])) r
      group by campaign_id`.execute(this.em.getKysely());
    return new Map(rows.map(({ campaign_id, ...totals }) => [campaign_id, totals]));
  }

  /** Runs that have not ended, newest first; at most so many. */
  async open(most: number): Promise<RunResponse[]> {
    const { rows } = await sql<RunResponse>`${prepared}
      select ${this.response} from run r ${quicklyCounted} where r.finished_at is null order by r.id desc limit ${most}`.execute(
      this.em.getKysely(),
    );
    return rows;
  }

  /** Newest first. */
  async ofCampaign(campaignId: number, query: PageQuery): Promise<Page<RunResponse>> {
    const db = this.em.getKysely();
    const { rows: known } = await sql`select from campaign where id = ${campaignId}`.execute(db);
    if (known.length === 0) throw notFound('campaign', campaignId);
    const { rows } = await sql<RunResponse>`
      select ${this.response} from run r ${countedBy}
      where r.campaign_id = ${campaignId} and r.id < ${decodeCursor(query.cursor) ?? Number.MAX_SAFE_INTEGER}
      order by r.id desc limit ${query.limit + 1}`.execute(db);
    return Page.cut(rows, query.limit, (run) => run.id);
  }

  /** Of one contact, the newest run first. Throws CONTACT_NOT_FOUND. */
  async ofContact(contactId: number, query: PageQuery): Promise<Page<ContactDeliveryResponse>> {
    const db = this.em.getKysely();
    const { rows: known } = await sql`select from contact where id = ${contactId}`.execute(db);
    if (known.length === 0) throw notFound('contact', contactId);
    const before = decodeCursor(query.cursor) ?? Number.MAX_SAFE_INTEGER;
    const rows = await deliveriesOfContact(db, contactId, before, query.limit + 1);
    return Page.cut(rows, query.limit, ({ run_id }) => run_id);
  }

  /** In the order of contact ids. Recipients still pending have no row yet. Throws RUN_NOT_FOUND or LEDGER_DROPPED. */
  async deliveries(runId: number, query: DeliveryQuery): Promise<Page<DeliveryResponse>> {
    await this.retention.requireLedger(runId);
    const db = this.em.getKysely();
    const parted = await partedRun(db, runId);
    const group = parted ? groupIn(parted)(sql`d.contact_id`) : sql<null>`null`;
    const { rows } = await sql<DeliveryResponse & { group: number | null }>`
      select d.run_id, d.contact_id, c.email, c.phone, d.outcome, d.reason, d.attempts, d.provider_message_id, d.at, ${group} as "group",
        ${failedAttempts(sql`d.run_id`, sql`d.contact_id`)} as failed_attempts
      from delivery d left join contact c on c.id = d.contact_id
      where d.run_id = ${runId} and d.contact_id > ${decodeCursor(query.cursor) ?? 0}
        and (${query.outcome ?? null}::outcome is null or d.outcome = ${query.outcome ?? null}::outcome)
      order by d.contact_id limit ${query.limit + 1}`.execute(db);
    const named = rows.map(({ group, failed_attempts, ...delivery }) => {
      const variant = (group !== null && parted?.parts.variants[group - 1]?.name) || null;
      return { ...delivery, variant, failed_attempts };
    });
    return Page.cut(named, query.limit, (delivery) => delivery.contact_id);
  }
}
