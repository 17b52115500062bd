import { until } from './deadline.js';
import type { Evidence } from './evidence.js';
import type { Violation } from './invariants.js';
import type { Stage } from './stage.js';

const COUNTS = ['sent', 'failed', 'skipped', 'in_doubt'] as const;

/** I7: what the API shows of each run, against the rows of its ledger. */
export async function compareCounters(stage: Stage, { runs, ledger, batches }: Evidence): Promise<Violation[]> {
  const differences: string[] = [];
  for (const { id } of runs.slice(-100)) {
    // A connection that was cut may take one answer with it.
    const { body } = await until(
      `run ${id} is shown`,
      30_000,
      () => stage.fleet.any.request('GET', `/runs/${id}`),
      ({ status }) => status === 200,
    );
    const rows = ledger.filter((row) => row.run_id === id);
    const first = batches.filter((batch) => batch.run_id === id && batch.parent_seq === null);
    const audience = first.reduce((sum, batch) => sum + batch.contact_ids.length, 0);
    if (body.audience !== audience) differences.push(`run ${id}: audience ${body.audience} shown, ${audience} frozen`);
    for (const count of COUNTS) {
      const counted = rows.filter(({ outcome }) => outcome === count).length;
      if (body[count] !== counted)
        differences.push(`run ${id}: ${count} ${body[count]} shown, ${counted} in the ledger`);
    }
  }
  if (differences.length === 0) return [];
  return [
    {
      invariant: 'I7',
      what: `${differences.length} × a counter differs from the ledger`,
      evidence: differences.slice(0, 10),
    },
  ];
}

/**
 * The identity in one snapshot, at any moment: what the ledger has, what the batches say is pending, and the audience must
 * add up while the run is going, too.
 */
export async function sampleIdentity(stage: Stage): Promise<void> {
  const rows = await stage.sql<{ run_id: string; audience: number; pending: number; settled: number }>(`
    select b.run_id, sum(b.size) filter (where b.parent_seq is null)::int as audience,
           sum(b.size - b.sent - b.failed - b.skipped - b.in_doubt - b.deferred)::int as pending,
           (select count(*)::int from delivery d where d.run_id = b.run_id) as settled
    from run_batch b group by b.run_id order by b.run_id desc limit 3`);
  for (const { run_id, audience, pending, settled } of rows)
    stage.claim(
      'I1',
      audience === pending + settled,
      `at some instant run ${run_id} had audience ${audience}, pending ${pending}, ${settled} in the ledger`,
    );
}
