import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { migratedDatabase } from './support/database.js';
import { eventually } from './support/engine.js';
import { run } from './support/product.js';
import { killServers, startServer } from './support/server-process.js';
import { ApiServer } from './support/api-server.js';

let database: Awaited<ReturnType<typeof migratedDatabase>>;
let sms: ApiServer;
let env: Record<string, string>;
beforeAll(async () => {
  database = await migratedDatabase();
  sms = await ApiServer.start();
  env = { DATABASE_URL: database.url, SMS_HTTP_URL: sms.url, SMS_FROM: 'Bell' };
});
afterEach(() => killServers());
afterAll(async () => {
  await sms.stop();
  await database.drop();
});

describe('a process with SMS_HTTP_URL', () => {
  it('sends text messages there, and shows by whom they went', async () => {
    const server = await startServer({ ...env, ALLOW_PRIVATE_NETWORKS: 'true' });
    expect(server.output()).toMatch(/SMS +HTTP, 127\.0\.0\.1:\d+/);
    const contacts = [{ phone: '+15550101', first_name: 'Ada' }, { email: 'no@phone.example' }];
    expect((await server.request('POST', '/contacts/bulk', { contacts })).status).toBe(200);
    const schedule_time = new Date().toISOString();
    const campaign = {
      name: 'Text',
      type: 'one_time',
      channel: 'sms',
      schedule_time,
      message: 'Hello {{ first_name }}',
    };
    const { id } = (await server.request('POST', '/campaigns/', campaign)).body;
    const run = await eventually(
      async () => (await server.request('GET', `/campaigns/${id}/runs`)).body[0],
      (latest) => latest?.status === 'completed',
    );
    expect(run).toMatchObject({ provider: 'http', sent: 1, skipped: 1 });
    expect(sms.taken.map((body) => JSON.parse(body))).toMatchObject([
      { to: '+15550101', from: 'Bell', text: 'Hello Ada' },
    ]);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('does not start with a body that cannot be filled', async () => {
    const product = run('main.js', { ...env, SEED_DEMO: 'false', SMS_HTTP_BODY: '{"to":{{ to }}}' });
    expect(await product.end()).toBe(1);
    expect(product.said()).toMatch(/SMS_HTTP_BODY does not make JSON/);
  });
});
