import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rmSync } from 'node:fs';
import { eventually, expectIdentity } from './support/engine.js';
import { freshDirectory, isAlive, open, postmasterOf, query, tidyUp, until } from './support/postgres-scenes.js';
import { killServers, type ServerProcess, startServer } from './support/server-process.js';
import { SmtpSink } from './support/smtp-sink.js';

const CONTACTS = 2_000;
const LANES = 2;
const WINDOW = 50;

jest.setTimeout(90_000);

describe('a database that crashes in the midst of a run', () => {
  const dataDir = freshDirectory();
  let sink: SmtpSink;
  let server: ServerProcess;
  let url: string;
  beforeAll(async () => {
    // Durable: an immediate stop must lose nothing that was committed.
    url = (await open(dataDir, { fsync: true })).url;
    sink = await SmtpSink.start();
    server = await startServer({
      DATABASE_URL: url,
      SMTP_URL: sink.url,
      SENDER_LANES: String(LANES),
      WINDOW_SIZE: String(WINDOW),
      BATCH_SIZE: '200',
      LEASE_MS: '5000',
      RETRY_BASE_MS: '100',
    });
    await query(
      url,
      `insert into contact (email) select 'c' || n || '@example.com' from generate_series(1, ${CONTACTS}) n`,
    );
  });
  afterEach(killServers);
  afterAll(async () => {
    await sink.stop();
    await tidyUp();
    rmSync(dataDir, { recursive: true });
  });

  /** An answer that says: not now, and why, in the shape of every other problem. */
  const isOutage = ({ status, type, body }: Awaited<ReturnType<ServerProcess['request']>>) =>
    status === 503 && type.startsWith('application/problem+json') && body.code === 'DATABASE_UNAVAILABLE';

  it('leaves the process up and saying so; when it is back the run completes, nothing lost, nothing twice', async () => {
    const campaign = {
      name: 'A campaign',
      type: 'one_time',
      schedule_time: new Date().toISOString(),
      message: 'Hello',
    };
    const { body } = await server.request('POST', '/campaigns/', campaign);
    await sink.until(() => sink.accepted.length > CONTACTS / 4, 30_000);
    const postmaster = postmasterOf(dataDir);
    process.kill(postmaster, 'SIGQUIT');
    await until(() => !isAlive(postmaster));
    expect(sink.accepted.length).toBeLessThan(CONTACTS);

    await eventually(() => server.request('GET', '/health/ready'), isOutage);
    await eventually(() => server.request('GET', '/campaigns/'), isOutage);
    expect(isOutage(await server.request('POST', '/campaigns/', campaign))).toBe(true);
    expect((await server.request('GET', '/health/live')).status).toBe(200);
    expect(server.child.exitCode).toBeNull();

    expect((await open(dataDir, { fsync: true })).url).toBe(url);
    await eventually(
      () => server.request('GET', '/health/ready'),
      ({ status }) => status === 200,
    );
    const run = await eventually(
      async () => (await server.request('GET', `/campaigns/${body.id}/runs`)).body[0],
      (seen) => seen?.status === 'completed',
      60_000,
    );
    expectIdentity(run);
    expect(run).toMatchObject({ audience: CONTACTS, pending: 0, failed: 0, skipped: 0 });
    // Only a claim whose answer went down with the server can leave a doubt.
    expect(run.in_doubt).toBeLessThanOrEqual(LANES * WINDOW);
    const accepted = sink.accepted.map(({ to }) => to);
    expect(new Set(accepted).size).toBe(accepted.length);
    const ledger = await query(
      url,
      `select c.email, d.outcome from delivery d join contact c on c.id = d.contact_id where run_id = ${run.id}`,
    );
    const outcomeOf = new Map(ledger.rows.map(({ email, outcome }) => [email, outcome]));
    expect(accepted.filter((to) => !['sent', 'in_doubt'].includes(outcomeOf.get(to)))).toEqual([]);
    const reached = new Set(accepted);
    expect([...outcomeOf].filter(([email, outcome]) => outcome === 'sent' && !reached.has(email))).toEqual([]);
    expect((await server.request('GET', `/runs/${run.id}/reconciliation`)).body).toMatchObject({ balanced: true });
    expect(server.output()).not.toMatch(/a batch could not be worked/);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});
