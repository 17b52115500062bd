import { ON_TIME_MS } from '../../campaigns/domain/misfire.js';
import { isUsableZone, wallTimeOf } from '../../campaigns/domain/recipient-time.js';
import type { UnfrozenRun } from '../../campaigns/domain/run-totals.js';
import { earliestAllowed, type SendHours } from '../../campaigns/domain/send-window.js';
import { toInstant } from '../../campaigns/domain/wall-time.js';

/** When the recipients of one time zone are due, or why they are left out. */
export interface ZoneDue {
  dueAt: Date;
  skip: 'zone_past' | 'quiet_hours' | null;
}

/** The usable ones of some zones with what they mean for a run; whoever has none of them is due with `others`. */
export interface ZonePlan {
  zones: (ZoneDue & { zone: string })[];
  others: ZoneDue;
}

export type ZonedRun = Pick<
  UnfrozenRun,
  'scheduled_for' | 'zones_from' | 'time_zone' | 'late' | 'opened_at' | 'expires_at'
>;

/** Plans a run for recipients in these zones; `hours` are those in which it may be sent, null for any. */
export function planZones(run: ZonedRun, zones: (string | null)[], hours: SendHours | null): ZonePlan {
  return {
    zones: zones.filter(isUsableZone).map((zone) => ({ zone, ...dueIn(zone, run, hours) })),
    others: dueIn(run.time_zone, run, hours),
  };
}

function dueIn(zone: string, run: ZonedRun, hours: SendHours | null): ZoneDue {
  const wanted = run.zones_from ? toInstant(wallTimeOf(run.zones_from), zone).at : run.scheduled_for;
  const past = run.zones_from !== null && run.opened_at.getTime() - wanted.getTime() > ON_TIME_MS;
  if (past && run.late === 'skip') return { dueAt: wanted, skip: 'zone_past' };
  if (hours === null) return { dueAt: wanted, skip: null };
  const from = new Date(Math.max(wanted.getTime(), run.opened_at.getTime()));
  const opening = earliestAllowed(from, zone, hours);
  if (opening === null || opening >= run.expires_at) return { dueAt: wanted, skip: 'quiet_hours' };
  return { dueAt: opening > from ? opening : wanted, skip: null };
}
