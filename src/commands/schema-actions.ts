import { migrateDown, migrateUp, migrationStatus } from '../platform/migrate.js';
import { schema } from '../schema.js';
import { command } from './command.js';
import { withDatabase } from './database.js';

/** `migrate up|down|status`. */
export function migrate(what: 'up' | 'down' | 'down-all' | 'status', json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withDatabase(terminal, async (url) => {
      if (what === 'status') {
        const rows = await migrationStatus(url, schema);
        const words = rows.map(
          ({ name, executedAt }) =>
            `${executedAt ? `applied ${executedAt.toISOString()}` : 'pending'.padEnd(32)}  ${name}`,
        );
        return terminal.result(rows, words.join('\n'));
      }
      const names = what === 'up' ? await migrateUp(url, schema) : await migrateDown(url, schema, what === 'down-all');
      const verb = what === 'up' ? 'applied' : 'taken back';
      terminal.result(
        { [verb.replace(' ', '_')]: names },
        names.length > 0 ? `${verb}: ${names.join(', ')}` : `nothing to do`,
      );
    }),
  );
}
