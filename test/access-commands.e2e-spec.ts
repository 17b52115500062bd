import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { migratedDatabase } from './support/database.js';
import { run } from './support/product.js';

jest.setTimeout(60_000);

let database: Awaited<ReturnType<typeof migratedDatabase>>;
let client: Client;
beforeAll(async () => {
  database = await migratedDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const cli = async (...args: string[]) => {
  const product = run('cli.js', { DATABASE_URL: database.url }, args);
  const code = await product.end();
  return { code, said: product.said() };
};
const json = async (...args: string[]) => JSON.parse((await cli('--json', ...args)).said);

it('an operator makes keys and users, turns keys and ends them, and all of it is recorded', async () => {
  const [made, user] = await Promise.all([
    json('keys', 'create', '--name', 'reports', '--days', '7'),
    json('users', 'create', 'Ann@example.com', '--role', 'editor'),
  ]);
  expect(new Date(made.expires_at).getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect(user.url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/dashboard\/#link=[\w-]{43}$/);
  const turned = await json('keys', 'rotate', String(made.id), '--overlap', '60');
  expect(turned.key).toMatch(/^ck_live_[\w-]{43}$/);
  expect(turned.key).not.toBe(made.key);
  const [listed, missing] = await Promise.all([cli('keys', 'list'), cli('users', 'link', 'nobody@example.com')]);
  expect(listed.said).toMatch(/ck_live_[\w-]{4}… +admin +used never +until \S+ +reports/);
  expect(listed.said).not.toContain(turned.key);
  expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('There is no user') });
  const bound = ['--from', '203.0.113.0/24, 192.0.2.1', '--from', '2001:db8::/32'];
  expect((await json('keys', 'create', '--name', 'office', ...bound)).networks).toHaveLength(3);
  const [office, nowhere] = await Promise.all([cli('keys', 'list'), cli('keys', 'create', '--from', 'office')]);
  expect(office.said).toMatch(/used never +from 203\.0\.113\.0\/24, 192\.0\.2\.1, 2001:db8::\/32 +office/);
  expect(nowhere).toMatchObject({ code: 1, said: expect.stringContaining('must be an IP address, or a network') });
  const last = await cli('keys', 'revoke', String(made.id));
  expect(last).toMatchObject({ code: 1, said: expect.stringContaining('make another first') });
  const { rows } = await client.query('select actor_kind, action from audit_entry order by action');
  const actions = ['key.created', 'key.created', 'key.rotated', 'user.created', 'user.link_made'];
  expect(rows).toEqual(actions.map((action) => ({ actor_kind: 'cli', action })));
});

it('an operator verifies the audit log, and hears which entry was tampered with', async () => {
  expect(await json('audit', 'verify')).toMatchObject({ ok: true, entries: 5, broken: null });
  await client.query('alter table audit_entry disable trigger user');
  await client.query(`update audit_entry set actor_name = 'somebody else' where id = 2`);
  await client.query('alter table audit_entry enable trigger user');
  const hasty = await cli('audit', 'prune', '--days', '29');
  expect(hasty).toMatchObject({ code: 2, said: expect.stringContaining('30 days at least') });
  const bad = await cli('audit', 'verify');
  expect(bad).toMatchObject({ code: 1, said: expect.stringContaining('entry 2: it is not what was written') });
});
