import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { AccessService } from '../src/access/access.service.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

const NOW = '2026-11-22T12:00:00.000Z';

let app: TestApp;
let others: Client[];
/** A connection to the database as another process has it. */
async function connect(application_name: string): Promise<void> {
  const client = new Client({ connectionString: app.databaseUrl, application_name });
  await client.connect();
  others.push(client);
}
beforeAll(async () => {
  others = [];
  app = await startApp({ env: { BATCH_SIZE: '4', WINDOW_SIZE: '2', SENDER_LANES: '1' } });
  await makeContacts(app, 12);
  for (const name of ['campanile/0.9.0 api 41@front', 'campanile/0.9.0 scheduler,sender 42@back', 'psql'])
    await connect(name);
});
afterAll(async () => {
  await Promise.all(others.map((client) => client.end()));
  await app.close();
});
afterEach(async () => {
  openGates();
  await app.sql(sql`update run set status = 'cancelling' where finished_at is null`);
  await app.tick();
  app.providers.email.messages.length = 0;
  app.clock.set(NOW);
});
const system = async () => (await app.request('GET', '/system')).body;
const codes = async () => (await system()).concerns.map(({ code }: { code: string }) => code);

describe('the system', () => {
  it('names the processes that are connected, what they do, and which of them answers', async () => {
    const { processes, concerns } = await system();
    expect(processes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pid: 41, host: 'front', version: '0.9.0', roles: ['api'], answering: false }),
        expect.objectContaining({ pid: 42, host: 'back', roles: ['scheduler', 'sender'], connections: 1, leases: 0 }),
      ]),
    );
    const own = processes.filter(({ answering }: { answering: boolean }) => answering);
    // A test drives its engine by hand: it has no role of its own.
    expect(own).toEqual([expect.objectContaining({ pid: process.pid, host: hostname(), roles: [] })]);
    expect(Date.parse(own[0].connected_since)).toBeGreaterThan(0);
    expect(processes).toHaveLength(3);
    expect(concerns).toEqual([]);
  });

  it('says what waits and why, as much as is pending, and who has what in hand', async () => {
    const { opened } = gate();
    app.providers.email.answer = async () => {
      await opened;
      return { outcome: 'sent', providerMessageId: null };
    };
    const campaign = await makeCampaign(app, { message: 'Going' });
    const variants = ['A', 'B'].map((name) => ({ name, subject: name }));
    await makeCampaign(app, { variants, test_share: 50, winner: { by: 'hand' }, message: 'Test' });
    const ticking = app.tick();
    await handedOver(app, 2);
    const runs = await app.sql(sql<{ id: number; campaign_id: number }>`select id, campaign_id from run order by id`);
    const shown = await Promise.all(runs.map(async ({ id }) => (await app.request('GET', `/runs/${id}`)).body));
    const sum = (name: string) => shown.reduce((total, run) => total + (run[name] as number), 0);
    const before = await system();
    expect(sum('pending')).toBe(24);
    expect(before.queue.awaiting_winner).toBe(sum('awaiting_winner'));
    expect(before.queue.awaiting_winner).toBeGreaterThan(0);
    expect(before.queue.in_flight).toBeGreaterThan(0);
    const all = (queue: Record<string, number>) => Object.values(queue).reduce((total, count) => total + count, 0);
    expect(all(before.queue)).toBe(24);
    expect(before.runs).toEqual({ processing: 2, paused: 0, cancelling: 0 });
    const own = before.processes.find(({ answering }: { answering: boolean }) => answering);
    expect([own.leases, before.leases.expired]).toEqual([before.leases.held, 0]);
    expect(own.leases).toBeGreaterThan(0);

    await app.request('POST', `/campaigns/${campaign.id}/pause`);
    const { pending } = await latestRun(app, campaign.id);
    const paused = await system();
    expect(all(paused.queue)).toBe(24);
    expect(paused.queue.paused).toBeGreaterThan(0);
    expect(paused.queue.paused).toBeLessThanOrEqual(pending);
    openGates();
    await ticking;
  });

  it('tells how late runs open, and what waits too long', async () => {
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    const before = (await system()).lag.opened_runs;
    await makeCampaign(app);
    app.clock.advance(90_000);
    expect((await system()).lag).toMatchObject({ opening_seconds: 90, sending_seconds: 0 });
    expect(await codes()).toEqual(['OPENING_LATE']);
    await app.app.get(Dispatcher).dispatchDue();
    const { lag } = await system();
    expect(lag).toMatchObject({ opening_seconds: 0, sending_seconds: 90, opened_runs: before + 1 });
    expect(lag.opened_worst_ms).toBe(90_000);
    expect(lag.opened_median_ms).toBeLessThanOrEqual(90_000);
    expect(await codes()).toEqual(['SENDING_LATE']);
  });

  it('knows the database', async () => {
    const { database } = await system();
    const [{ server_version, size }] = (await app.sql(
      sql`select current_setting('server_version') as server_version, pg_database_size(current_database()) as size`,
    )) as [{ server_version: string; size: number }];
    expect(database.server_version).toBe(server_version);
    expect(Math.abs(database.size_bytes - size)).toBeLessThan(1_000_000);
    expect(database.connections).toBeGreaterThan(3);
    expect(database.most_connections).toBeGreaterThan(database.connections);
  });

  it('is for whoever may read, and is not sent again while nothing has changed', async () => {
    const authorization = `Bearer ${await app.app.get(AccessService).createKey('viewer', ['read'])}`;
    const first = await app.request('GET', '/system', undefined, { authorization });
    expect(first.status).toBe(200);
    // Other specs come and go at the same server, and its connections are counted.
    await eventually(
      async () => {
        const { headers } = await app.request('GET', '/system');
        return app.request('GET', '/system', undefined, { authorization, 'if-none-match': headers.etag! });
      },
      ({ status }) => status === 304,
    );
    expect((await app.request('GET', '/system', undefined, { authorization: '' })).status).toBe(401);
  });
});
