import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/database.js';
import { CampanileError } from '../../platform/errors.js';

/** What is played with. */
export interface Sample {
  campaignId: number;
  /** Whom the campaign is for: a relation with the column `contact_id`. */
  members: RawBuilder<unknown>;
  /** How many contacts at most, and which: another seed takes others. */
  contacts: number;
  seed: number;
}

/**
 * Copies a campaign and a sample of its audience into another schema; answers how many contacts there are and how many
 * were taken. Everyone over there is in the audience, so that the campaign is for everyone there: its segments stay behind, and
 * so does its account; a rule means whom it means now. The rows take the way over JSON because enums of one name in two schemas are two types. The
 * sample is spread by a hash of the ids, so that it is not the oldest contacts only and the same seed takes the same.
 */
export async function copyInto(
  db: Db,
  schema: string,
  { campaignId, members, contacts, seed }: Sample,
): Promise<{ audience: number; taken: number }> {
  const { rows } = await sql<{ audience: number }>`select count(*) as audience from (${members}) m`.execute(db);
  const sample = sql`
    select contact_id from (${members}) m order by hashint8extended(contact_id, ${seed}::bigint), contact_id
    limit ${contacts}`;
  const taken = await copy(db, schema, 'contact', sql`t.id in (${sample})`);
  await copy(db, schema, 'campaign', sql`t.id = ${campaignId}`);
  // What a transactional message asks beside the marks of its contacts, and the secret by which the list knows an address.
  await copy(
    db,
    schema,
    'suppression',
    sql`exists (select from campaign where id = ${campaignId} and kind = 'transactional')`,
  );
  await copy(db, schema, 'installation', sql`true`);
  await sql`analyze ${sql.id(schema, 'contact')}`.execute(db);
  return { audience: rows[0]!.audience, taken };
}

/** The time zones that the contacts in a scratch schema name. */
export async function zonesIn(db: Db, schema: string): Promise<(string | null)[]> {
  const { rows } = await sql<{ time_zone: string | null }>`
    select distinct time_zone from ${sql.id(schema, 'contact')} order by 1`.execute(db);
  return rows.map(({ time_zone }) => time_zone);
}

async function copy(
  db: Db,
  schema: string,
  table: 'contact' | 'campaign' | 'suppression' | 'installation',
  condition: ReturnType<typeof sql>,
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into ${sql.id(schema, table)}
    select r.* from ${sql.id(table)} t
    cross join lateral jsonb_populate_record(null::${sql.id(schema, table)},
                                             to_jsonb(t) || '{"target_segment_id": null, "provider": null}') r
    where ${condition}
    order by t.id`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/**
 * Makes sure that names mean this schema and no other. A pooler between us and the server may drop what is asked of a
 * connection, and then the real campaigns would be played with.
 */
export async function assertIn(schema: string, db: Db): Promise<void> {
  const { rows } = await sql<{ here: boolean }>`
    select current_schemas(false)::text[] = array[${schema}]::text[] as here`.execute(db);
  if (rows[0]!.here) return;
  throw new CampanileError(
    'unavailable',
    'SIMULATION_UNAVAILABLE',
    'A simulation needs a connection that keeps its search_path; is there a pooler before the database?',
  );
}

/** Lets a campaign wait for its time as if none of its runs were under way: they are not among what was copied. */
export async function awaitNextTime(db: Db): Promise<void> {
  await sql`update campaign set status = 'pending' where status = 'processing'`.execute(db);
}

/** Gives the ledger the index that frequency caps look contacts up by; here for everybody, since without caps it costs next to nothing. */
export async function indexContacts(db: Db): Promise<void> {
  await sql`create index delivery_contact_index on delivery (contact_id, run_id)`.execute(db);
}

/**
 * When a batch of an open run is due next and its channel's only account is free, a winner is to be decided, or its run
 * is over time; null when none waits.
 */
export async function nextBatchAt(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(least(greatest(b.due_at, p.blocked_until, p.free_at), r.decides_at, r.expires_at)) as at
    from run r join run_batch b on b.run_id = r.id and b.state = 'ready'
    left join provider_account p on p.channel = r.channel
    where r.finished_at is null and r.status = 'processing'`.execute(db);
  return rows[0]!.at;
}

/** Lets nothing more open: what is under way is only seen through. */
export async function stopSchedule(db: Db): Promise<void> {
  await sql`update campaign set next_run_at = null`.execute(db);
}
