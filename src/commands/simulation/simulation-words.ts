import type { SimulatedRun, SimulationResponse } from './simulation.dto.js';

const HEADINGS = ['scheduled for', 'local time', 'status', 'audience', 'sent', 'failed', 'skipped', 'in doubt'];

/** A simulation in words: a line for each run, what did not come as the plain rule says, and the sum. */
export function simulationWords(simulation: SimulationResponse): string {
  const { runs, exceptions, totals, audience, contacts, failure_rate, seed } = simulation;
  const rows = [[...HEADINGS, 'finished'], ...runs.map(cells)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const bent = exceptions.map(({ local, kind, reason }) => `${local}  ${kind}: ${reason}`);
  const number = (count: number) => count.toLocaleString('en');
  return [
    ...table,
    '',
    ...(bent.length > 0 ? [...bent, ''] : []),
    `${number(totals.occurrences)} occurrences: ${number(totals.completed)} completed, ${number(totals.overlapped)} skipped, ` +
      `${number(totals.missed)} missed, ${number(totals.bent)} bent`,
    `${number(totals.audience)} recipients: ${number(totals.sent)} sent, ${number(totals.failed)} failed, ` +
      `${number(totals.skipped)} skipped, ${number(totals.in_doubt)} in doubt`,
    `played with ${number(contacts)} of ${number(audience)} contacts, failure rate ${failure_rate}, seed ${seed}; nothing was sent`,
  ].join('\n');
}

function cells(run: SimulatedRun): string[] {
  const { scheduled_for, local, status, reason, audience, sent, failed, skipped, in_doubt, finished_at } = run;
  return [
    scheduled_for.toISOString(),
    local,
    reason ? `${status} (${reason})` : status,
    ...[audience, sent, failed, skipped, in_doubt].map(String),
    finished_at?.toISOString() ?? '',
  ];
}
