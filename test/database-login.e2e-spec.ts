import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { openDatabase } from '../src/platform/open-database.js';
import { parseConfig } from '../src/platform/config.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { migratedDatabase, onServer } from './support/database.js';
import { eventually, expectIdentity, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

// Roles belong to the whole server: other specs make theirs at the same time.
const role = `test_login_${randomBytes(4).toString('hex')}`;
const PEOPLE = 3;

describe('a database that lets the application in no more', () => {
  let database: Awaited<ReturnType<typeof migratedDatabase>>;
  let url: string;
  let app: TestApp;
  const asOwner = (...statements: string[]) =>
    onServer(async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  /** The names of the database that there is, and of where it is put away. */
  const names = () => {
    const name = new URL(database.url).pathname.slice(1);
    return { here: name, away: `${name}_away` };
  };

  beforeAll(async () => {
    database = await migratedDatabase();
    const { username } = new URL(database.url);
    await asOwner(`create role ${role} login password 'one' in role ${username}`);
    url = Object.assign(new URL(database.url), { username: role, password: 'one' }).href;
    app = await startApp({ databaseUrl: url });
    await makeSegment(app, 'few');
    await makeContacts(app, PEOPLE, { segments: ['few'] });
  });
  afterEach(openGates);
  afterAll(async () => {
    await app.close();
    await database.drop();
    await asOwner(`drop role ${role}`);
  });

  const end = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '${role}'`;
  const limit = (count: number) => `alter role ${role} connection limit ${count}`;
  it.each<[string, () => string[], () => string[]]>([
    [
      'has another password (28P01)',
      () => [`alter role ${role} password 'two'`, end],
      () => [`alter role ${role} password 'one'`],
    ],
    ['is not to log in (28000)', () => [`alter role ${role} nologin`, end], () => [`alter role ${role} login`]],
    ['has too many connections (53300)', () => [limit(0), end], () => [limit(-1)]],
    [
      'finds no database (3D000)',
      () => [limit(0), end, `alter database ${names().here} rename to ${names().away}`, limit(-1)],
      () => [`alter database ${names().away} rename to ${names().here}`],
    ],
  ])('because its role %s says so while it lasts, and loses nothing', async (_why, shut, open) => {
    const { opened, open: answer } = gate();
    app.providers.email.messages.length = 0;
    app.providers.email.answer = async () => {
      await opened;
      return { outcome: 'sent', providerMessageId: null };
    };
    const { id } = await makeCampaign(app, { target_segment: 'few' });
    await app.app.get(Dispatcher).dispatchDue();
    const sending = app.app.get(DeliveryService).sendDue();
    await handedOver(app, PEOPLE);

    await asOwner(...shut());
    const ready = () => app.request('GET', '/health/ready');
    expectProblem(await eventually(ready, ({ status }) => status !== 200), 503, 'DATABASE_UNAVAILABLE');
    for (const [method, path, body] of [
      ['GET', '/campaigns/'],
      ['POST', '/segments', { name: 'lost' }],
    ] as const)
      expectProblem(await app.request(method, path, body), 503, 'DATABASE_UNAVAILABLE');
    expect((await app.request('GET', '/health/live')).status).toBe(200);
    answer();
    await asOwner(...open());
    await eventually(ready, ({ status }) => status === 200);

    await sending;
    await app.tick();
    const run = await latestRun(app, id);
    expectIdentity(run);
    expect(run).toMatchObject({ status: 'completed', audience: PEOPLE, sent: PEOPLE, in_doubt: 0 });
    expect(app.providers.email.messages).toHaveLength(PEOPLE);
    expect((await app.request('GET', '/segments')).body).toHaveLength(1);
  });

  it('from the start is an error that says why', async () => {
    const wrong = Object.assign(new URL(url), { password: 'wrong' }).href;
    const opening = openDatabase(parseConfig({ DATABASE_URL: wrong }), () => undefined);
    await expect(opening).rejects.toThrow(/DATABASE_URL cannot be used: password authentication failed/);
  });
});
