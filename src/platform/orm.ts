import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityClass, type Options } from '@mikro-orm/postgresql';
import type { Migration } from '@mikro-orm/migrations';
import { type Pool, TypeOverrides } from 'pg';
import { copyMarked } from './copy-in.js';
import { prepareMarked } from './prepared-statements.js';
import { writeProcessName } from './process-name.js';
import { giveUpSilent, takeBackEnded } from './lost-connections.js';

/** What the product's tables are and how they came to be; handed in so that platform knows no module. */
export interface Schema {
  entities: EntityClass<object>[];
  migrations: { name: string; class: new (...args: never[]) => Migration }[];
  /** The PostgreSQL schema of all of it, where that is not the database's usual one: a scratch one, soon to be dropped. */
  namespace?: string;
  /** What the connections to it are called, where the process does more than one errand. */
  connectionName?: string;
}

/** Numbers and instants as JavaScript has them; our ids stay far below 2^53. */
function typeParsers(): TypeOverrides {
  const types = new TypeOverrides();
  types.setTypeParser(20, Number);
  types.setTypeParser(1016, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)));
  types.setTypeParser(1184, (text) => new Date(text));
  return types;
}

/** How much longer than the server's own limit for a statement we wait for its answer. */
const ANSWER_MARGIN_MS = 5_000;

/** MikroORM's options for a database. `poolSize` connections at most; a statement is cut off after its timeout, 0 for never. */
export function ormOptions(
  url: string,
  poolSize: number,
  { entities, migrations, namespace, connectionName = writeProcessName([]) }: Schema,
  statementTimeoutMs = 30_000,
): Options {
  return defineConfig({
    clientUrl: url,
    entities,
    extensions: [Migrator],
    pool: { min: 1, max: poolSize, idleTimeoutMillis: 30_000 },
    forceUtcTimezone: true,
    // Units of work are opened explicitly: `transactional` forks, and reads go through Kysely without an identity map.
    // Allowed, the global context would keep every entity, and what a failed request assigned would be flushed by the next.
    allowGlobalContext: false,
    driverOptions: {
      types: typeParsers(),
      onPoolCreated: (pool: Pool) => {
        prepareMarked(pool);
        copyMarked(pool);
        takeBackEnded(pool);
        if (statementTimeoutMs > 0) giveUpSilent(pool, statementTimeoutMs + ANSWER_MARGIN_MS);
      },
      application_name: connectionName,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 60_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // What is soon to be dropped need not survive a power cut: its commits do not wait for the disk.
      ...(namespace ? { options: `-c search_path=${namespace} -c synchronous_commit=off` } : {}),
    },
    migrations: {
      migrationsList: migrations as never,
      tableName: 'migration',
      schema: namespace,
      snapshot: false,
      silent: true,
      // One transaction each: a value added to an enum can be used only after its transaction.
      allOrNothing: false,
    },
    // Triggers are made by migrations alone.
    schemaGenerator: { skipTables: [/^(delivery|delivery_attempt)_\d+$/, 'migration'], ignoreTriggers: true },
  });
}
