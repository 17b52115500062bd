import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, eventually, gate } from './support/engine.js';
import { makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const MINUTE = 60_000;

let app: TestApp;
let other: Client;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '1', SENDER_LANES: '1' } });
  await makeContacts(app, 2);
  other = new Client({ connectionString: app.databaseUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await app.close();
});
beforeEach(() => {
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
});

const optIn = (id: number, key: string) =>
  app.request('POST', `/contacts/${id}/opt-in`, { channel: 'email', text_version: '1' }, { 'idempotency-key': key });
const person = async (name: string): Promise<number> =>
  (await app.request('POST', '/contacts', { email: `${name}@example.com` })).body.id;
const inTransaction = async () =>
  (await other.query(`select from pg_stat_activity where datname = current_database() and state like 'idle in%'`))
    .rowCount;

it('a message leaves while no transaction is open, and its repeat is told to come later', async () => {
  const { opened, open } = gate();
  app.providers.email.answer = async () => {
    await opened;
    return { outcome: 'sent', providerMessageId: null };
  };
  const id = await person('asked');
  const first = optIn(id, 'ask');
  await eventually(
    () => app.providers.email.messages.length,
    (count) => count === 1,
  );
  expect(await inTransaction()).toBe(0);
  expect((await other.query(`select email_consent from contact where id = ${id}`)).rows).toEqual([
    { email_consent: 'pending' },
  ]);
  const meanwhile = await optIn(id, 'ask');
  expectProblem(meanwhile, 409, 'IDEMPOTENCY_KEY_IN_PROGRESS');
  expect(meanwhile.headers['retry-after']).toBe('2');
  expectProblem(await optIn(await person('else'), 'ask'), 409, 'IDEMPOTENCY_KEY_REUSED');
  open();
  const answer = await first;
  expect(answer).toMatchObject({ status: 200, body: { outcome: 'sent' } });
  expect(await optIn(id, 'ask')).toMatchObject({
    status: 200,
    body: answer.body,
    headers: { 'idempotency-replayed': 'true' },
  });
  expect(app.providers.email.messages).toHaveLength(1);
});

it('a refused request gives its key back', async () => {
  const id = await person('refused');
  await app.request('POST', '/suppressions', { address: 'refused@example.com', reason: 'manual' });
  expectProblem(await optIn(id, 'again'), 409, 'CONTACT_SUPPRESSED');
  expect(await app.sql(sql`select from idempotency_key where key = 'again'`)).toEqual([]);
});

it('a key whose process died is free again after ten minutes, and what a late one answers is not kept', async () => {
  const id = await person('late');
  const { opened, open } = gate();
  app.providers.email.answer = async () => {
    await opened;
    return { outcome: 'rejected', code: 'smtp_550', response: 'too late' };
  };
  const dead = optIn(id, 'dead');
  await eventually(
    () => app.providers.email.messages.length,
    (count) => count === 1,
  );
  app.clock.advance(10 * MINUTE);
  expectProblem(await optIn(id, 'dead'), 409, 'IDEMPOTENCY_KEY_IN_PROGRESS');
  app.clock.advance(1);
  // Free, and the work is done anew: it is an ask, of which an address hears one an hour.
  expectProblem(await optIn(id, 'dead'), 429, 'OPT_IN_ASKED');
  app.clock.advance(50 * MINUTE);
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  expect(await optIn(id, 'dead')).toMatchObject({ status: 200, body: { outcome: 'sent' } });
  open();
  expect((await dead).body.outcome).toBe('rejected');
  expect((await optIn(id, 'dead')).body.outcome).toBe('sent');
});

it('a correction with a key holds no lock but those of its slice', async () => {
  app.providers.email.answer = () => ({ outcome: 'rejected', code: 'smtp_550', response: 'no' });
  const run = await carryOut(app);
  const retry = () => app.request('POST', `/runs/${run.id}/retry-failed`, {}, { 'idempotency-key': 'retry' });
  await other.query(`begin; select from run where id = ${run.id} for update`);
  const first = retry();
  await eventually(
    () => app.sql(sql`select from idempotency_key where key = 'retry'`),
    (rows) => rows.length === 1,
  );
  expectProblem(await retry(), 409, 'IDEMPOTENCY_KEY_IN_PROGRESS');
  await other.query('commit');
  expect(await first).toMatchObject({ status: 200, body: { taken: run.failed } });
  expect(await retry()).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' } });
});
