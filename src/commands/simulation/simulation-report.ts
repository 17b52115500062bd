import { nextOccurrence } from '../../campaigns/domain/recurrence.js';
import type { Schedule } from '../../campaigns/domain/schedule.js';
import { toWallTime } from '../../campaigns/domain/wall-time.js';
import type { RunResponse } from '../../delivery/delivery.dto.js';
import type { SimulatedException, SimulatedRun, SimulationTotals } from './simulation.dto.js';

/** What the runs of a simulation come to. */
export function simulationReport(
  runs: RunResponse[],
  schedule: Schedule,
): { totals: SimulationTotals; exceptions: SimulatedException[]; runs: SimulatedRun[] } {
  const played = runs
    .map((run) => simulatedRun(run, schedule))
    .sort((one, other) => one.scheduled_for.getTime() - other.scheduled_for.getTime());
  return { totals: totalsOf(played), exceptions: played.flatMap(exceptionsOf), runs: played };
}

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

function totalsOf(runs: SimulatedRun[]): SimulationTotals {
  const count = (holds: (run: SimulatedRun) => boolean) => runs.filter(holds).length;
  return {
    occurrences: sum(runs, (run) => Math.max(run.missed_count, 1)),
    completed: count(({ status }) => status === 'completed'),
    overlapped: count(({ status }) => status === 'skipped'),
    missed: sum(runs, ({ status, missed_count }) => (status === 'missed' ? missed_count : 0)),
    bent: count(({ note }) => note !== null),
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
