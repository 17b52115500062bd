import { rmSync } from 'node:fs';
import type { TestPostgres } from './start-postgres.js';

/** Jest's global teardown: stops the server of the setup and deletes its data. */
export default async function stopPostgres(): Promise<void> {
  const started = (globalThis as { testPostgres?: TestPostgres }).testPostgres;
  if (!started) return;
  await started.server.close();
  rmSync(started.dataDir, { recursive: true });
}
