import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { migratedDatabase } from './support/database.js';
import { eventually } from './support/engine.js';
import { killServers, type ServerProcess, startServer } from './support/server-process.js';

const ROWS = 40_000;

jest.setTimeout(60_000);

describe('an import whose process is killed', () => {
  let database: { url: string; drop: () => Promise<void> };
  let client: Client;
  beforeAll(async () => {
    database = await migratedDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(() => killServers());
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  const start = () =>
    startServer({ DATABASE_URL: database.url, LEASE_MS: '1000', DATABASE_POOL: '6', ROLES: 'api,scheduler' });
  const importOf = async ({ request }: ServerProcess, id: number) => (await request('GET', `/imports/${id}`)).body;

  it('is carried on by another from where it was, and every row counts once', async () => {
    const rows = Array.from({ length: ROWS }, (_, index) => `c${index}@example.com,Name${index}`);
    // The last slice has one about a contact of the first.
    rows.push('c0@example.com,Again', 'nobody,Nobody');
    const victim = await start();
    const id = await victim.upload(`email,first_name\n${rows.join('\n')}\n`);
    const begun = await eventually(
      () => importOf(victim, id),
      ({ total }) => total > 0,
      20_000,
    );
    await victim.end('SIGKILL');
    expect(begun.status).toBe('processing');
    const { rows: left } = await client.query('select status, total::int from import');
    expect(left[0].status).toBe('processing');
    expect(left[0].total).toBeLessThan(ROWS);
    // What was counted is there, and nothing else.
    expect((await client.query('select count(*)::int as n from contact')).rows[0].n).toBe(left[0].total);

    const survivor = await start();
    const done = await eventually(
      () => importOf(survivor, id),
      ({ finished_at }) => finished_at !== null,
      20_000,
    );
    expect(done).toMatchObject({
      status: 'completed',
      total: ROWS + 2,
      created: ROWS,
      updated: 0,
      unchanged: 0,
      duplicates: 1,
      rejected: 1,
    });
    const { rows: found } = await client.query(`
      select count(*)::int as contacts, count(distinct email)::int as emails, sum(version)::int as versions from contact`);
    expect(found[0]).toEqual({ contacts: ROWS, emails: ROWS, versions: ROWS + 1 });
    const { rows: first } = await client.query(`select first_name from contact where email = 'c0@example.com'`);
    expect(first[0].first_name).toBe('Again');
    expect(await survivor.end('SIGTERM')).toBe(0);
  });
});
