import { sql } from 'kysely';
import { WAITING } from '../campaigns/domain/variant-group.js';
import type { Config } from '../platform/config.js';
import { leadsBack } from '../platform/mail-reach.js';
import { countsClicks, countsOpens } from './counted.queries.js';
import { batchTotals } from './run-ledger.queries.js';

/** A run `r` with its counts `b` in one snapshot: final on the row once it ended, summed over its batches until then. */
export const runColumns = (config: Config) => sql`
  r.id, r.campaign_id, r.scheduled_for, to_char(r.zones_from at time zone 'Etc/GMT-14', 'YYYY-MM-DD"T"HH24:MI:SS') as local_time,
  r.zone_fallback, r.status, r.reason, r.channel, r.provider, r.content_version, r.frozen, r.missed_count,
  r.missed_until, r.opened_at, round(extract(epoch from r.opened_at - coalesce(r.zones_from, r.scheduled_for)) * 1000)::int8 as opened_after_ms,
  r.finished_at, r.reconciled_at, r.reconciliation_difference, r.ledger_dropped_at,
  coalesce(b.audience, r.audience_size) as audience, coalesce(b.pending, 0) as pending, coalesce(b.sent, r.sent) as sent,
  coalesce(b.failed, r.failed) as failed, coalesce(b.skipped, r.skipped) as skipped,
  coalesce(b.in_doubt, r.in_doubt) as in_doubt, coalesce(b.awaiting_winner, 0) as awaiting_winner,
  case when r.finished_at is null then r.decides_at end as decides_at, ${countedOf(config)}`;

/** What `trackingOf` says of the run, as far as recipients can reach this installation. */
function countedOf(config: Config) {
  const reached = sql.lit(leadsBack(config));
  return sql`${reached} and ${countsOpens} as counts_opens, ${reached} and ${countsClicks} as counts_clicks`;
}

const unsettled = sql`size - sent - failed - skipped - in_doubt - deferred`;
const awaiting = sql`coalesce(sum(${unsettled}) filter (where variant = ${sql.lit(WAITING)}), 0)::bigint as awaiting_winner`;

/** Counts an open run by all of its batches. */
export const countedBy = sql`
  left join lateral (select ${batchTotals}, ${awaiting} from run_batch where run_id = r.id) b on r.finished_at is null`;

/**
 * The same of an open run without looking at batches that are done: who is pending is in the others, and who came to an end
 * was counted by the minute in the statement that said so. However far a run to millions is, it costs what is left of it.
 */
export const quicklyCounted = sql`
  cross join lateral (
    select e.*, w.awaiting_winner, w.pending + l.pending as pending,
           w.pending + l.pending + e.sent + e.failed + e.skipped + e.in_doubt as audience
    from (select coalesce(sum(sent), 0)::bigint as sent, coalesce(sum(failed), 0)::bigint as failed,
                 coalesce(sum(skipped), 0)::bigint as skipped, coalesce(sum(in_doubt), 0)::bigint as in_doubt
          from run_minute where run_id = r.id) e,
         (select coalesce(sum(${unsettled}), 0)::bigint as pending, ${awaiting}
          from run_batch where run_id = r.id and state = 'ready') w,
         (select coalesce(sum(${unsettled}), 0)::bigint as pending
          from run_batch where run_id = r.id and state = 'leased') l) b`;
