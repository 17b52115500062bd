import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createECDH } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { emptyDatabase } from './support/database.js';
import { run } from './support/product.js';

jest.setTimeout(60_000);

describe('the command line', () => {
  let database: { url: string; drop: () => Promise<void> };
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  const cli = async (...args: string[]): Promise<{ code: number | null; said: string }> => {
    const product = run('cli.js', { DATABASE_URL: database.url }, args);
    const code = await product.end();
    return { code, said: product.said() };
  };
  const json = async (...args: string[]) => JSON.parse((await cli('--json', ...args)).said);

  it('explains itself', async () => {
    const { code, said } = await cli('--help');
    expect(code).toBe(0);
    for (const name of [
      'migrate',
      'seed',
      'import',
      'verify',
      'doctor',
      'simulate',
      'export',
      'plan',
      'apply',
      'import-pinpoint',
      'keys',
      'users',
      'audit',
      'vapid',
      'openapi',
    ])
      expect(said).toContain(name);
    expect((await cli('seed', '--help')).said).toContain('--contacts');
  });

  it('exits 2 for words it does not know', async () => {
    expect((await cli('frobnicate')).code).toBe(2);
    expect((await cli('seed', '--contacts', 'many')).code).toBe(2);
    expect((await cli('keys', 'create', '--scope', 'everything')).code).toBe(2);
    for (const words of [['one'], ['1', '--days', '401'], ['1', '--failure-rate', '1.5']])
      expect((await cli('simulate', ...words)).code).toBe(2);
  });

  it.each(['sideways', 'UP', ''])('refuses to migrate %j, and says what can be done', async (what) => {
    const { code, said } = await cli('migrate', what);
    expect(code).toBe(2);
    expect(said).toContain('It must be one of up, down, status.');
  });

  it('migrates up, shows the status, and down again', async () => {
    const before = await json('migrate', 'status');
    expect(before.every(({ executedAt }: { executedAt: string | null }) => executedAt === null)).toBe(true);
    expect((await json('migrate', 'up')).applied).toHaveLength(before.length);
    expect((await cli('migrate', 'up')).said).toContain('nothing to do');
    expect((await json('migrate', 'down')).taken_back).toEqual([before.at(-1).name]);
    expect((await json('migrate', 'status')).at(-1).executedAt).toBeNull();
  });

  it('verify fails with exit code 1 and a line per check while the seed is missing', async () => {
    const { code, said } = await cli('verify');
    expect(code).toBe(1);
    expect(said).toMatch(/✗ seed data is there/);
    expect(said).toMatch(/✓ a one-time campaign reaches exactly its segment/);
  });

  it('seeds, once', async () => {
    expect(await json('seed', '--contacts', '30')).toEqual({
      segments: 3,
      campaigns: 3,
      contacts: { created: 30, known: 0 },
    });
    expect(await json('seed', '--contacts', '30')).toMatchObject({ segments: 0, campaigns: 0 });
  });

  it('imports a file, after a trial; exits 1 for one that is none', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'campanile-import-'));
    const file = join(directory, 'contacts.csv');
    writeFileSync(file, 'Mail;plan\nimported@example.com;pro\nnobody;free\n');
    const counts = { status: 'completed', total: 2, created: 1, rejected: 1 };
    expect(await json('import', file, '--map', 'Mail:email', '--dry-run')).toMatchObject({ ...counts, dry_run: true });
    expect(await json('import', file, '--map', 'Mail:email', '--segment', 'imported')).toMatchObject(counts);
    const { code, said } = await cli('import', file);
    expect(code).toBe(1);
    expect(said).toContain('none of the columns is email, phone or external_id');
    const nowhere = join(directory, 'nowhere.csv');
    const missing = await cli('import', nowhere);
    expect(missing).toEqual({ code: 1, said: `${nowhere}: there is no such file or folder\n` });
    const folder = await cli('import', directory);
    expect(folder).toEqual({ code: 1, said: `${directory}: this is a folder, and no file\n` });
    rmSync(directory, { recursive: true });
  });

  it('verifies a seeded installation and takes everything of its own away again', async () => {
    const { ok, checks } = await json('verify');
    expect(checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([]);
    expect(ok).toBe(true);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`
      select (select count(*) from contact where external_id like 'verify-%')::int as contacts,
             (select count(*) from segment where name like 'verify-%')::int as segments,
             (select count(*) from campaign where name like 'verify-%' and deleted_at is null)::int as campaigns`);
    await client.end();
    expect(rows[0]).toEqual({ contacts: 0, segments: 0, campaigns: 0 });
  });

  it('goes on to its end where nobody reads what it says, and tells that in one sentence', async () => {
    const product = run('cli.js', { DATABASE_URL: database.url }, ['doctor']);
    product.child.stdout!.destroy();
    expect([0, 1]).toContain(await product.end());
    expect(product.said()).toBe('Nobody reads the output any more; the command goes on to its end.\n');
  });

  it('simulates a campaign: in words for people, the whole answer for programs', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ id: string }>(`select id from campaign where name = 'Monday finance brief'`);
    await client.end();
    const id = rows[0]!.id;
    const { code, said } = await cli('simulate', id, '--days', '15', '--failure-rate', '0.1', '--seed', '3');
    expect(code).toBe(0);
    expect(said).toMatch(/scheduled for +local time +status +audience +sent/);
    expect(said).toMatch(/T0\d:00:00\.000Z +\d{4}-\d\d-\d\dT09:00:00 +completed +9 +9 +0/);
    expect(said).toMatch(/2 occurrences: 2 completed|3 occurrences: 3 completed/);
    expect(said).not.toContain('try failed');
    const played = await json('simulate', id, '--days', '15', '--failure-rate', '0.1', '--seed', '3');
    expect(played).toMatchObject({ campaign_id: Number(id), seed: 3, failure_rate: 0.1, audience: 9, contacts: 9 });
    expect(played.runs.length).toBe(played.totals.completed);
    const missing = await cli('simulate', '9999');
    expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('There is no campaign 9999') });
  });

  it('makes a key that is printed once and stored only as a hash', async () => {
    const { key, scope } = await json('keys', 'create', '--name', 'reports', '--scope', 'read');
    expect(key).toMatch(/^ck_live_[\w-]{43}$/);
    expect(scope).toBe('read');
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`select * from api_key where name = 'reports'`);
    await client.end();
    expect(JSON.stringify(rows)).not.toContain(key);
  });

  it('makes the keys of a push account, without a database', async () => {
    const product = run('cli.js', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, ['--json', 'vapid']);
    expect(await product.end()).toBe(0);
    const { public_key: publicKey, private_key: privateKey } = JSON.parse(product.said());
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(privateKey, 'base64url');
    expect(pair.getPublicKey('base64url')).toBe(publicKey);
    expect((await cli('vapid')).said).not.toContain(publicKey);
  });

  it('prints an OpenAPI document in which every answer has a shape', async () => {
    const document = await json('openapi');
    expect(document.openapi).toMatch(/^3\.0/);
    for (const [path, methods] of Object.entries<Record<string, { summary?: string; responses: object }>>(
      document.paths,
    ))
      for (const [method, operation] of Object.entries(methods)) {
        expect([path, method, operation.summary]).not.toContain(undefined);
        const success = Object.entries<{ content?: object }>(operation.responses as never).filter(
          ([status]) => status < '300',
        );
        for (const [status, answer] of success)
          expect([path, method, status, status === '204' || answer.content !== undefined]).toEqual([
            path,
            method,
            status,
            true,
          ]);
      }
  });
});
