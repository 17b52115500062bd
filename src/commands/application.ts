import type { INestApplicationContext } from '@nestjs/common';
import { schema } from '../schema.js';
import { createApp } from '../create-app.js';
import { loadConfig } from '../platform/config.js';
import { migrateUp } from '../platform/migrate.js';
import { withDatabase } from './database.js';
import type { Terminal } from './terminal.js';

/** An application whose services a command uses. */
export type Application = Awaited<ReturnType<typeof createApp>> & INestApplicationContext;

/** The same application as the server's, without its intervals and without listening. */
export async function withApplication(terminal: Terminal, work: (app: Application) => Promise<void>): Promise<void> {
  const { config, module } = await loadConfig();
  await withDatabase(terminal, async (databaseUrl) => {
    await migrateUp(databaseUrl, schema);
    const app = await createApp({ config, configModule: module, databaseUrl, intervals: false });
    try {
      await app.init();
      await work(app);
    } finally {
      await app.close();
    }
  });
}
