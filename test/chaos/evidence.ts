import type { Pool } from 'pg';
import type { Entry } from './sink/faults.js';
import { BATCH_STATES, type BatchState } from './witness.js';

/** A run as its row has it. */
export interface RunRow {
  id: string;
  campaign_id: string;
  scheduled_for: Date;
  status: string;
  reason: string | null;
  on_doubt: string;
  missed_count: number;
  missed_until: Date | null;
  finished: boolean;
}

/** A line of the ledger. */
export interface LedgerRow {
  run_id: string;
  contact_id: string;
  outcome: string;
  reason: string | null;
  attempts: number;
}

/** A batch with its contacts. */
export interface BatchRow {
  run_id: string;
  seq: string;
  parent_seq: string | null;
  contact_ids: string[];
  state: string;
}

/** Everything the oracle judges by: rows read with plain SQL, and the sink's own file. */
export interface Evidence {
  runs: RunRow[];
  ledger: LedgerRow[];
  batches: BatchRow[];
  states: BatchState[];
  journal: Entry[];
}

/** Reads it all in one snapshot; the journal first, so that it can know nothing that the rows do not. */
export async function gather(pool: Pool, journal: () => Entry[]): Promise<Evidence> {
  const client = await pool.connect();
  await client.query('begin isolation level repeatable read');
  const read = async <Row>(sql: string): Promise<Row[]> => (await client.query(sql)).rows as Row[];
  const entries = journal();
  const evidence = {
    runs: await read<RunRow>(
      `select id, campaign_id, scheduled_for, status, reason, on_doubt, missed_count, missed_until,
              finished_at is not null as finished from run order by campaign_id, scheduled_for`,
    ),
    ledger: await read<LedgerRow>('select run_id, contact_id, outcome, reason, attempts from delivery'),
    batches: await read<BatchRow>('select run_id, seq, parent_seq, contact_ids, state from run_batch'),
    states: await read<BatchState>(BATCH_STATES),
    journal: entries,
  };
  await client.query('commit');
  client.release();
  return evidence;
}

/** `run.contact`: what a delivery is called in the ledger and, as the head of its key, in the journal. */
export const nameOf = (runId: string, contactId: string): string => `${runId}.${contactId}`;

/** The delivery that a journal's entry is about. */
export const nameOfEntry = ({ key }: Entry): string => key.split('.').slice(0, 2).join('.');

/** Whether the sink took responsibility for the message, answered or not. */
export const isTaken = ({ end }: Entry): boolean => end === 'ok' || end === 'swallowed';

/** Everything known about one delivery, for whoever has to understand a violation. */
export function dossier(name: string, { ledger, batches, states, journal }: Evidence): string[] {
  const [runId, contactId] = name.split('.') as [string, string];
  const mine = batches.filter((batch) => batch.run_id === runId && batch.contact_ids.includes(contactId));
  const time = (ms: number | null): string => (ms === null ? '-' : new Date(ms).toISOString().slice(14, 23));
  return [
    `delivery ${name}`,
    ...ledger
      .filter((row) => row.run_id === runId && row.contact_id === contactId)
      .map(({ outcome, reason, attempts }) => `  ledger: ${outcome} ${reason ?? ''} after ${attempts} tries`),
    ...journal
      .filter((entry) => nameOfEntry(entry) === name)
      .map(({ end, mailAt, at }) => `  sink: MAIL ${time(mailAt)}, ${end} ${time(at)}`),
    ...mine.flatMap((batch) => [
      `  batch ${batch.seq}${batch.parent_seq ? ` (of ${batch.parent_seq})` : ''}, position ${batch.contact_ids.indexOf(contactId) + 1}`,
      ...states
        .filter((state) => state.run_id === runId && state.seq === batch.seq)
        .map(
          ({ at, state, epoch, owner, lease_until, intent_upto, settled }) =>
            `    ${time(at)} ${state} epoch ${epoch} ${owner ?? ''} until ${time(lease_until)} intent ${intent_upto} settled ${settled}`,
        ),
    ]),
  ];
}
