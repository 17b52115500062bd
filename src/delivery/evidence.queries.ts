import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { endsOf, settleEnded, type SettledSlice } from './corrections.queries.js';
import { CORRECTS, type EvidenceVerdict } from './domain/evidence.js';

/** A recipient about whom evidence came late, with the provider's own id of the message where it gave one. */
export interface Proven {
  contactId: number;
  providerMessageId?: string | null;
}

const nothing: SettledSlice = {
  through: null,
  taken: 0,
  contactIds: [],
  sent: 0,
  failed: 0,
  skipped: 0,
  in_doubt: 0,
};

/**
 * Lets late evidence settle those of these recipients whose end it may change, on the row and in the counters of whichever
 * batch counts them now. Most evidence changes nothing, so the ends are looked up first. The caller holds the lock of the run.
 */
export async function settleByEvidence(
  db: Db,
  runId: number,
  verdict: EvidenceVerdict,
  proven: Proven[],
): Promise<SettledSlice> {
  const ids = new Map(proven.map(({ contactId, providerMessageId = null }) => [contactId, providerMessageId]));
  const ends = await endsOf(db, runId, [...ids.keys()]);
  const outcomes = CORRECTS[verdict].filter((outcome) => [...ends.values()].includes(outcome));
  if (outcomes.length === 0) return nothing;
  return settleEnded(
    db,
    runId,
    { outcomes, contactIds: [...ids.keys()] },
    {
      outcome: verdict === 'accepted' ? 'sent' : 'failed',
      reason: 'late_evidence',
      providerMessageIds: [...ids.values()],
    },
  );
}

/** Adds late refusals to the failure log of the tries they are about, in the provider's words. */
export async function logRefusals(
  db: Db,
  runId: number,
  refused: { contactId: number; response: string | null }[],
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    insert into delivery_attempt (run_id, contact_id, attempt, at, code, response, transient)
    select d.run_id, d.contact_id, d.attempts, ${now}, 'late_refusal', x.response, false
    from unnest(${refused.map(({ contactId }) => contactId)}::bigint[],
                ${refused.map(({ response }) => response)}::text[]) as x (contact_id, response)
    join delivery d on d.run_id = ${runId} and d.contact_id = x.contact_id
    on conflict do nothing`.execute(db);
}
