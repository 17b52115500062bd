import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../../platform/array-literal.js';
import { copyIn, copyText } from '../../platform/copy-in.js';
import type { Db } from '../../platform/database.js';
import type { CreateContact } from '../contacts.dto.js';
import type { Consent } from '../contact.entity.js';
import { IDENTITIES } from '../domain/identity.js';
import { optedOut } from '../consent.queries.js';
import { columnsGiven, type ContactColumn } from './contact-columns.js';
import type { SliceRow } from './slice.js';
import type { Known } from './slice-plan.js';

/** Within this transaction no plan reads whole tables: a slice is always the smaller part, which statistics learn too late. */
export async function lookUpByIndex(db: Db): Promise<void> {
  await sql`set local enable_seqscan = off`.execute(db);
}

/**
 * For the transaction of a slice: the same, and its commit does not wait for the disk. Commits reach it in their order, and that
 * of an import's end waits; what a crash forgets before, it forgets with its counts, and it is done again.
 */
export async function writeInPassing(db: Db): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true), set_config('synchronous_commit', 'off', true)`.execute(
    db,
  );
}

/** Which contacts have an identity that these rows name, as a condition on `c`; put into words ahead of the statement. */
export function namedBy(rows: readonly SliceRow[]): RawBuilder<boolean> {
  const those = IDENTITIES.flatMap((name) => {
    const values = rows.flatMap(({ contact }) => contact[name] ?? []);
    // `= any`, since PostgreSQL looks up a sorted array leaf by leaf, where a join may read all contacts for each slice.
    return values.length > 0 ? [sql`c.${sql.ref(name)} = any(${texts(values)}::text[])`] : [];
  });
  return sql<boolean>`(${sql.join(those, sql` or `)})`;
}

/** A row of `known`: plain columns, of which thousands are read sooner than objects. */
export interface KnownRow extends Omit<Known, 'consent'> {
  email_consent: Consent;
  sms_consent: Consent;
  push_consent: Consent;
}

/**
 * The contacts of whom a condition over `c` is true. They are kept as they are until the transaction ends, in the order of ids, as bulk calls do, so that two writers of the same people wait for each other and never in a circle.
 */
export async function knownContacts(db: Db, named: RawBuilder<boolean>): Promise<Known[]> {
  const { rows } = await sql<KnownRow>`
    select c.id, c.external_id, c.email, c.phone, c.email_consent, c.sms_consent, c.push_consent,
           ${optedOut()} as "optedOut"
    from contact c where ${named} order by c.id for update`.execute(db);
  return rows.map(knownOf);
}

/** A contact with its consent in one object. */
export const knownOf = ({
  email_consent: email,
  sms_consent: sms,
  push_consent: push,
  ...contact
}: KnownRow): Known => ({
  ...contact,
  consent: { email, sms, push },
});

/** Whether there is anybody of whom a condition over `c` is true; keeps nobody as they are. */
export async function isAnyoneKnown(db: Db, named: RawBuilder<boolean>): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`select exists (select from contact c where ${named}) as known`.execute(
    db,
  );
  return rows[0]!.known;
}

/** New contacts in the words of COPY, but for their ids. */
export interface NewContacts {
  columns: string[];
  lines: string[];
}

/** Puts new contacts into words. It takes as long as a good part of writing them, and no database. */
export function newContacts(contacts: readonly CreateContact[]): NewContacts {
  const columns = columnsGiven(contacts);
  return {
    columns: columns.map(({ name }) => name),
    lines: contacts.map((contact) =>
      columns.map(({ textOf, otherwise }) => copyText(textOf(contact) ?? otherwise)).join('\t'),
    ),
  };
}

/**
 * Adds contacts whom nobody else is, and answers their ids by position. COPY takes two thirds of an INSERT's time. Where
 * another transaction makes one of them at the same moment this fails at a unique constraint, and whoever tries again finds
 * it known.
 */
export async function addContacts(db: Db, { columns, lines }: NewContacts): Promise<number[]> {
  // The sequence is looked up once, by the inner select, and not for each contact.
  const { rows: ids } = await sql<{ id: number }>`
    select nextval((select pg_get_serial_sequence('contact', 'id')::regclass)) as id
    from generate_series(1, ${lines.length}::int)`.execute(db);
  const text = lines.map((line, index) => `${line}\t${ids[index]!.id}\n`).join('');
  await copyIn(db, 'contact', [...columns, 'id'], text);
  return ids.map(({ id }) => id);
}

/** What contacts are to become, one at each position; no id is there twice. */
export interface Change {
  id: number;
  contact: CreateContact;
}

/**
 * Gives contacts, whom the caller has locked, what is said of them, leaves alone what is not, and writes no row that stays
 * the same. Answers the ids of those that changed; with `dryRun` of those that would.
 */
export async function changeContacts(
  db: Db,
  now: RawBuilder<Date>,
  changes: readonly Change[],
  { overwrite_consent: overwrite, dry_run: dryRun }: { overwrite_consent: boolean; dry_run: boolean },
): Promise<Set<number>> {
  const contacts = changes.map(({ contact }) => contact);
  const columns = columnsGiven(contacts);
  if (columns.length === 0) return new Set();
  const values = columns.map(
    ({ textOf, type }) => sql`${texts(contacts.map((contact) => textOf(contact) ?? null))}::${sql.raw(type)}[]`,
  );
  const names = columns.map(({ name }) => sql.ref(name));
  const t = sql`unnest(${bigints(changes.map(({ id }) => id))}::bigint[], ${sql.join(values)}) t (id, ${sql.join(names)})`;
  const set = columns.map((column) => sql`${sql.ref(column.name)} = ${after(column, overwrite)}, `);
  const { rows } = dryRun
    ? await sql<{ id: number }>`
        select c.id from contact c join ${t} on c.id = t.id where ${differs(columns, overwrite)}`.execute(db)
    : await sql<{ id: number }>`
        update contact c set ${sql.join(set, sql``)} version = c.version + 1, updated_at = ${now}
        from ${t} where c.id = t.id and ${differs(columns, overwrite)} returning c.id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** A column's value afterwards: as it was, where the entry does not give it. */
function after({ name, replacement }: ContactColumn, overwriteConsent: boolean): RawBuilder<unknown> {
  return sql`coalesce(${replacement(overwriteConsent)}, c.${sql.ref(name)})`;
}

/** Whether the contact would not be what it is. */
function differs(columns: ContactColumn[], overwriteConsent: boolean): RawBuilder<unknown> {
  const before = columns.map(({ name }) => sql`c.${sql.ref(name)}`);
  const then = columns.map((column) => after(column, overwriteConsent));
  return sql`(${sql.join(before)}) is distinct from (${sql.join(then)})`;
}
