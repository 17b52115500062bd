import { dossier, type Evidence, isTaken, nameOf, nameOfEntry } from './evidence.js';
import { leaseViolations, lostLeases } from './leases.js';

/** A promise that was not kept, with what shows it. */
export interface Violation {
  invariant: string;
  what: string;
  evidence: string[];
}

/** What a scenario may do to the numbers. */
export interface Allowance {
  /** Leases may run out: processes were killed or stopped, or the database was away. */
  leasesMayEnd: boolean;
  windowSize: number;
}

/** The numbers of a scenario, reported whether or not anything is wrong. */
export interface Figures {
  audience: number;
  accepted: number;
  duplicates: number;
  inDoubt: number;
  doubtBound: number;
  lostLeases: number;
}

/** How many deliveries are shown with all that is known about them. */
const SHOWN = 3;

/** Judges by rows and journal alone; shares no code with the product. */
export function judge(evidence: Evidence, allowance: Allowance): { violations: Violation[]; figures: Figures } {
  const violations: Violation[] = [];
  const report = (invariant: string, what: string, names: string[]): void => {
    if (names.length === 0) return;
    const shown = names.slice(0, SHOWN).flatMap((name) => dossier(name, evidence));
    violations.push({ invariant, what: `${names.length} × ${what}`, evidence: shown });
  };
  const { runs, ledger, batches, journal } = evidence;
  const taken = journal.filter(isTaken);
  const copies = countBy(taken.map(nameOfEntry));
  const rows = new Map(ledger.map((row) => [nameOf(row.run_id, row.contact_id), row]));
  const policy = new Map(runs.map((run) => [run.id, run.on_doubt]));

  const audience = batches
    .filter((batch) => batch.parent_seq === null)
    .flatMap((batch) => batch.contact_ids.map((contact) => nameOf(batch.run_id, contact)));
  const members = new Set(audience);
  report('I1', 'a contact twice in the frozen audience', repeated(countBy(audience)));
  report(
    'I1',
    'a contact of the audience without an outcome',
    [...members].filter((name) => !rows.has(name)),
  );
  report(
    'I1',
    'an outcome for someone outside the audience',
    [...rows.keys()].filter((name) => !members.has(name)),
  );
  const unfinished = [
    ...runs
      .filter((run) => !run.finished)
      .map((run) => `run ${run.id} is ${run.status} (${run.reason ?? 'no reason'})`),
    ...batches
      .filter((batch) => batch.state !== 'done')
      .map((batch) => `batch ${batch.run_id}/${batch.seq} is ${batch.state}`),
  ];
  if (unfinished.length > 0)
    violations.push({
      invariant: 'I1',
      what: `${unfinished.length} × not at its end`,
      evidence: unfinished.slice(0, 10),
    });

  report(
    'I2',
    'sent, but the sink never took it',
    [...rows].flatMap(([name, { outcome }]) => (outcome === 'sent' && !copies.has(name) ? [name] : [])),
  );
  report(
    'I3',
    'taken by the sink, but neither sent nor in doubt',
    [...copies.keys()].filter((name) => !['sent', 'in_doubt'].includes(rows.get(name)?.outcome ?? '')),
  );

  const lost = lostLeases(evidence);
  const crashDoubt = lost.reduce((sum, { unsettled }) => sum + Math.min(unsettled, allowance.windowSize), 0);
  const doubtBound = crashDoubt + journal.filter(({ end }) => end !== 'ok' && end !== 'refused').length;
  const twice = repeated(copies);
  report(
    'I4',
    'sent twice under hold',
    twice.filter((name) => policy.get(name.split('.')[0]!) === 'hold'),
  );
  const duplicates = twice.reduce((sum, name) => sum + copies.get(name)! - 1, 0);
  if (duplicates > doubtBound)
    report('I4', `more duplicates (${duplicates}) than can be in doubt (${doubtBound}), of which`, twice);

  const doubtful = ledger
    .filter(({ outcome }) => outcome === 'in_doubt')
    .map((row) => nameOf(row.run_id, row.contact_id));
  if (doubtful.length > doubtBound) report('I5', `in doubt where only ${doubtBound} can be`, doubtful);
  const wide = lost.filter(({ unsettled }) => unsettled > allowance.windowSize);
  if (wide.length > 0)
    violations.push({
      invariant: 'I5',
      what: `${wide.length} × a lost lease with more than a window in flight`,
      evidence: wide.map(({ words }) => words),
    });
  if (lost.length > 0 && !allowance.leasesMayEnd)
    violations.push({
      invariant: 'I5',
      what: `${lost.length} × a lease ran out though nothing was done to its owner`,
      evidence: lost.slice(0, 10).map(({ words }) => words),
    });

  const occurrences = repeated(
    countBy(runs.map((run) => `campaign ${run.campaign_id} at ${run.scheduled_for.toISOString()}`)),
  );
  if (occurrences.length > 0)
    violations.push({
      invariant: 'I6',
      what: `${occurrences.length} × two runs of one occurrence`,
      evidence: occurrences,
    });
  for (const { invariant, what, names } of leaseViolations(evidence)) report(invariant, what, names);

  return {
    violations,
    figures: {
      audience: members.size,
      accepted: taken.length,
      duplicates,
      inDoubt: doubtful.length,
      doubtBound,
      lostLeases: lost.length,
    },
  };
}

function countBy(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const repeated = (counts: Map<string, number>): string[] =>
  [...counts].flatMap(([name, count]) => (count > 1 ? [name] : []));
