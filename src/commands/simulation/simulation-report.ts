import { leftOutByGaps } from '../../campaigns/domain/bent-time.js';
import { occurrenceIn, openingSchedule, ZONES_SPREAD_MS } from '../../campaigns/domain/recipient-time.js';
import { nextOccurrence, occurrences } from '../../campaigns/domain/recurrence.js';
import type { Occurrence, Schedule } from '../../campaigns/domain/schedule.js';
import { toWallTime } from '../../campaigns/domain/wall-time.js';
import type { RunResponse } from '../../delivery/delivery.dto.js';
import type { SimulatedException, SimulatedRun, SimulationTotals } from './simulation.dto.js';

const HOUR = 3_600_000;

/** Openings around a time of which one is that of its run: rules at recipients' clocks come once a day at most. */
const NEAR = 3;

/** What was played. */
export interface Played {
  schedule: Schedule;
  from: Date;
  to: Date;
  /** The zones by whose clocks recipients were sent to; none where the campaign's own decides. */
  zones: string[];
}

/** What the runs of a simulation come to. */
export function simulationReport(
  runs: RunResponse[],
  { schedule, from, to, zones }: Played,
): { totals: SimulationTotals; exceptions: SimulatedException[]; runs: SimulatedRun[] } {
  const played = runs
    .map((run) => simulatedRun(run, schedule))
    .sort((one, other) => one.scheduled_for.getTime() - other.scheduled_for.getTime());
  const elsewhere = played.map((run) => bentElsewhere(run, schedule, zones));
  const exceptions = played.flatMap((run, index) => [...exceptionsOf(run), ...elsewhere[index]!]);
  const leftOut = [...leftOutByGaps(schedule, from, to)].map((occurrence) => exceptionOf(occurrence, 'skipped'));
  const bent = played.filter(({ note }, index) => note !== null || elsewhere[index]!.length > 0).length;
  return {
    totals: { ...totalsOf(played), bent },
    exceptions: [...exceptions, ...leftOut].sort(
      (one, other) => one.scheduled_for.getTime() - other.scheduled_for.getTime(),
    ),
    runs: played,
  };
}

/** What the clocks of recipients in other zones make of the wall time of a run. */
function bentElsewhere({ scheduled_for }: SimulatedRun, schedule: Schedule, zones: string[]): SimulatedException[] {
  const at = scheduled_for.getTime();
  const own = (opening: Date) => occurrenceIn(schedule.timeZone, opening).at.getTime();
  const opening = occurrences(openingSchedule(schedule), new Date(at - ZONES_SPREAD_MS - HOUR), NEAR).find(
    (candidate) => own(candidate.at) === at,
  );
  if (!opening) return [];
  return zones
    .filter((zone) => zone !== schedule.timeZone)
    .map((zone) => occurrenceIn(zone, opening.at))
    .flatMap((occurrence) => (occurrence.note === null ? [] : [exceptionOf(occurrence, 'bent')]));
}

const exceptionOf = ({ at, local, note }: Occurrence, kind: SimulatedException['kind']): SimulatedException => ({
  scheduled_for: at,
  local,
  kind,
  reason: note!,
});

function simulatedRun(run: RunResponse, schedule: Schedule): SimulatedRun {
  const { scheduled_for, status, reason, missed_count, audience, sent, failed, skipped, in_doubt, finished_at } = run;
  const byRule = nextOccurrence(schedule, new Date(scheduled_for.getTime() - 1));
  const occurrence = byRule?.at.getTime() === scheduled_for.getTime() ? byRule : null;
  return {
    scheduled_for,
    local: occurrence?.local ?? toWallTime(scheduled_for, schedule.timeZone),
    note: occurrence?.note ?? null,
    status,
    reason,
    missed_count,
    audience,
    sent,
    failed,
    skipped,
    in_doubt,
    finished_at,
  };
}

const sum = (runs: SimulatedRun[], of: (run: SimulatedRun) => number) =>
  runs.reduce((total, run) => total + of(run), 0);

function totalsOf(runs: SimulatedRun[]): Omit<SimulationTotals, 'bent'> {
  const count = (holds: (run: SimulatedRun) => boolean) => runs.filter(holds).length;
  return {
    occurrences: sum(runs, (run) => Math.max(run.missed_count, 1)),
    completed: count(({ status }) => status === 'completed'),
    overlapped: count(({ status }) => status === 'skipped'),
    missed: sum(runs, ({ status, missed_count }) => (status === 'missed' ? missed_count : 0)),
    audience: sum(runs, (run) => run.audience),
    sent: sum(runs, (run) => run.sent),
    failed: sum(runs, (run) => run.failed),
    skipped: sum(runs, (run) => run.skipped),
    in_doubt: sum(runs, (run) => run.in_doubt),
  };
}

const skippedBecause: Record<string, string> = { overlap: 'an earlier run was still going' };
const missedBecause: Record<string, string> = {
  misfire: 'nothing could open it in time',
  paused: 'the campaign was paused',
};

function exceptionsOf({
  scheduled_for,
  local,
  note,
  status,
  reason,
  missed_count,
}: SimulatedRun): SimulatedException[] {
  const found: SimulatedException[] = [];
  const add = (kind: SimulatedException['kind'], why: string) =>
    found.push({ scheduled_for, local, kind, reason: why });
  if (note !== null) add('bent', note);
  if (status === 'skipped') add('skipped', skippedBecause[reason ?? ''] ?? reason ?? '');
  if (status === 'missed') add('missed', `${missed_count} missed: ${missedBecause[reason ?? ''] ?? reason}`);
  return found;
}
