import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../../platform/array-literal.js';
import type { Db } from '../../platform/database.js';
import type { ConsentResponse } from '../consent.dto.js';
import type { CreateContact } from '../contacts.dto.js';
import { consents } from '../contacts.queries.js';
import { IDENTITIES, type Identity } from '../domain/identity.js';
import { CONSENT_FIELDS, TEXT_FIELDS } from '../domain/import-layout.js';
import type { Entry } from './slice.js';

/** What became of an entry: written, found as it is, or kept out by another contact that has this key. */
export type Fate = 'created' | 'updated' | 'unchanged' | Identity;

/** An entry's fate, and for a contact that was there what it had consented to before. */
export interface Written {
  line: number;
  id: number | null;
  fate: Fate;
  before: ConsentResponse | null;
}

/** A column of a slice: how a contact's value is told to PostgreSQL, and what the column becomes with it. */
interface Column {
  name: string;
  type: string;
  /** Of a new contact that does not give it. */
  otherwise: string;
  textOf(contact: CreateContact): string | null | undefined;
  /** The new value of contact `c`, where entry `t` gives one. */
  replacement(overwriteConsent: boolean): RawBuilder<unknown>;
}

const given = (name: string) => sql`t.${sql.ref(name)}`;
const present = (name: string) => sql`c.${sql.ref(name)}`;
const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

const COLUMNS: Column[] = [
  ...TEXT_FIELDS.map((name) => ({
    name,
    type: 'text',
    otherwise: 'null',
    textOf: (contact: CreateContact) => contact[name],
    replacement: () => given(name),
  })),
  {
    name: 'attributes',
    type: 'jsonb',
    otherwise: `'{}'`,
    textOf: ({ attributes }) => json(attributes),
    replacement: () => sql`${present('attributes')} || ${given('attributes')}`,
  },
  {
    name: 'push_subscriptions',
    type: 'jsonb',
    otherwise: `'[]'`,
    textOf: ({ push_subscriptions }) => json(push_subscriptions),
    replacement: () => given('push_subscriptions'),
  },
  ...CONSENT_FIELDS.map((name) => ({
    name,
    type: 'consent',
    otherwise: `'subscribed'`,
    textOf: ({ consent }: CreateContact) => consent?.[name.slice(0, -'_consent'.length) as 'email' | 'sms' | 'push'],
    // The same as `consentAfter`.
    replacement: (overwrite: boolean) => sql`
      case when ${overwrite} or ${present(name)} = 'subscribed' or ${given(name)} = 'unsubscribed' then ${given(name)}
        else ${present(name)} end`,
  })),
];

/** Entries that have one identity, in the words of PostgreSQL: each column as the text of an array. */
export interface PreparedEntries {
  identity: Identity;
  entries: Entry[];
  columns: Column[];
  values: string[];
  lines: string;
  keys: string;
}

/** Puts entries into words. It takes as long as a good part of writing them, and no database. */
export function prepareEntries(identity: Identity, entries: Entry[]): PreparedEntries {
  const columns = COLUMNS.filter(({ textOf }) => entries.some(({ contact }) => textOf(contact) != null));
  return {
    identity,
    entries,
    columns,
    values: columns.map(({ textOf }) => texts(entries.map(({ contact }) => textOf(contact) ?? null))),
    lines: bigints(entries.map(({ line }) => line)),
    keys: texts(entries.map(({ contact }) => contact[identity]!)),
  };
}

/**
 * The entries as a relation `t`, each with the contact that has its identity (`id`) and, where another contact has one of
 * its other keys, which (`taken`). `lock` keeps those contacts as they are, in the order of ids, as bulk calls do.
 * `= any`, since PostgreSQL looks up a sorted array leaf by leaf, where a join may read all contacts for each slice.
 */
