import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { schema } from '../src/schema.js';
import { DoctorService } from '../src/commands/doctor/doctor.service.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { migrateUp } from '../src/platform/migrate.js';
import { startApp, type TestApp } from './support/app.js';
import { emptyDatabase, onServer } from './support/database.js';
import { carryOut, expectBalanced } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

// Roles belong to the whole server: other specs make theirs at the same time.
const [owner, role] = ['owner', 'app'].map((name) => `test_${name}_${randomBytes(4).toString('hex')}`) as [
  string,
  string,
];
const rights = readFileSync(new URL('../ops/postgres/roles.sql', import.meta.url), 'utf8')
  .replaceAll('campanile_owner', owner)
  .replaceAll('campanile_app', role);

const as = (url: string, user: string) => {
  const changed = new URL(url);
  changed.username = user;
  changed.password = 'secret';
  return changed.href;
};

describe('a role with no more rights than ops/postgres/roles.sql grants', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let app: TestApp;
  beforeAll(async () => {
    database = await emptyDatabase();
    const name = new URL(database.url).pathname.slice(1);
    await onServer(async (client) => {
      for (const each of [owner, role])
        await client.query(`create role ${each} login password 'secret' nosuperuser nocreatedb nocreaterole`);
      await client.query(`alter database ${name} owner to ${owner}`);
    });
    await migrateUp(as(database.url, owner), schema);
    await inDatabase(rights);
    await inDatabase(rights);
    app = await startApp({
      databaseUrl: as(database.url, role),
      env: { RETENTION_DAYS: '1', FREQUENCY_CAP_EMAIL: '9/day' },
    });
    await makeSegment(app, 'some');
    await makeContacts(app, 12, { segments: ['some'] });
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    await onServer(async (client) => {
      for (const each of [owner, role]) await client.query(`drop role ${each}`);
    });
  });

  const inDatabase = async (text: string) => {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };

  it('starts, finds the schema up to date, and carries out a campaign', async () => {
    expect(await migrateUp(as(database.url, role), schema)).toEqual([]);
    await app.app.get(DeliveryService).prepareLedger(as(database.url, role));
    const run = await carryOut(app, { target_segment: 'some' });
    expect(run).toMatchObject({ status: 'completed', sent: 12, failed: 0 });
    await expectBalanced(app, run.id);
  });

  it('makes partitions of the ledger and drops them', async () => {
    const partitions = () =>
      app.sql<{ name: string }>(
        sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'delivery'::regclass order by 1`,
      );
    const before = await partitions();
    await app.sql(sql`select setval('run_id_seq', 45000)`);
    const run = await carryOut(app, { target_segment: 'some' });
    expect(run).toMatchObject({ status: 'completed', sent: 12 });
    expect((await partitions()).length).toBeGreaterThan(before.length);
    app.clock.advance(3 * 86_400_000);
    await app.app.get(DeliveryService).keepLedger();
  });

  it('takes contacts in, and imports them, too', async () => {
    const headers = { 'content-type': 'text/csv' };
    const { body } = await app.request('POST', '/imports', 'email\nimported@example.com\n', headers);
    await app.tick();
    expect((await app.request('GET', `/imports/${body.id}`)).body).toMatchObject({ status: 'completed', created: 1 });
  });

  it('is not ready after a restore that gave the ledger to the owner, and works again once it has its rights', async () => {
    const ready = () => app.request('GET', '/health/ready');
    expect((await ready()).status).toBe(200);
    for (const table of ['delivery', 'delivery_attempt'])
      await inDatabase(`alter table ${table} owner to ${owner}; revoke all on ${table} from ${role}`);
    const refused = await ready();
    expectProblem(refused, 503, 'DATABASE_RIGHTS_MISSING');
    expect(refused.body.detail).toContain('may not read delivery, delivery_attempt: ');
    await inDatabase(rights);
    expect((await ready()).status).toBe(200);
    expect(await carryOut(app, { target_segment: 'some' })).toMatchObject({ status: 'completed', sent: 12 });
  });

  it('can change nothing else, and the doctor says that it may not simulate', async () => {
    for (const forbidden of [
      'drop table contact',
      'alter table contact add column x int',
      'truncate campaign',
      'create role other',
      'select * from pg_authid',
    ])
      await expect(app.sql(sql.raw(forbidden))).rejects.toThrow(/permission denied|must be owner/);
    const found = await app.app.get(DoctorService).examine(() => undefined);
    const [about] = found.filter(({ name }) => name === `rights of the role ${role}`);
    expect(about).toMatchObject({ state: 'caution', detail: expect.stringContaining('GRANT CREATE ON DATABASE') });
    const campaign = await makeCampaign(app, { target_segment: 'some', draft: true });
    expect((await app.request('POST', `/campaigns/${campaign.id}/simulate`)).body.code).toBe('SIMULATION_UNAVAILABLE');

    await inDatabase(`grant create on database ${new URL(database.url).pathname.slice(1)} to ${role}`);
    expect((await app.request('POST', `/campaigns/${campaign.id}/simulate`)).status).toBe(200);
    await inDatabase(`revoke delete on contact from ${role}`);
    const worse = await app.app.get(DoctorService).examine(() => undefined);
    expect(worse.filter(({ name }) => name === `rights of the role ${role}`)).toEqual([
      expect.objectContaining({ state: 'wrong', detail: expect.stringContaining('contact') }),
    ]);
  });
});
