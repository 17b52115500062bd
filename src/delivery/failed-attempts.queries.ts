import { type RawBuilder, sql } from 'kysely';
import { jsonInstant } from '../platform/json-instant.js';
import type { AttemptResponse } from './delivery.dto.js';

/** The tries of a contact in a run that did not end in `sent`, oldest first, as one value; `[]` for none. */
export const failedAttempts = (
  runId: RawBuilder<number>,
  contactId: RawBuilder<number>,
): RawBuilder<AttemptResponse[]> => sql`
  (select coalesce(jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', ${jsonInstant(sql`a.at`)}, 'code', a.code,
            'enhanced_code', a.enhanced_code, 'response', a.response, 'transient', a.transient, 'provider', a.provider)
            order by a.at), '[]')
   from delivery_attempt a where a.run_id = ${runId} and a.contact_id = ${contactId})`;