function targets(
  { identity, columns, values: written, lines, keys }: PreparedEntries,
  lock: boolean,
): RawBuilder<unknown> {
  const values = written.map((value) => sql`${value}::text[]`);
  const names = columns.map(({ name }) => sql.ref(name));
  const casts = columns.map(({ name, type }) => sql`${sql.ref(name)}::${sql.raw(type)}`);
  const others = columns.filter(({ name }) => name !== identity && IDENTITIES.includes(name as Identity));
  const taken = others.map(
    ({ name }) => sql`
      when exists (select from contact o where o.${sql.ref(name)} = g.${sql.ref(name)} and o.id is distinct from k.id)
        then ${sql.lit(name)}`,
  );
  const key = sql.ref(identity);
  return sql`
    g as materialized (
      select line, ${sql.join(casts)}
      from unnest(${lines}::bigint[], ${sql.join(values)}) u (line, ${sql.join(names)})
    ), known as materialized (
      select c.id, c.${key} as key, ${consents} as before from contact c where c.${key} = any(${keys}::text[])
      order by c.id ${lock ? sql`for update` : sql``}
    ), t as materialized (
      select g.*, k.id, k.before, ${taken.length > 0 ? sql`case ${sql.join(taken, sql` `)} end` : sql`null::text`} as taken
      from g left join known k on k.key = g.${key}
    )`;
}

/** Within this transaction no plan reads whole tables: a slice is always the smaller part, which statistics learn too late. */
export async function lookUpByIndex(db: Db): Promise<void> {
  await sql`set local enable_seqscan = off`.execute(db);
}

/**
 * Adds contacts or changes those whose `identity` is known, in one statement, which leaves alone what an entry does not
 * give and writes no row that stays the same. Where another transaction makes one of the contacts at the same moment this
 * one fails at a unique constraint, and finds it known when it is tried again: rarer than `on conflict` is dear. Rows are
 * locked in the order of ids and made in the order of keys, so that two imports of the same people wait for each other.
 */
export async function writeEntries(db: Db, prepared: PreparedEntries, overwriteConsent: boolean): Promise<Written[]> {
  const { identity, columns } = prepared;
  const key = sql.ref(identity);
  const changes = columns.filter(({ name }) => name !== identity);
  const set = changes.map(({ name, replacement }) => {
    return sql`${sql.ref(name)} = ${after(name, replacement(overwriteConsent))}, `;
  });
  const { rows } = await sql<Written>`
    with ${targets(prepared, true)}, updated as (
      update contact c set ${sql.join(set, sql``)} version = c.version + 1, updated_at = now()
      from t where c.id = t.id and t.taken is null and ${differs(changes, overwriteConsent)}
      returning c.id
    ), created as (
      insert into contact (${sql.join(columns.map(({ name }) => sql.ref(name)))})
      select ${sql.join(columns.map(({ name, otherwise }) => sql`coalesce(${given(name)}, ${sql.raw(otherwise)})`))}
      from t where t.id is null and t.taken is null order by t.${key}
      returning id, ${key} as key
    )
    select t.line, coalesce(t.id, n.id) as id, t.before,
           case when t.taken is not null then t.taken when t.id is null then 'created' when u.id is not null then 'updated' else 'unchanged' end as fate
    from t left join created n on n.key = t.${key} left join updated u on u.id = t.id`.execute(db);
  return rows;
}

/** What `writeEntries` would do now; nothing is written. */
export async function tryEntries(db: Db, prepared: PreparedEntries, overwriteConsent: boolean): Promise<Written[]> {
  const { identity, columns } = prepared;
  const changes = columns.filter(({ name }) => name !== identity);
  const { rows } = await sql<Written>`
    with ${targets(prepared, false)}
    select t.line, t.id, t.before, case when t.taken is not null then t.taken when t.id is null then 'created'
                              when ${differs(changes, overwriteConsent)} then 'updated' else 'unchanged' end as fate
    from t left join contact c on c.id = t.id`.execute(db);
  return rows;
}

/** A column's value afterwards: as it was, where the entry does not give it. */
function after(name: string, replacement: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`coalesce(${replacement}, ${present(name)})`;
}

/** Whether the contact would not be what it is. */
function differs(changes: Column[], overwriteConsent: boolean): RawBuilder<unknown> {
  if (changes.length === 0) return sql`false`;
  const before = changes.map(({ name }) => present(name));
  const then = changes.map(({ name, replacement }) => after(name, replacement(overwriteConsent)));
  return sql`(${sql.join(before)}) is distinct from (${sql.join(then)})`;
}
