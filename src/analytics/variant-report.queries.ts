import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { RunVariantsResponse } from './variants.dto.js';

/** Writes down how the variants of a run fared, before any of what tells it goes. Once: afterwards it would be wrong. */
export async function keepReport(db: Db, report: RunVariantsResponse): Promise<void> {
  await sql`
    insert into variant_report (run_id, report) values (${report.run_id}, ${JSON.stringify(report)}::jsonb)
    on conflict do nothing`.execute(db);
}

/** How the variants of a run fared whose ledger was dropped; undefined for any other. */
export async function keptReport(db: Db, runId: number): Promise<RunVariantsResponse | undefined> {
  const { rows } = await sql<{ report: RunVariantsResponse }>`
    select report from variant_report where run_id = ${runId}`.execute(db);
  return rows[0]?.report;
}
