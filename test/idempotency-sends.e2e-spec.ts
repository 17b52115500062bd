import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { deliveriesOf, makeWebhook } from './support/webhooks.js';

let app: TestApp;
let server: ApiServer;
beforeAll(async () => {
  server = await ApiServer.start();
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

/** Sends a request twice with one key; the second answer is the first. */
async function twice(url: string, body?: object): Promise<void> {
  const post = () => app.request('POST', url, body, { 'idempotency-key': `once ${url}` });
  const first = await post();
  expect(first.status).toBe(200);
  expect(await post()).toMatchObject({ status: 200, body: first.body, headers: { 'idempotency-replayed': 'true' } });
}

it('a launch that is sent again starts no second run', async () => {
  const { id } = await makeCampaign(app, {
    type: 'recurring',
    frequency: 'daily',
    schedule_time: '2026-11-25T10:00:00Z',
  });
  await twice(`/campaigns/${id}/launch`);
  expect((await app.request('GET', `/campaigns/${id}/runs`)).body).toHaveLength(1);
});

it('a test that is sent again reaches nobody twice, and the key stands for one campaign', async () => {
  const { id } = await makeCampaign(app, { schedule_time: '2027-06-01T10:00:00Z' });
  await twice(`/campaigns/${id}/test-send`, { to: ['me@example.org'] });
  expect(app.providers.email.addresses()).toEqual(['me@example.org']);
  const other = await makeCampaign(app, { schedule_time: '2027-06-01T10:00:00Z' });
  const key = { 'idempotency-key': `once /campaigns/${id}/test-send` };
  const reused = await app.request('POST', `/campaigns/${other.id}/test-send`, { to: ['me@example.org'] }, key);
  expectProblem(reused, 409, 'IDEMPOTENCY_KEY_REUSED');
});

it('a test of an account, too', async () => {
  const account = { name: 'trial', channel: 'email', kind: 'sandbox', settings: {} };
  const { id } = (await app.request('POST', '/providers', account)).body;
  await twice(`/providers/${id}/test`, { to: 'me@example.org' });
  expect((await app.request('GET', '/sandbox/messages')).body).toHaveLength(1);
});

it('an endpoint is told once what is tested or replayed by a request that comes twice', async () => {
  const { id } = await makeWebhook(app, server.url, ['run.completed']);
  await twice(`/webhooks/${id}/test`);
  const [test, ...others] = await deliveriesOf(app, id);
  expect(others).toEqual([]);
  await twice(`/webhooks/${id}/deliveries/${test.id}/replay`);
  await twice(`/webhooks/${id}/replay`, { since: '2026-11-01T00:00:00Z' });
});
