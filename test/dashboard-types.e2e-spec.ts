import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import openapiTS, { astToString } from 'openapi-typescript';
import { migratedDatabase } from './support/database.js';
import { run } from './support/product.js';

const file = new URL('../src/dashboard/client/api/schema.d.ts', import.meta.url);

let database: Awaited<ReturnType<typeof migratedDatabase>>;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.drop());

it("the dashboard's types are those of the API as it is built (if not: npm run types:client)", async () => {
  const product = run('cli.js', { DATABASE_URL: database.url }, ['openapi']);
  expect(await product.end()).toBe(0);
  const types = astToString(await openapiTS(JSON.parse(product.said())));
  expect(types === readFileSync(file, 'utf8')).toBe(true);
});
