import { type RawBuilder, sql } from 'kysely';
import { FIRST_LINK, PIXEL } from '../campaigns/domain/link-numbers.js';
import type { Hitters } from './domain/engagement.js';

/**
 * First opens and first clicks of runs, rows of run_id, contact_id, kind and at: those of people, or by whomever. A person who
 * did is among the latter also where no hit tells it, as in `opened_all` and `clicked_all`.
 */
export const firstDeeds = (runs: RawBuilder<unknown>, hitters: Hitters) =>
  hitters === 'human' ? byPeople(runs) : byAnybody(runs);

const byPeople = (runs: RawBuilder<unknown>) => sql`
  (select run_id, contact_id, kind, at from engagement where run_id ${runs} and kind in ('opened', 'clicked'))`;

const byAnybody = (runs: RawBuilder<unknown>) => sql`
  (select run_id, contact_id, kind, min(at) as at from (
     select run_id, contact_id, kind, at from ${byPeople(runs)} p
     union all
     select run_id, contact_id, (case when number >= ${FIRST_LINK}::int then 'clicked' else 'opened' end)::engagement_kind, at
     from hit where run_id ${runs} and (number >= ${FIRST_LINK}::int or number = ${PIXEL}::int)) t
   group by run_id, contact_id, kind)`;
