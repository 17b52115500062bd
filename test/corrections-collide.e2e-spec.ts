import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, blocked, carryOut, eventually, expectBalanced } from './support/engine.js';
import { latestRun, makeContacts } from './support/factories.js';

let app: TestApp;
let sender: Client;
let run: { id: number; campaign_id: number };
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '1', SENDER_LANES: '1' } });
  await makeContacts(app, 3);
  sender = new Client({ connectionString: app.databaseUrl });
  await sender.connect();
  // Of the two that wait for each other the product's is the one that is cut off.
  await sender.query(`set deadlock_timeout = '1min'`);
});
afterAll(async () => {
  await sender.end();
  await app.close();
});
beforeEach(async () => {
  // The last is accepted, so that nothing seems to be wrong with the provider.
  app.providers.email.answer = ({ to }) =>
    to.startsWith('c3') ? { outcome: 'sent', providerMessageId: null } : { outcome: 'unknown', code: 'smtp_no_answer' };
  run = await carryOut(app);
  expect(run).toMatchObject({ status: 'completed', sent: 1, in_doubt: 2 });
  app.clock.advance(60_000);
});

const keys = () => app.providers.email.messages.slice(-3, -1).map(({ deliveryKey }) => deliveryKey);
const touch = (seq: number) => `update run_batch set flush = flush + 1 where run_id = ${run.id} and seq = ${seq}`;

/** Makes a call while a record holds the second batch of the run and then wants the first. */
async function collide(method: string, url: string, body?: unknown) {
  const [first, second] = await batchesOf(app, run.id);
  await sender.query(`begin; ${touch(second!.seq)}`);
  const call = app.request(method, url, body);
  await eventually(async () => (await blocked(app)) === 1);
  await sender.query(`${touch(first!.seq)}; commit`);
  return call;
}
const deadlocks = async () => {
  const { rows } = await sender.query(`
    select deadlocks::int from pg_stat_database where datname = current_database()`);
  return rows[0].deadlocks as number;
};

it('evidence that meets a record in a deadlock begins again, and settles all that it is about', async () => {
  const before = await deadlocks();
  const items = keys().map((delivery_key, index) => ({ delivery_key, verdict: index === 0 ? 'accepted' : 'refused' }));
  const { status, body } = await collide('POST', '/evidence', [...items, { ...items[0], verdict: 'refused' }]);
  expect(status).toBe(200);
  expect(body.map(({ result }: { result: string }) => result)).toEqual(['settled', 'settled', 'unchanged']);
  expect(await latestRun(app, run.campaign_id)).toMatchObject({ sent: 2, failed: 1, in_doubt: 0 });
  await expectBalanced(app, run.id);
  await eventually(deadlocks, (count) => count === before + 1);
});

it.each([
  ['in-doubt/settle', { outcome: 'sent' }, { status: 'completed', sent: 3, in_doubt: 0 }],
  ['in-doubt/resend', undefined, { status: 'processing', pending: 2, in_doubt: 0 }],
])('a correction by %s begins again, too, and takes everybody once', async (action, body, counts) => {
  expect(await collide('POST', `/runs/${run.id}/${action}`, body)).toMatchObject({ status: 200, body: { taken: 2 } });
  expect(await latestRun(app, run.campaign_id)).toMatchObject(counts);
  await expectBalanced(app, run.id);
});
