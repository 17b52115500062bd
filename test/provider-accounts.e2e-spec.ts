import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { type ApiAct, ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { explain } from './support/explaining.js';
import { endAll } from './support/world.js';

/** Where an account's messages go, and how they are answered. */
interface Far {
  server: ApiServer;
  id: number;
}

let app: TestApp;
const servers: ApiServer[] = [];
const settings = { ALLOW_PRIVATE_NETWORKS: 'true', RETRY_BASE_MS: '1000', BATCH_SIZE: '10', WINDOW_SIZE: '5' };
beforeAll(async () => {
  app = await startApp({ env: { ...settings, SENDER_LANES: '1' } });
  await makeContacts(app, 20);
});
afterAll(() => app.close());
afterEach(async () => {
  await endAll(app);
  await app.sql(sql`delete from provider`);
  await app.tick();
  for (const server of servers.splice(0)) await server.stop();
});

/** Makes an account at a server of its own; `kind` resend knows repeats, sendgrid does not. */
async function account(name: string, kind = 'sendgrid', overrides: Record<string, unknown> = {}): Promise<Far> {
  const server = await ApiServer.start();
  servers.push(server);
  const { status, body } = await app.request('POST', '/providers', {
    ...{ name, channel: 'email', kind, secrets: { api_key: 'key' } },
    settings: { from: 'news@example.org', endpoint: server.origin, connections: 1 },
    ...overrides,
  });
  expect([status, body]).toEqual([201, expect.anything()]);
  return { server, id: body.id };
}
/** An account that is the default, and another that takes over what it surely did not take. */
async function pair(kind = 'sendgrid'): Promise<{ main: Far; spare: Far }> {
  const spare = await account('spare');
  return { main: await account('main', kind, { default: true, fallback_id: spare.id }), spare };
}
const always = ({ server }: Far, act: ApiAct) => (server.script = () => act);
const refused: ApiAct = { status: 401, body: 'no such key' };
const fares = async (name: string) =>
  (await app.request('GET', '/providers')).body.find((row: { name: string }) => row.name === name);
const tick = (ms = 0) => (app.clock.advance(ms), app.tick());
const attempts = async (runId: number) =>
  Object.values(await ledgerOf(app, runId)).flatMap(({ failed_attempts }) => failed_attempts);

describe('an account of the table', () => {
  it('carries what names it, or names none where it is the default; a run keeps its own', async () => {
    const [one, two] = [await account('one', 'sendgrid', { default: true }), await account('two')];
    const [byDefault, named] = [await makeCampaign(app), await makeCampaign(app, { provider: 'two' })];
    await tick();
    expect(await latestRun(app, byDefault.id)).toMatchObject({ provider: 'one', status: 'completed', sent: 20 });
    expect(await latestRun(app, named.id)).toMatchObject({ provider: 'two', status: 'completed', sent: 20 });
    expect([one.server.taken.length, two.server.taken.length]).toEqual([20, 20]);
    expect(app.providers.email.messages).toEqual([]);
  });

  it('is followed by another process that runs already, its new secrets too', async () => {
    const other = await startApp({ env: settings, databaseUrl: app.databaseUrl, clock: app.clock });
    const { server, id } = await account('one', 'sendgrid', { default: true });
    server.script = ({ headers }) => (headers.authorization === 'Bearer new' ? { status: 202 } : refused);
    const { id: campaignId } = await makeCampaign(app);
    await other.tick();
    expect(await latestRun(app, campaignId)).toMatchObject({ status: 'paused', sent: 0, pending: 20 });
    await app.request('PATCH', `/providers/${id}`, { secrets: { api_key: 'new' } });
    await app.request('POST', `/campaigns/${campaignId}/resume`);
    app.clock.advance(1_001);
    await other.tick();
    expect(await latestRun(app, campaignId)).toMatchObject({ status: 'completed', sent: 20 });
    await other.close();
  });

  it('that is switched off keeps its runs waiting, and says so; it cannot be deleted before they end', async () => {
    const { id, server } = await account('one', 'sendgrid', { default: true });
    await app.request('PATCH', `/providers/${id}`, { enabled: false });
    const campaign = await makeCampaign(app);
    await tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ provider: 'one', status: 'processing', pending: 20 });
    const { rules } = await explain(app, campaign.id);
    expect(rules.account).toEqual({ verdict: 'wait', detail: 'email/one is switched off.' });
    expect((await app.request('DELETE', `/providers/${id}`)).status).toBe(409);
    await app.request('PATCH', `/providers/${id}`, { enabled: true });
    await tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 20 });
    expect(server.taken).toHaveLength(20);
    expect((await app.request('DELETE', `/providers/${id}`)).status).toBe(204);
  });

  it('has limits of its own', async () => {
    const limits = [{ period: 'minute', limit: 7 }];
    const { server } = await account('one', 'sendgrid', { default: true, limits });
    const campaign = await makeCampaign(app);
    await tick();
    expect(server.taken).toHaveLength(7);
    expect(await fares('one')).toMatchObject({ state: 'limited', limits: [{ period: 'minute', limit: 7, used: 7 }] });
    for (let minute = 0; minute < 2; minute += 1) await tick(62_000);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 20 });
  });
});

