import { migrateDown, migrateUp, migrationStatus } from '../platform/migrate.js';
import { schema } from '../schema.js';
import { command } from './command.js';
import { withDatabase } from './database.js';
import type { Terminal } from './terminal.js';

/** `migrate up|down|status`. */
export function migrate(what: 'up' | 'down' | 'down-all' | 'status', json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withDatabase(terminal, (url) => change(what, url, terminal), what === 'up' ? 'any' : 'existing'),
  );
}

async function change(what: Parameters<typeof migrate>[0], url: string, terminal: Terminal): Promise<void> {
  if (what === 'status') {
    const rows = await migrationStatus(url, schema);
    const words = rows.map(
      ({ name, executedAt }) => `${executedAt ? `applied ${executedAt.toISOString()}` : 'pending'.padEnd(32)}  ${name}`,
    );
    return terminal.result(rows, words.join('\n'));
  }
  const names = what === 'up' ? await migrateUp(url, schema) : await migrateDown(url, schema, what === 'down-all');
  const verb = what === 'up' ? 'applied' : 'taken back';
  terminal.result(
    { [verb.replace(' ', '_')]: names },
    names.length > 0 ? `${verb}: ${names.join(', ')}` : `nothing to do`,
  );
}
