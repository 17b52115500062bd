import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { CreateContact } from './contacts.dto.js';
import { IDENTITIES, type Identity } from './domain/identity.js';

/**
 * Contacts of a call as `g`, and as `target` whom each changes: who has the first of its identities, or is to be given its
 * external_id. Those of `g` that make a contact are in `target` not at all.
 */
function targets(contacts: readonly CreateContact[]): RawBuilder<unknown> {
  const identities = contacts.map(({ external_id, email, phone }) => ({ external_id, email, phone }));
  return sql`
    g as materialized (
      select value as v, ordinality - 1 as position, value->>'external_id' as external_id, value->>'email' as email,
             value->>'phone' as phone
      from jsonb_array_elements(${JSON.stringify(identities)}::jsonb) with ordinality
    ), found as materialized (
      select g.position, g.v,
             coalesce(x.id, case when g.external_id is null then coalesce(e.id, case when g.email is null then p.id end)
               when coalesce(e.external_id, p.external_id) is null then coalesce(e.id, p.id) end) as id
      from g
      left join contact x on x.external_id = g.external_id
      left join contact e on e.email = g.email
      left join contact p on p.phone = g.phone
    ), target as materialized (
      select distinct on (id) position, v, id from found where id is not null order by id, position
    )`;
}

/** Whether target `t` gives up this identity of its contact `c`. */
const givenUp = (name: Identity): RawBuilder<boolean> =>
  sql<boolean>`(t.v ? ${name} and c.${sql.ref(name)} is distinct from t.v->>${name})`;

/**
 * Takes from the contacts of a call the identities that they give up and others of the call are given: a unique index would
 * meet both. The call's own statements follow in the same transaction. Rows are locked in the order of ids, as by every writer.
 */
export async function freeIdentities(db: Db, contacts: readonly CreateContact[]): Promise<void> {
  const freed = (name: Identity) =>
    sql<boolean>`(${givenUp(name)} and exists (select from g where g.${sql.ref(name)} = c.${sql.ref(name)}))`;
  const columns = IDENTITIES.map(
    (name) => sql`${sql.ref(name)} = case when ${freed(name)} then null else c.${sql.ref(name)} end`,
  );
  await sql`
    with ${targets(contacts)}, locked as materialized (
      select c.id from contact c join target t on t.id = c.id order by c.id for update of c
    )
    update contact c set ${sql.join(columns)}
    from target t join locked l on l.id = t.id
    where c.id = t.id and (${sql.join(IDENTITIES.map(freed), sql` or `)})`.execute(db);
}

/** An identity of a contact of a call, by its position there. */
export interface TakenIdentity {
  position: number;
  name: Identity;
}

/** The identities of a call that are those of other contacts, who do not give them up in it; the first so many. */
export async function takenIdentities(
  db: Db,
  contacts: readonly CreateContact[],
  most: number,
): Promise<TakenIdentity[]> {
  const taken = IDENTITIES.map(
    (name) => sql`
      select g.position, ${name}::text as name from g
      join contact c on c.${sql.ref(name)} = g.${sql.ref(name)}
      left join target own on own.position = g.position
      where c.id is distinct from own.id and not exists (select from target t where t.id = c.id and ${givenUp(name)})`,
  );
  const { rows } = await sql<TakenIdentity>`
    with ${targets(contacts)} ${sql.join(taken, sql` union all `)} order by position limit ${most}`.execute(db);
  return rows;
}
