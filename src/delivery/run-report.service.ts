import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { RunRetentionService } from '../campaigns/run-retention.service.js';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { prepared } from '../platform/prepared-statements.js';
import type { DeliveryQuery, DeliveryResponse, RunCounts, RunResponse } from './delivery.dto.js';
import { batchTotals } from './run-ledger.queries.js';
import { groupIn, partedRun } from './variant-group.queries.js';

/** What all runs of a campaign add up to. */
export interface CampaignTotals extends RunCounts {
  /** Runs carried out or under way; skipped and missed occurrences do not count. */
  runs: number;
  changed_at: Date;
}

/** A run with its counts in one snapshot: final on the row once it ended, summed over its batches until then. */
const response = sql`
  r.id, r.campaign_id, r.scheduled_for, to_char(r.zones_from at time zone 'Etc/GMT-14', 'YYYY-MM-DD"T"HH24:MI:SS') as local_time,
  r.zone_fallback, r.status, r.reason, r.channel, r.provider, r.content_version, r.frozen, r.missed_count,
  r.missed_until, r.opened_at, round(extract(epoch from r.opened_at - coalesce(r.zones_from, r.scheduled_for)) * 1000)::int8 as opened_after_ms,
  r.finished_at, r.reconciled_at, r.reconciliation_difference, r.ledger_dropped_at,
  coalesce(b.audience, r.audience_size) as audience, coalesce(b.pending, 0) as pending, coalesce(b.sent, r.sent) as sent,
  coalesce(b.failed, r.failed) as failed, coalesce(b.skipped, r.skipped) as skipped,
  coalesce(b.in_doubt, r.in_doubt) as in_doubt`;
const counts = sql`
  left join lateral (select ${batchTotals} from run_batch where run_id = r.id) b on r.finished_at is null`;

const pendingIn = (state: 'ready' | 'leased') => sql`
  (select coalesce(sum(size - sent - failed - skipped - in_doubt - deferred), 0) from run_batch
   where run_id = r.id and state = ${sql.lit(state)})`;
/**
 * The same of an open run without looking at batches that are done: who is pending is in the others, and who came to an end
 * was counted by the minute in the statement that said so. However far a run to millions is, it costs what is left of it.
 */
const quickCounts = sql`
  cross join lateral (
    select e.*, p.pending, p.pending + e.sent + e.failed + e.skipped + e.in_doubt as audience
    from (select coalesce(sum(sent), 0)::bigint as sent, coalesce(sum(failed), 0)::bigint as failed,
                 coalesce(sum(skipped), 0)::bigint as skipped, coalesce(sum(in_doubt), 0)::bigint as in_doubt
          from run_minute where run_id = r.id) e,
         (select (${pendingIn('ready')} + ${pendingIn('leased')})::bigint as pending) p) b`;

/** Runs and deliveries as the API shows them; reading only. */
@Injectable()
export class RunReportService {
  constructor(
    private readonly em: EntityManager,
    private readonly retention: RunRetentionService,
    private readonly clock: Clock,
  ) {}

  async get(id: number): Promise<RunResponse> {
    const { rows } = await sql<RunResponse>`select ${response} from run r ${counts} where r.id = ${id}`.execute(
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
        max(coalesce(finished_at, ${this.clock.sql()})) as changed_at
      from (select ${response} from run r ${counts} where r.campaign_id = any(${campaignIds}::bigint[])) r
      group by campaign_id`.execute(this.em.getKysely());
    return new Map(rows.map(({ campaign_id, ...totals }) => [campaign_id, totals]));
  }

  /** Runs that have not ended, newest first; at most so many. */
  async open(most: number): Promise<RunResponse[]> {
    const { rows } = await sql<RunResponse>`${prepared}
      select ${response} from run r ${quickCounts} where r.finished_at is null order by r.id desc limit ${most}`.execute(
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
      select ${response} from run r ${counts}
      where r.campaign_id = ${campaignId} and r.id < ${decodeCursor(query.cursor) ?? Number.MAX_SAFE_INTEGER}
      order by r.id desc limit ${query.limit + 1}`.execute(db);
    return Page.cut(rows, query.limit, (run) => run.id);
  }

  /** In the order of contact ids. Recipients still pending have no row yet. Throws RUN_NOT_FOUND or LEDGER_DROPPED. */
  async deliveries(runId: number, query: DeliveryQuery): Promise<Page<DeliveryResponse>> {
    await this.retention.requireLedger(runId);
    const db = this.em.getKysely();
    const parted = await partedRun(db, runId);
    const group = parted ? groupIn(parted)(sql`d.contact_id`) : sql<null>`null`;
    const { rows } = await sql<DeliveryResponse & { group: number | null }>`
      select d.run_id, d.contact_id, c.email, d.outcome, d.reason, d.attempts, d.provider_message_id, d.at, ${group} as "group",
        coalesce((select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', a.at, 'code', a.code,
                    'enhanced_code', a.enhanced_code, 'response', a.response, 'transient', a.transient, 'provider', a.provider) order by a.at)
                  from delivery_attempt a where a.run_id = d.run_id and a.contact_id = d.contact_id), '[]') as failed_attempts
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
