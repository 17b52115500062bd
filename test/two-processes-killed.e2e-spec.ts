import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { migratedDatabase } from './support/database.js';
import { eventually, expectIdentity } from './support/engine.js';
import { killServers, type ServerProcess, startServer } from './support/server-process.js';
import { SmtpSink } from './support/smtp-sink.js';

const CONTACTS = 2_000;
const LANES = 2;
const WINDOW = 50;

jest.setTimeout(180_000);

describe('real processes on one database', () => {
  let database: { url: string; drop: () => Promise<void> };
  let sink: SmtpSink;
  let client: Client;
  beforeAll(async () => {
    database = await migratedDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `insert into contact (email) select 'c' || n || '@example.com' from generate_series(1, ${CONTACTS}) n`,
    );
  });
  afterEach(async () => {
    killServers();
    await sink.stop();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const start = (env: Record<string, string> = {}) =>
    startServer({
      DATABASE_URL: database.url,
      SMTP_URL: sink.url,
      SENDER_LANES: String(LANES),
      WINDOW_SIZE: String(WINDOW),
      BATCH_SIZE: '200',
      // Long enough that a process which waits for a processor keeps its lease: only the killed one may lose its own.
      LEASE_MS: '3000',
      RETRY_BASE_MS: '100',
      DATABASE_POOL: '6',
      ...env,
    });
  const launch = async ({ request }: ServerProcess) => {
    const schedule_time = new Date().toISOString();
    const campaign = { name: 'A campaign', type: 'one_time', schedule_time, message: 'Hello' };
    return (await request('POST', '/campaigns/', campaign)).body.id as number;
  };
  const runOf = async ({ request }: ServerProcess, id: number) =>
    (await request('GET', `/campaigns/${id}/runs`)).body[0];
  const completed = (server: ServerProcess, id: number) =>
    eventually(
      () => runOf(server, id),
      (run) => run?.status === 'completed',
      60_000,
    );
  const addressesIn = async (runId: number, ...outcomes: string[]) =>
    (
      await client.query(
        `select email from delivery d join contact c on c.id = d.contact_id
         where run_id = $1 and outcome::text = any($2)`,
        [runId, outcomes],
      )
    ).rows.map(({ email }) => email as string);

  it('finish a run although one of them is killed in its midst: nothing lost, nothing twice, the doubt bounded', async () => {
    sink = await SmtpSink.start();
    const [victim, survivor] = await Promise.all([start(), start()]);
    const id = await launch(survivor);
    await sink.until(() => sink.accepted.length > CONTACTS / 4, 60_000);
    // However long the kill takes, it strikes with messages in flight.
    const release = sink.hold();
    await sink.until(() => sink.held > 0, 30_000);
    await victim.end('SIGKILL');
    expect(sink.accepted.length).toBeLessThan(CONTACTS);
    release();
    const run = await completed(survivor, id);

    expectIdentity(run);
    expect(run).toMatchObject({ audience: CONTACTS, pending: 0, failed: 0, skipped: 0 });
    expect(run.in_doubt).toBeLessThanOrEqual(WINDOW * LANES);
    const accepted = sink.accepted.map(({ to }) => to);
    expect(new Set(accepted).size).toBe(accepted.length);
    const known = new Set(await addressesIn(run.id, 'sent', 'in_doubt'));
    expect(accepted.filter((to) => !known.has(to))).toEqual([]);
    const reached = new Set(accepted);
    expect((await addressesIn(run.id, 'sent')).filter((to) => !reached.has(to))).toEqual([]);
    const reconciliation = await survivor.request('GET', `/runs/${run.id}/reconciliation`);
    expect(reconciliation.body).toMatchObject({ balanced: true });
    expect(await survivor.end('SIGTERM')).toBe(0);
  });

  it('share the roles, and one that is told to stop leaves nothing in doubt, however long its lease', async () => {
    sink = await SmtpSink.start();
    const api = await start({ ROLES: 'api,scheduler' });
    const [leaving, staying] = await Promise.all([start({ ROLES: 'sender' }), start({ ROLES: 'sender' })]);
    const release = sink.hold();
    const id = await launch(api);
    await sink.until(() => sink.held >= 10, 30_000);
    const exit = leaving.end('SIGTERM');
    await eventually(() => leaving.output().includes('Stopping'));
    release();
    expect(await exit).toBe(0);
    const run = await completed(api, id);
    expect(run).toMatchObject({ audience: CONTACTS, sent: CONTACTS, in_doubt: 0 });
    expect(new Set(sink.accepted.map(({ to }) => to)).size).toBe(CONTACTS);
    expect(sink.accepted).toHaveLength(CONTACTS);
    expect(await staying.end('SIGTERM')).toBe(0);
    expect(await api.end('SIGINT')).toBe(0);
  });
});
