import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { Log } from '../src/platform/log.js';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, expectBalanced, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { endAll } from './support/world.js';

const LANES = 4;
const WINDOW = 5;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    env: {
      ALLOW_PRIVATE_NETWORKS: 'true',
      RETRY_BASE_MS: '1000',
      BREAKER_MS: '3000',
      BATCH_SIZE: String(WINDOW),
      SENDER_LANES: String(LANES),
    },
  });
  await makeContacts(app, LANES * WINDOW);
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  await endAll(app);
});

describe('an account that is put off', () => {
  /** What is printed meanwhile. */
  async function printed(format: 'text' | 'json', work: () => Promise<unknown>): Promise<string> {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    Logger.overrideLogger(new Log(format));
    try {
      await work();
      return write.mock.calls.map(([words]) => String(words)).join('');
    } finally {
      Logger.overrideLogger(false);
      write.mockRestore();
    }
  }

  it.each(['text', 'json'] as const)(
    'is logged by its names, as %s: no secret is, and nobody is in doubt',
    async (format) => {
      const server = await ApiServer.start();
      server.script = () => ({ status: 429, headers: { 'retry-after': '5' } });
      const { body, status } = await app.request('POST', '/providers', {
        ...{ name: `busy_${format}`, channel: 'email', kind: 'sendgrid', default: true },
        settings: { from: 'news@example.org', endpoint: server.origin, connections: 1 },
        secrets: { api_key: 'TOP-SECRET-12345' },
      });
      expect([status, body]).toEqual([201, expect.anything()]);
      await app.tick();
      const campaign = await makeCampaign(app);
      const log = await printed(format, () => app.tick());
      expect(log).toContain('provider put off');
      expect(log).toContain(`busy_${format}`);
      expect(log).not.toContain('TOP-SECRET');

      server.script = () => ({ status: 202 });
      app.clock.advance(6_000);
      await app.tick();
      const run = await latestRun(app, campaign.id);
      expect(run).toMatchObject({ status: 'completed', sent: LANES * WINDOW, in_doubt: 0 });
      await expectBalanced(app, run.id);
      await app.sql(sql`delete from provider where id = ${body.id}`);
      await app.tick();
      await server.stop();
    },
  );
});

describe('a limit per second', () => {
  it('holds for what leaves, also after a stall in which more was granted', async () => {
    const limited = await startApp({
      env: { EMAIL_RATE_LIMIT: `${WINDOW}/second`, BATCH_SIZE: String(WINDOW), SENDER_LANES: String(LANES) },
      databaseUrl: app.databaseUrl,
      clock: app.clock,
    });
    const stall = gate();
    const left: number[] = [];
    let waiting = 0;
    limited.providers.email.send = async (_message, mayStart) => {
      waiting += 1;
      await stall.opened;
      if (!mayStart()) return { outcome: 'deferred', scope: 'provider', code: 'not_started' };
      left.push(app.clock.now().getTime());
      return { outcome: 'sent', providerMessageId: null };
    };
    const { id } = await makeCampaign(app);
    const working = limited.tick();
    const granted = async () => {
      const batches = sql<{ n: number }>`
        select sum(intent_upto)::int as n from run_batch where run_id in (select id from run where campaign_id = ${id})`;
      return (await app.sql(batches))[0]!.n;
    };
    for (let lane = 1; lane <= LANES; lane += 1) {
      limited.app.get(DeliveryService).wake();
      await eventually(granted, (n) => n >= lane * WINDOW);
      app.clock.advance(1_100);
    }
    await eventually(() => waiting > 0);
    expect(waiting).toBe(WINDOW);
    stall.open();
    for (let second = 1; second <= LANES; second += 1) {
      await eventually(() => left.length === second * WINDOW);
      app.clock.advance(1_000);
    }
    await working;
    const within = (from: number) => left.filter((at) => at >= from && at < from + 1_000).length;
    expect(Math.max(...left.map(within))).toBe(WINDOW);
    await limited.app.get(DeliveryService).sendDue();
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: LANES * WINDOW });
    await limited.close();
  });
});

describe('the breaker', () => {
  const account = async () =>
    (
      await app.sql(sql<{ trips: number; seconds: number }>`
        select trips, extract(epoch from blocked_until - ${app.clock.sql()})::float8 as seconds from provider_account
        where channel = 'email'`)
    )[0];

  it('counts one opening, however many lanes see the same trouble', async () => {
    const held = gate();
    app.providers.email.answer = async () => {
      await held.opened;
      return { outcome: 'deferred', scope: 'provider', code: 'smtp_connect' };
    };
    await makeCampaign(app);
    const working = app.tick();
    await handedOver(app, LANES * WINDOW);
    held.open();
    await working;
    expect(await account()).toEqual({ trips: 1, seconds: 3 });

    app.clock.advance(3_001);
    await app.tick();
    expect(await account()).toEqual({ trips: 2, seconds: 6 });
  });
});
