import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { startApp, type TestApp } from './support/app.js';
import { expectBalanced } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

const CROWD = 200;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '200', SENDER_LANES: '1' } });
  await makeContacts(app, CROWD);
});
afterAll(() => app.close());

/** A provider with one connection whose server takes so many milliseconds for each of the first `slow` messages. */
function connect(milliseconds: number, slow: number) {
  const sizes: number[] = [];
  let [line, together, taken]: [Promise<void>, number, number] = [Promise.resolve(), 0, 0];
  app.providers.email.send = async (_message, mayStart) => {
    if (together === 0) void nextTurn().then(() => (sizes.push(together), (together = 0)));
    together += 1;
    if (taken++ < slow) await (line = line.then(() => delay(milliseconds)));
    return mayStart()
      ? { outcome: 'sent', providerMessageId: null }
      : { outcome: 'deferred', scope: 'provider', code: 'not_started' };
  };
  return sizes;
}

async function sendAll() {
  const { id } = await makeCampaign(app);
  await app.tick();
  const run = await latestRun(app, id as number);
  expect(run).toMatchObject({ status: 'completed', sent: CROWD });
  await expectBalanced(app, run.id);
}

describe('the windows of an account', () => {
  it('grow to a hundred where nobody waits for their turn', async () => {
    const sizes = connect(0, 0);
    await sendAll();
    expect(sizes).toEqual([25, 50, 100, 25]);
  });

  it('shrink to what a slow server takes within a second, and grow again once it is quick', async () => {
    const sizes = connect(25, 100);
    await sendAll();
    const [first, second, third] = sizes as [number, number, number];
    expect(first).toBe(100);
    expect(second).toBeGreaterThanOrEqual(5);
    // Forty, were the wait of 2.5 s measured to its end; it is looked at now and then, and a busy machine looks late.
    expect(second).toBeLessThanOrEqual(70);
    expect(third).toBe(Math.min(2 * second, CROWD - first - second));
  });
});