describe('the fallback of an account', () => {
  it('takes over at once where the account is refused: nobody fails, no run is paused, each try says whose it was', async () => {
    const { main, spare } = await pair();
    always(main, refused);
    const campaign = await makeCampaign(app);
    await tick();
    await tick(1_000);
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ provider: 'main', status: 'completed', sent: 20 });
    expect(spare.server.taken).toHaveLength(20);
    expect(main.server.taken).toEqual([]);
    const tries = await attempts(run.id);
    expect(tries.length).toBeGreaterThan(0);
    for (const attempt of tries) expect(attempt).toMatchObject({ code: 'http_401', provider: 'main' });
    expect(await fares('main')).toMatchObject({ state: 'put_off', reason: 'http_401: no such key' });
    await expectBalanced(app, run.id);
  });

  it('stands back when one message found the account well again', async () => {
    const { main, spare } = await pair();
    always(main, refused);
    await makeCampaign(app);
    await tick();
    await tick(1_000);
    always(main, { status: 202 });
    const campaign = await makeCampaign(app, {
      schedule_time: new Date(app.clock.now().getTime() + 1_000_000).toISOString(),
    });
    await tick(1_000_001);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 20 });
    expect(spare.server.taken).toHaveLength(20);
    expect(main.server.taken).toHaveLength(20);
    expect(await fares('main')).toMatchObject({ state: 'ready' });
  });

  it('takes over what waits for an account that asked for more than a minute, and not for less', async () => {
    const { main, spare } = await pair();
    always(main, { status: 429, headers: { 'retry-after': '50' } });
    const campaign = await makeCampaign(app);
    await tick();
    await tick(10_000);
    expect(spare.server.taken).toEqual([]);
    always(main, { status: 429, headers: { 'retry-after': '600' } });
    await tick(41_000);
    await tick(1_001);
    expect(spare.server.taken.length).toBeGreaterThan(10);
    expect((await explain(app, campaign.id)).rules.account).toMatchObject({
      ...{
        verdict: 'pass',
        detail: expect.stringMatching(/^email\/main is put off until .* email\/spare takes over\.$/),
      },
    });
    always(main, { status: 202 });
    await tick(601_000);
    await tick(1_001);
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ status: 'completed', sent: 20 });
    expect(main.server.taken.length + spare.server.taken.length).toBe(20);
    await expectBalanced(app, run.id);
  });

  it('takes over what waits while nobody answers there', async () => {
    const { main, spare } = await pair();
    await main.server.stop();
    const campaign = await makeCampaign(app);
    await tick();
    await tick(1_001);
    expect(await fares('main')).toMatchObject({ state: 'put_off', reason: expect.stringMatching(/^http_connect/) });
    for (let second = 0; second < 4; second += 1) await tick(1_001);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 20 });
    expect(spare.server.taken).toHaveLength(20);
  });

  it('takes over from an account that is switched off', async () => {
    const { main, spare } = await pair();
    await app.request('PATCH', `/providers/${main.id}`, { enabled: false });
    const campaign = await makeCampaign(app);
    await tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ provider: 'main', status: 'completed', sent: 20 });
    expect(spare.server.taken).toHaveLength(20);
  });

  it('never gets a message that the account may have taken', async () => {
    const { main, spare } = await pair('resend');
    // Takes each message, and keeps its answer to itself.
    main.server.script = () => ({ status: 502, takes: true });
    const campaign = await makeCampaign(app);
    await tick();
    const run = await latestRun(app, campaign.id);
    const reached = main.server.taken.length;
    expect(reached).toBeGreaterThan(0);
    for (let minute = 0; minute < 3; minute += 1) await tick(61_000);
    const waiting = (await batchesOf(app, run.id)).filter(({ state }) => state === 'ready');
    expect(waiting.length).toBeGreaterThan(0);
    always(main, { status: 200, body: '{"id":"re-1"}' });
    for (let minute = 0; minute < 20; minute += 1) await tick(61_000);
    const end = await latestRun(app, campaign.id);
    expect(end).toMatchObject({ status: 'completed', sent: 20, in_doubt: 0 });
    // The server counts a key once: nobody got two, whichever way they came.
    expect(main.server.taken.length + spare.server.taken.length).toBe(20);
    const [doubtful] = await app.sql<{ carried: string[] }>(
      sql`select array_agg(distinct provider) as carried from run_batch where run_id = ${run.id} and doubtful`,
    );
    expect(doubtful!.carried).toEqual(['main']);
    await expectBalanced(app, run.id);
  });

  it('is no help where it is put off, too: then the run waits', async () => {
    const { main, spare } = await pair();
    for (const far of [main, spare]) always(far, refused);
    const campaign = await makeCampaign(app);
    await tick();
    await tick(1_000);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'paused', sent: 0, failed: 0, pending: 20 });
  });
});
