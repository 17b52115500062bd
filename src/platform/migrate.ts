import { MikroORM } from '@mikro-orm/postgresql';
import { connectAlone } from './lone-client.js';
import { ormOptions, type Schema } from './orm.js';

/** The advisory lock under which the schema changes: any number, the same in every version. */
const MIGRATION_LOCK = 4_702_111;

export interface MigrationStatus {
  name: string;
  /** Null while pending. */
  executedAt: Date | null;
}

/** Runs what is asked while no other process can migrate: a second one waits, and then finds nothing left to do. */
async function migrating<T>(url: string, schema: Schema, work: (orm: MikroORM) => Promise<T>): Promise<T> {
  const guard = await connectAlone({ connectionString: url });
  const orm = new MikroORM({ ...ormOptions(url, 2, schema, 0), debug: false });
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work(orm);
  } finally {
    await orm.close();
    await guard.end();
  }
}

/** Applies every pending migration, in order; answers their names. */
export function migrateUp(url: string, schema: Schema): Promise<string[]> {
  return migrating(url, schema, async (orm) => (await orm.migrator.up()).map(({ name }) => name));
}

/** Takes back the last migration, or all of them; answers their names. */
export function migrateDown(url: string, schema: Schema, all = false): Promise<string[]> {
  return migrating(url, schema, async (orm) =>
    (await orm.migrator.down(all ? { to: 0 } : undefined)).map(({ name }) => name),
  );
}

/** Every migration with the time it was applied. */
export function migrationStatus(url: string, schema: Schema): Promise<MigrationStatus[]> {
  return migrating(url, schema, async (orm) => {
    const executed = await orm.migrator.getExecuted();
    const times = new Map(executed.map((row) => [row.name, row.executed_at]));
    return schema.migrations.map(({ name }) => ({ name, executedAt: times.get(name) ?? null }));
  });
}
