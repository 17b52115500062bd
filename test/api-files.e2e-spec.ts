import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

it('the Bruno collection is in the form that Bruno reads: named blocks, and lines that are set in', () => {
  const files = readdirSync('bruno', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bru'));
  expect(files.length).toBeGreaterThan(60);
  for (const name of files) {
    const odd = readFileSync(`bruno/${name}`, 'utf8')
      .split('\n')
      .filter((line) => !/^(?:[a-z:]+ [{[]|[}\]]|\s*| {2}.*)$/.test(line));
    expect([name, odd]).toEqual([name, []]);
  }
});
