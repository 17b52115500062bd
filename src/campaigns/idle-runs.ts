import type { RawBuilder } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Campaign } from './campaign.entity.js';
import { outstandingOf, scheduleOf } from './campaign-schedule.js';
import { type Missed, unaccounted } from './domain/misfire.js';
import type { Schedule } from './domain/schedule.js';
import { accountedSpans, type IdleStatus, insertIdleRun, SPANS_LOOKED_AT } from './idle-runs.queries.js';

/** Occurrences that are not carried out, by their time in the campaign's zone, and why. */
export interface Omission {
  campaignId: number;
  /** The rule whose occurrences they are, which a reschedule is about to replace. */
  schedule: Schedule;
  status: IdleStatus;
  reason: string;
  left: Missed;
  /** Instants among them that are still to be carried out, in order. */
  kept?: Date[];
}

/** What a campaign has missed by its present rule; null for nothing. */
export function missedOf(campaign: Campaign, reason: string, left: Missed | null): Omission | null {
  return left && { campaignId: campaign.id, schedule: scheduleOf(campaign), status: 'missed', reason, left };
}

/**
 * What a campaign was due for and will never carry out once that is done to it now; null for nothing. While it was paused
 * the pause is the reason. A reschedule only moves the one occurrence of a one-time campaign.
 */
export function givenUp(
  campaign: Campaign,
  reason: 'rescheduled' | 'cancelled' | 'deleted',
  now: Date,
): Omission | null {
  if (reason === 'rescheduled' && campaign.type === 'one_time') return null;
  return missedOf(campaign, campaign.status === 'paused' ? 'paused' : reason, outstandingOf(campaign, now));
}

/**
 * Records what is not carried out and what no run accounts for yet: one row, or one for each stretch between those that
 * have a run. A due time that was set back, as by a restored backup, may lie before runs that were carried out.
 */
export async function leaveOut(db: Db, omission: Omission | null, now: RawBuilder<Date>): Promise<void> {
  if (omission === null) return;
  const { campaignId, schedule, status, reason, left, kept = [] } = omission;
  const record = (missed: Missed) => insertIdleRun(db, campaignId, status, reason, missed, now);
  if (left.count === 1 && kept.length === 0) return record(left);
  const spans = await accountedSpans(db, campaignId, left.to);
  // Of more runs than are looked at, those before account for their times.
  if (spans.length === SPANS_LOOKED_AT) spans.unshift({ from: new Date(0), to: spans[0]!.from });
  const taken = [...spans, ...kept.map((at) => ({ from: at, to: at }))];
  taken.sort((one, other) => one.from.getTime() - other.from.getTime());
  for (const missed of unaccounted(schedule, left, taken)) await record(missed);
}
