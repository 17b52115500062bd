import { chmodSync, mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';

/** What the setup leaves for the teardown, which Jest loads as a module of its own. */
export interface TestPostgres {
  server: EmbeddedPostgres;
  dataDir: string;
}

/** Jest's global setup: one server for all specs, in `TEST_DATABASE_URL`; the one named there already, if any. */
export default async function startPostgres(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  const openEmbeddedPostgres = await loadLauncher();
  const dataDir = mkdtempSync(join(tmpdir(), 'campanile-test-'));
  chmodSync(dataDir, 0o755);
  const server = await openEmbeddedPostgres({ dataDir, fsync: false, log: (line) => console.log(line) });
  process.env.TEST_DATABASE_URL = server.url;
  (globalThis as { testPostgres?: TestPostgres }).testPostgres = { server, dataDir };
}

/** Jest compiles what a global setup imports, but does not apply `moduleNameMapper`, which finds the `.ts` of a `.js`. */
async function loadLauncher() {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(context.parentURL?.endsWith('.ts') ? specifier.replace(/^(\..*)\.js$/, '$1.ts') : specifier, context),
  });
  const launcher = await import('../../src/platform/embedded-postgres/embedded-postgres.js');
  hooks.deregister();
  return launcher.openEmbeddedPostgres;
}
