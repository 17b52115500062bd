import type { INestApplicationContext } from '@nestjs/common';
import { schema } from '../schema.js';
import { createApp } from '../create-app.js';
import { loadConfig } from '../platform/config.js';
import { migrateUp } from '../platform/migrate.js';
import { type Needs, withDatabase } from './database.js';
import type { Terminal } from './terminal.js';

/** An application whose services a command uses. */
export type Application = Awaited<ReturnType<typeof createApp>> & INestApplicationContext;

/** The same application as the server's, without its intervals and without listening. */
export async function withApplication(
  terminal: Terminal,
  work: (app: Application) => Promise<void>,
  needs: Needs = 'existing',
): Promise<void> {
  const { config, module } = await loadConfig();
  const withApp = async (databaseUrl: string) => {
    await migrateUp(databaseUrl, schema);
    const app = await createApp({ config, configModule: module, databaseUrl, intervals: false });
    try {
      await app.init();
      await work(app);
    } finally {
      await app.close();
    }
  };
  await withDatabase(terminal, withApp, needs);
}
