/** The counts of a run, from either side. */
interface Counts {
  audience: number;
  pending: number;
  sent: number;
  failed: number;
  skipped: number;
  in_doubt: number;
}

/** What reconciling a run found. */
export interface Reconciliation {
  run_id: number;
  balanced: boolean;
  counted: Counts;
  ledger: Counts;
  differences: { count: string; counted: number; ledger: number }[];
}

/** Whether `audience = pending + sent + failed + skipped + in_doubt`. */
export function addsUp({ audience, pending, sent, failed, skipped, in_doubt }: Counts): boolean {
  return audience === pending + sent + failed + skipped + in_doubt;
}

/** Compares a run's counters with its ledger; balanced when they agree and both sides add up. */
export function reconcile(runId: number, counted: Counts, ledger: Counts): Reconciliation {
  const differences = (Object.keys(ledger) as (keyof Counts)[])
    .filter((count) => counted[count] !== ledger[count])
    .map((count) => ({ count, counted: counted[count], ledger: ledger[count] }));
  return {
    run_id: runId,
    balanced: differences.length === 0 && addsUp(counted) && addsUp(ledger),
    counted,
    ledger,
    differences,
  };
}
