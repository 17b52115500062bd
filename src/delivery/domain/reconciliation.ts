/** The counts of a run, from one of its sides. */
interface Counts {
  audience: number;
  pending: number;
  sent: number;
  failed: number;
  skipped: number;
  in_doubt: number;
}

/** A count by which a side differs from the ledger. */
export interface Difference {
  /** `sent`, or `batches.sent` where the batches of a finished run differ in another way than its own totals. */
  count: string;
  counted: number;
  ledger: number;
}

/** What reconciling a run found. */
export interface Reconciliation {
  run_id: number;
  balanced: boolean;
  /** What the API shows: the run's own totals once it ended, its batches' counters until then. */
  counted: Counts;
  /** Null, like the ledger, once that was dropped. */
  batches: Counts | null;
  ledger: Counts | null;
  differences: Difference[];
  ledger_dropped_at: Date | null;
}

/** Whether `audience = pending + sent + failed + skipped + in_doubt`. */
export function addsUp({ audience, pending, sent, failed, skipped, in_doubt }: Counts): boolean {
  return audience === pending + sent + failed + skipped + in_doubt;
}

/**
 * Compares a run's totals (null while it is open) and its batches with its ledger; balanced when all agree and add up. Of a
 * run whose ledger was dropped the totals are all there is.
 */
export function reconcile(
  runId: number,
  {
    stored,
    batches,
    ledger,
    dropped_at,
  }: { stored: Counts | null; batches: Counts; ledger: Counts; dropped_at: Date | null },
): Reconciliation {
  const counted = stored ?? batches;
  const of = { run_id: runId, counted, ledger_dropped_at: dropped_at };
  if (dropped_at) return { ...of, balanced: addsUp(counted), batches: null, ledger: null, differences: [] };
  const differences = [
    ...differing(counted, ledger),
    ...differing(batches, ledger)
      .filter(({ count, counted: inBatches }) => counted[count] !== inBatches)
      .map((difference) => ({ ...difference, count: `batches.${difference.count}` })),
  ];
  const balanced = differences.length === 0 && [counted, batches, ledger].every(addsUp);
  return { ...of, balanced, batches, ledger, differences };
}

function differing(counted: Counts, ledger: Counts): (Difference & { count: keyof Counts })[] {
  return (Object.keys(ledger) as (keyof Counts)[])
    .filter((count) => counted[count] !== ledger[count])
    .map((count) => ({ count, counted: counted[count], ledger: ledger[count] }));
}
