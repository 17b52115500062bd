import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Channel } from './domain/channel.js';
import { CONTACT_FIELDS, type ContactFields } from './domain/recipient.js';
import { pushAddress } from './suppressions.queries.js';

/** How many of some contacts leave each variable empty. */
export interface VariableGaps {
  contacts: number;
  /** By the position of the variable. */
  empty: number[];
}

/** Contacts at the end of an id range that an estimate looks at. */
const LOOKED_AT = 20_000;

/** Where a channel leads: who has no such address gets no message, and sees no gap in it. */
const ADDRESSES: Record<Channel, RawBuilder<unknown>> = { email: sql`c.email`, sms: sql`c.phone`, push: pushAddress };

/**
 * Counts the contacts of an audience with an address that leave each variable empty: all of them, or of the newest some thousand
 * where that would take too long. One pass, whatever the number of variables. Paths are parameters: nothing of a template is read as SQL.
 */
export async function countGaps(
  db: Db,
  members: RawBuilder<unknown>,
  variables: readonly string[][],
  channel: Channel,
  which: 'all' | 'newest',
): Promise<VariableGaps> {
  const counted = variables.map((path) => sql`count(*) filter (where ${isEmpty(path)})`);
  const some =
    which === 'all'
      ? members
      : sql`select contact_id from (${members}) every order by contact_id desc limit ${LOOKED_AT}`;
  const { rows } = await sql<VariableGaps>`
    select count(*) as contacts, array[${sql.join(counted)}]::bigint[] as empty
    from (${some}) m join contact c on c.id = m.contact_id
    where ${ADDRESSES[channel]} is not null`.execute(db);
  return rows[0]!;
}

/** Which of these attributes any contact of an audience has, in their order, and how many contacts that were. */
export async function attributesHeld(
  db: Db,
  members: RawBuilder<unknown>,
  names: readonly string[],
): Promise<{ contacts: number; held: boolean[] }> {
  const has = names.map((name) => sql`coalesce(bool_or(jsonb_exists(c.attributes, ${name}::text)), false)`);
  const { rows } = await sql<{ contacts: number; held: boolean[] }>`
    select count(*) as contacts, array[${sql.join(has)}]::boolean[] as held
    from (${members}) m join contact c on c.id = m.contact_id`.execute(db);
  return rows[0]!;
}

/** Whether a variable prints nothing for contact `c`; what no contact has is empty for everybody. */
function isEmpty([field, ...path]: string[]): RawBuilder<boolean> {
  if (!CONTACT_FIELDS.includes(field as keyof ContactFields)) return sql`true`;
  const column = sql.ref(`c.${field}`);
  if (field !== 'attributes') return path.length > 0 ? sql`true` : sql`coalesce(${column}, '') = ''`;
  if (path.length === 0) return sql`${column} = '{}'`;
  return sql`coalesce(${column} #>> ${path}::text[], '') = ''`;
}
