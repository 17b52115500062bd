import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../../platform/array-literal.js';
import type { Db } from '../../platform/database.js';
import { optedOut } from '../consent.queries.js';
import { IDENTITIES } from '../domain/identity.js';
import { knownOf, type KnownRow } from './import-slice.queries.js';
import { type Known, MADE_ON_TRIAL, type Person } from './slice-plan.js';
import { isMoved } from './trial.js';

/**
 * The contacts of whom a condition over `c` would be true after the slices that a trial has gone through: those there are,
 * and those it would have made, with ids below zero, each with the identities it would have. Nobody is locked.
 */
export async function knownOnTrial(db: Db, importId: number, named: RawBuilder<boolean>): Promise<Known[]> {
  const { rows } = await sql<KnownRow>`
    select coalesce(c.contact_id, -c.id) as id, c.external_id, c.email, c.phone,
           coalesce(p.email_consent, 'subscribed') as email_consent, coalesce(p.sms_consent, 'subscribed') as sms_consent,
           coalesce(p.push_consent, 'subscribed') as push_consent, ${optedOut('p')} as "optedOut"
    from import_trial c left join contact p on p.id = c.contact_id where c.import_id = ${importId} and ${named}
    union all
    select c.id, c.external_id, c.email, c.phone, c.email_consent, c.sms_consent, c.push_consent,
           ${optedOut()} as "optedOut"
    from contact c where ${named}
      and not exists (select from import_trial t where t.import_id = ${importId} and t.contact_id = c.id)`.execute(db);
  return rows.map(knownOf);
}

/** Remembers for the slices to come whom this one would have made or given other identities; `known` is how they were. */
export async function keepOnTrial(
  db: Db,
  importId: number,
  people: readonly Person[],
  known: ReadonlyMap<number, Known>,
): Promise<void> {
  const changed = people.filter((person) => isMoved(person, known.get(person.id!)));
  if (changed.length === 0) return;
  const contactOf = ({ id }: Person) => (id! > MADE_ON_TRIAL ? id! : null);
  const contacts = changed.flatMap((person) => contactOf(person) ?? []);
  const made = changed.flatMap(({ id }) => (id! < MADE_ON_TRIAL ? -id! : []));
  await sql`
    delete from import_trial where import_id = ${importId} and contact_id = any(${bigints(contacts)}::bigint[])`.execute(
    db,
  );
  await sql`delete from import_trial where id = any(${bigints(made)}::bigint[])`.execute(db);
  const columns = IDENTITIES.map((name) => sql`${texts(changed.map(({ now }) => now[name] ?? null))}::text[]`);
  await sql`
    insert into import_trial (import_id, contact_id, external_id, email, phone)
    select ${importId}::bigint, * from unnest(${changed.map(contactOf)}::bigint[], ${sql.join(columns)})`.execute(db);
}
