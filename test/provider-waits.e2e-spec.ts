import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { type ApiAct, ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { endAll } from './support/world.js';

const AUDIENCE = 6;
const busy: ApiAct = { status: 503, headers: { 'retry-after': '2' } };

let app: TestApp;
let main: ApiServer;
let spare: ApiServer;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true', RETRY_BASE_MS: '1000', SENDER_LANES: '1' } });
  await makeContacts(app, AUDIENCE);
});
afterAll(() => app.close());
afterEach(async () => {
  await endAll(app);
  await app.sql(sql`delete from provider`);
  await app.tick();
  await Promise.all([main.stop(), spare.stop()]);
});

async function account(name: string, server: ApiServer, more: object = {}): Promise<number> {
  const { status, body } = await app.request('POST', '/providers', {
    ...{ name, channel: 'email', kind: 'sendgrid', secrets: { api_key: 'key' } },
    settings: { from: 'news@example.org', endpoint: server.origin, connections: 1 },
    ...more,
  });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body.id as number;
}
/** An account of this name, and another that takes over from it. */
async function pair(name: string): Promise<number> {
  [main, spare] = [await ApiServer.start(), await ApiServer.start()];
  const fallback_id = await account('spare', spare);
  return account(name, main, { default: true, fallback_id });
}
async function seconds(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 3) {
    app.clock.advance(3_000);
    await app.tick();
  }
}
const fares = async (name: string) =>
  (await app.request('GET', '/providers')).body.find((row: { name: string }) => row.name === name);

describe('an account that asks for short waits', () => {
  it('again and again, and takes nothing, is relieved by its fallback; each try says whose it was', async () => {
    await pair('stuck');
    main.script = () => busy;
    const campaign = await makeCampaign(app);
    await app.tick();
    await seconds(3);
    expect(spare.taken).toEqual([]);
    await seconds(9);
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ status: 'completed', sent: AUDIENCE });
    expect(spare.taken).toHaveLength(AUDIENCE);
    const tries = Object.values(await ledgerOf(app, run.id)).flatMap(({ failed_attempts }) => failed_attempts);
    expect(tries).toEqual(Array(main.seen.length).fill(expect.objectContaining({ provider: 'stuck' })));
    expect(main.seen).toHaveLength(3);
    expect(await fares('stuck')).toMatchObject({ state: 'put_off', reason: expect.stringMatching(/^http_503/) });
    await expectBalanced(app, run.id);
  });

  it('and takes some between them, keeps its messages', async () => {
    await pair('slow');
    main.script = () => (main.seen.length % 3 === 0 ? { status: 202 } : busy);
    const campaign = await makeCampaign(app);
    await app.tick();
    await seconds(60);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: AUDIENCE });
    expect([main.taken.length, spare.taken.length]).toEqual([AUDIENCE, 0]);
  });

  it('is given its time anew once people have changed it', async () => {
    const id = await pair('mended');
    main.script = () => busy;
    const campaign = await makeCampaign(app);
    await app.tick();
    await seconds(3);
    await app.request('PATCH', `/providers/${id}`, { limits: [] });
    await seconds(3);
    expect([main.seen.length, spare.taken.length]).toEqual([3, 0]);
    main.script = () => ({ status: 202 });
    await seconds(9);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: AUDIENCE });
    expect([main.taken.length, spare.taken.length]).toEqual([AUDIENCE, 0]);
  });
});
