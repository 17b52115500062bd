import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migratedDatabase } from './support/database.js';

let database: Awaited<ReturnType<typeof migratedDatabase>>;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.drop());

it('openapi.json, the SDK and the Bruno collection are those of the API as it is built (if not: npm run openapi)', async () => {
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url };
  const said = await new Promise<string>((resolve) =>
    execFile(process.execPath, ['scripts/write-api-files.mjs', '--check'], { env }, (error, stdout, stderr) =>
      resolve(error && stdout === '' ? stderr : stdout),
    ),
  );
  expect(said).toBe('');
});
