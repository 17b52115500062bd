import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { ContactFactsService, IdRange } from './contact-facts.service.js';
import { type Audience, worldOf } from './domain/audience.js';
import { opposite, ruleCondition, type RuleQuestion } from './segment-rule.queries.js';

/** An audience as somebody asks for it: its rules mean what they mean at that moment. */
export interface AudienceQuestion {
  audience: Audience;
  now: Date;
  facts: ContactFactsService;
}

/** Ids that one slice looks at where every contact has to be asked: some tens of milliseconds, however few belong. */
const ASKED_TOGETHER = 200_000;

/**
 * The contacts of an audience with ids in a range, each once: a relation with the column `contact_id`, and `time_zone`
 * where that is wanted. It is a fragment because freezing joins it into one INSERT … SELECT: ids never leave the server.
 * Static segments are read by their primary key, those after the first without who is in an earlier one; where a rule says
 * who is in, every contact is asked.
 */
export function members(asked: AudienceQuestion, ids: IdRange, wanted: 'ids' | 'zones' = 'ids'): RawBuilder<unknown> {
  const { include } = asked.audience;
  const limits = limitsOf(asked, ids);
  const zone = wanted === 'zones' ? sql`, c.time_zone` : sql``;
  const contacts = sql`select c.id as contact_id${zone} from contact c where c.id > ${ids.after} and c.id <= ${ids.through}`;
  if (include === null) return sql`${contacts}${and(limits)}`;
  const question = questionOf(asked, ids);
  const within = include.map((id) => ruleCondition({ segment: id }, question));
  if (!isStored(asked.audience)) return sql`${contacts} and (${sql.join(within, sql` or `)})${and(limits)}`;
  const needsContact = wanted === 'zones' || asked.audience.segments.some(({ rule }) => rule !== null);
  const each = include.map((id, index) => {
    const earlier = include.slice(0, index).map((other) => opposite({ segment: other }, question));
    return sql`select c.id from (
                 select m.contact_id as id from segment_member m
                 where m.segment_id = ${id} and m.contact_id > ${ids.after} and m.contact_id <= ${ids.through}
               ) c where true${and(earlier)}`;
  });
  const stored = sql.join(each, sql` union all `);
  // Joined only where more than the id is looked at, and in the range: a join would read every contact's otherwise.
  const rows = needsContact
    ? sql`(${stored}) s join contact c on c.id = s.id and c.id > ${ids.after} and c.id <= ${ids.through}`
    : sql`(${stored}) c`;
  return sql`select c.id as contact_id${zone} from ${rows} where true${and(limits)}`;
}

/** The end of what one slice of an audience looks at, from `after` on: all of it where the next ones are found by a key. */
export function sliceEnd(audience: Audience, { after, through }: IdRange): number {
  return isPlain(audience) ? through : Math.min(through, after + ASKED_TOGETHER);
}

/** Whether an audience is everyone or one static segment: found by a key, in a statement that is always the same. */
export function isPlain(audience: Audience): boolean {
  const { include, exclude, newTo } = audience;
  const simple = include === null || (include.length === 1 && isStored(audience));
  return simple && exclude.length === 0 && newTo === null;
}

/** An id that no contact of an audience is beyond, 0 when it is surely empty: the end of the range to freeze. */
export async function lastMember(db: Db, audience: Audience): Promise<number> {
  const last = isStored(audience)
    ? sql<{ id: number }>`
        select coalesce(max(last), 0) as id from unnest(${audience.include}::bigint[]) as s (id)
        cross join lateral (select max(contact_id) as last from segment_member m where m.segment_id = s.id) m`
    : sql<{ id: number }>`select coalesce(max(id), 0) as id from contact`;
  const { rows } = await last.execute(db);
  return rows[0]!.id;
}

/** Whether all that is included are static segments: who is in them is written down. */
const isStored = ({ include, segments }: Audience): boolean =>
  include !== null && !segments.some(({ id, rule }) => rule !== null && include.includes(id));

/** Who is left out of what is included. */
function limitsOf(asked: AudienceQuestion, ids: IdRange): RawBuilder<boolean>[] {
  const { exclude, newTo } = asked.audience;
  const question = questionOf(asked, ids);
  const excluded = exclude.map((id) => opposite({ segment: id }, question));
  return newTo === null ? excluded : [...excluded, opposite({ received: { campaign: newTo } }, question)];
}

function questionOf({ audience, now, facts }: AudienceQuestion, ids: IdRange): RuleQuestion {
  return { ...worldOf(audience, now), facts, ids };
}

const and = (conditions: RawBuilder<boolean>[]) =>
  sql.join(
    conditions.map((condition) => sql` and ${condition}`),
    sql``,
  );
