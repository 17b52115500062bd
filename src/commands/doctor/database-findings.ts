import { sql } from 'kysely';
import type { Db } from '../../platform/database.js';
import { caution, fine, type Finding, wrong } from './finding.js';

/** The oldest server whose SQL we use. */
const OLDEST = 150_000;

/** Connections that others may need beside ours: an operator, a backup, another process. */
const SPARE = 10;

interface ServerFacts {
  version: string;
  number: number;
  isolation: string;
  fsync: string;
  synchronousCommit: string;
  connections: number;
  role: string;
  superuser: boolean;
  mayCreate: boolean;
  ownsLedger: boolean;
  lacking: string[];
}

/** What of the server's settings and of our role's rights the product depends on. `pool` is how many connections we may open. */
export async function findDatabase(db: Db, pool: number): Promise<Finding[]> {
  const { rows } = await sql<ServerFacts>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      current_setting('default_transaction_isolation') as isolation, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as "synchronousCommit", current_setting('max_connections')::int as connections,
      r.rolname::text as role, r.rolsuper as superuser,
      has_database_privilege(current_database(), 'create') as "mayCreate",
      (select bool_and(pg_has_role(c.relowner, 'usage')) from pg_class c
       where c.oid = any(array['delivery', 'delivery_attempt']::regclass[])) as "ownsLedger",
      (select coalesce(array_agg(c.relname::text order by c.relname), '{}') from pg_class c
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
         and not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                  and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))) as lacking
    from pg_roles r where r.rolname = current_user`.execute(db);
  const facts = rows[0]!;
  return [ofVersion(facts), ...ofSettings(facts, pool), ...ofRights(facts)];
}

function ofVersion({ version, number }: ServerFacts): Finding {
  if (number < OLDEST) return wrong('database', `PostgreSQL ${version}; 15 or newer is needed`);
  return fine('database', `PostgreSQL ${version} answers, its schema is up to date; no extension is needed`);
}

function ofSettings({ isolation, fsync, synchronousCommit, connections }: ServerFacts, pool: number): Finding[] {
  const title = 'settings of the database';
  const found: Finding[] = [];
  if (isolation !== 'read committed')
    found.push(wrong(title, `default_transaction_isolation is ${isolation}; the locks are made for read committed`));
  if (fsync !== 'on') found.push(caution(title, 'fsync is off: a power cut destroys the database'));
  if (synchronousCommit === 'off')
    found.push(caution(title, 'synchronous_commit is off: a crash forgets who was sent to in the last moments'));
  if (connections < pool + SPARE)
    found.push(
      caution(title, `max_connections is ${connections}; this process alone may open ${pool} (DATABASE_POOL)`),
    );
  return found.length > 0 ? found : [fine(title, 'durable, read committed, connections enough')];
}

function ofRights({ role, superuser, mayCreate, ownsLedger, lacking }: ServerFacts): Finding[] {
  const title = `rights of the role ${role}`;
  if (superuser) return [caution(title, 'a superuser; the application needs far less, see docs/operations.md')];
  const found: Finding[] = [];
  if (lacking.length > 0) found.push(wrong(title, `it may not read and write ${lacking.join(', ')}`));
  if (!ownsLedger)
    found.push(wrong(title, 'it does not own delivery and delivery_attempt, and so cannot add partitions'));
  if (!mayCreate)
    found.push(caution(title, 'it may not make schemas, which simulations need: GRANT CREATE ON DATABASE'));
  return found.length > 0 ? found : [fine(title, 'what it needs')];
}
