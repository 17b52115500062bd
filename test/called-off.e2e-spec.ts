import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, expectBalanced, gate, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { endAll } from './support/world.js';

const CROWD = 40;
const CONNECTIONS = 2;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const env = { BATCH_SIZE: '10', WINDOW_SIZE: '10', SENDER_LANES: '2', RETRY_BASE_MS: '60000' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env });
  await makeContacts(app, CROWD);
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  await endAll(app);
});

/**
 * A provider with two connections whose server takes its time: the messages on them have left and wait for the answer, all
 * others wait for a connection.
 */
function slowly(of: TestApp) {
  const [answer, connection] = [gate(), gate()];
  const seen = { left: [] as string[], waiting: 0 };
  of.providers.email.send = async (message, mayStart) => {
    if (seen.left.length >= CONNECTIONS) {
      seen.waiting += 1;
      await connection.opened;
    }
    if (!mayStart()) return { outcome: 'deferred', scope: 'provider', code: 'not_started' };
    seen.left.push(message.to);
    await answer.opened;
    return accepted;
  };
  return { seen, answer: answer.open, free: connection.open };
}

/** A run of which two messages have left, and eighteen wait with the provider. */
async function waitingRun(of: TestApp = app) {
  const server = slowly(of);
  const { id } = await makeCampaign(app);
  const working = of.tick();
  await eventually(() => server.seen.waiting === 2 * 10 - CONNECTIONS);
  return { ...server, id: id as number, working };
}
const act = (id: number, action: string) => app.request('POST', `/campaigns/${id}/${action}`);
const follow = () => app.app.get(DeliveryService).followRuns();

/** Lets everything that was called back go on, by a provider that accepts at once. */
async function goOn(id: number, left: string[]) {
  app.providers.email.send = (message, mayStart) => {
    if (mayStart()) left.push(message.to);
    return Promise.resolve(accepted);
  };
  app.clock.advance(1);
  await app.tick();
  const run = await latestRun(app, id);
  expect(run).toMatchObject({ status: 'completed', sent: CROWD, in_doubt: 0 });
  expect([left.length, new Set(left).size]).toEqual([CROWD, CROWD]);
  const lines = Object.values(await ledgerOf(app, run.id));
  expect(lines.filter(({ attempts, failed_attempts }) => attempts !== 1 || failed_attempts.length > 0)).toEqual([]);
  await expectBalanced(app, run.id);
}

describe('messages that wait for a connection', () => {
  it('do not leave once their run is paused, though the connection never comes; resumed, each leaves once', async () => {
    const { id, seen, working, answer, free } = await waitingRun();
    await act(id, 'pause');
    await follow();
    answer();
    await working;
    expect(seen.left).toHaveLength(CONNECTIONS);
    const paused = await latestRun(app, id);
    expect(paused).toMatchObject({ status: 'paused', sent: CONNECTIONS, pending: CROWD - CONNECTIONS, in_doubt: 0 });
    free();
    await follow();
    expect(seen.left).toHaveLength(CONNECTIONS);
    await act(id, 'resume');
    await goOn(id, seen.left);
  });

  it('do not leave where the connection comes after the pause', async () => {
    const { id, seen, working, answer, free } = await waitingRun();
    await act(id, 'pause');
    await follow();
    free();
    answer();
    await working;
    expect(seen.left).toHaveLength(CONNECTIONS);
    await act(id, 'resume');
    await goOn(id, seen.left);
  });

  it('are skipped when their run is cancelled', async () => {
    const { id, seen, working, answer } = await waitingRun();
    await act(id, 'cancel');
    await follow();
    answer();
    await working;
    expect(seen.left).toHaveLength(CONNECTIONS);
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ status: 'cancelled', sent: CONNECTIONS, skipped: CROWD - CONNECTIONS, in_doubt: 0 });
    await expectBalanced(app, run.id);
  });

  it('leave where another run was paused', async () => {
    const { id, seen, working, answer, free } = await waitingRun();
    const other = await makeCampaign(app, { schedule_time: '2027-12-01T10:00:00Z' });
    await act(other.id, 'pause');
    await follow();
    free();
    answer();
    await working;
    expect(seen.left).toHaveLength(CROWD);
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: CROWD });
  });

  it('go back when the process is to end, and the next one sends them at once', async () => {
    const leaving = await startApp({ env, databaseUrl: app.databaseUrl, clock: app.clock });
    const { id, seen, working, answer } = await waitingRun(leaving);
    const drained = leaving.app.get(DeliveryService).drain();
    answer();
    await Promise.all([drained, working]);
    expect(seen.left).toHaveLength(CONNECTIONS);
    expect(await latestRun(app, id)).toMatchObject({ status: 'processing', sent: CONNECTIONS, in_doubt: 0 });
    await goOn(id, seen.left);
    await leaving.close();
  });
});
