import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import {
  batchesOf,
  carryOut,
  countsOf,
  eventually,
  expectBalanced,
  expectIdentity,
  gate,
  handedOver,
  ledgerOf,
  openGates,
} from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const refused: SendResult = { outcome: 'rejected', code: 'smtp_550', response: '550 5.1.1 no such user' };
const everyone = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'].map((name) => `${name}@example.com`);

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    env: { BATCH_SIZE: '3', WINDOW_SIZE: '2', RETRY_BASE_MS: '1000', RETRY_MAX_ATTEMPTS: '2', SENDER_LANES: '1' },
  });
  await makeSegment(app, 'all');
  await makeContacts(app, 7, { segments: ['all'] });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => accepted;
  app.clock.advance(60_000);
});

/** Lets these addresses get one answer, and all others an acceptance. */
function answer(result: SendResult, ...names: string[]): void {
  app.providers.email.answer = ({ to }) => (names.includes(to.split('@')[0]!) ? result : accepted);
}
const aim = { target_segment: 'all' };
const post = (runId: number, action: string, body?: object) => app.request('POST', `/runs/${runId}/${action}`, body);
const retry = (runId: number, body?: object) => post(runId, 'retry-failed', body);
const status = async (campaignId: number) => (await app.request('GET', `/campaigns/${campaignId}`)).body.status;
const idOf = async (email: string): Promise<number> =>
  (await app.sql(sql<{ id: number }>`select id from contact where email = ${email}`))[0]!.id;

describe('retry-failed', () => {
  it('sends again to exactly those that failed, as one more try, and completes the run once more', async () => {
    answer(refused, 'c1', 'c2', 'c5');
    const run = await carryOut(app, aim);
    expect(run).toMatchObject({ status: 'completed', sent: 4, failed: 3 });
    app.providers.email.messages.length = 0;
    app.clock.advance(100 * 3_600_000);

    expect(await retry(run.id)).toMatchObject({ status: 200, body: { run_id: run.id, taken: 3, not_taken: [] } });
    const open = await latestRun(app, run.campaign_id);
    expect(open).toMatchObject({ status: 'processing', finished_at: null, sent: 4, failed: 0, pending: 3 });
    expectIdentity(open);
    expect(await status(run.campaign_id)).toBe('processing');
    await expectBalanced(app, run.id);
    const retries = (await batchesOf(app, run.id)).filter(({ parent_seq }) => parent_seq !== null);
    expect(retries.map(({ size, attempt }) => [size, attempt])).toEqual([
      [2, 2],
      [1, 2],
    ]);

    answer(refused, 'c5');
    await app.tick();
    expect(app.providers.email.messages.map(({ to, attempt }) => [to, attempt])).toEqual(
      [everyone[0], everyone[1], everyone[4]].map((to) => [to, 2]),
    );
    expect(await latestRun(app, run.campaign_id)).toMatchObject({
      status: 'completed',
      sent: 6,
      failed: 1,
      pending: 0,
    });
    expect(await status(run.campaign_id)).toBe('completed');
    const ledger = await ledgerOf(app, run.id);
    expect(ledger['c1@example.com']).toMatchObject({ outcome: 'sent', attempts: 2 });
    expect(ledger['c1@example.com']!.failed_attempts).toMatchObject([{ attempt: 1, code: 'smtp_550' }]);
    expect(ledger['c5@example.com']).toMatchObject({ outcome: 'failed', attempts: 2, reason: 'smtp_550' });
    expect(ledger['c5@example.com']!.failed_attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await expectBalanced(app, run.id);

    answer(accepted);
    expect((await retry(run.id)).body.taken).toBe(1);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 7, failed: 0 });
    expect((await retry(run.id)).body.taken).toBe(0);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed' });
    await expectBalanced(app, run.id);
  });

  it('takes each once, however many ask at the same moment', async () => {
    answer(refused, 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7');
    const run = await carryOut(app, aim);
    app.providers.email.messages.length = 0;
    const answers = await Promise.all(Array.from({ length: 5 }, () => retry(run.id)));
    expect(answers.map(({ status: code }) => code)).toEqual(Array(5).fill(200));
    expect(answers.map(({ body }) => body.taken).sort()).toEqual([0, 0, 0, 0, 7]);
    expect(await countsOf(app, run.id)).toMatchObject({ audience: 7, pending: 7, failed: 0 });
    answer(accepted);
    await app.tick();
    expect(app.providers.email.addresses().sort()).toEqual(everyone);
    await expectBalanced(app, run.id);
  });

  it('takes those who failed so far of a run that is going, from a batch in a sender’s hands too', async () => {
    const held = gate();
    app.providers.email.answer = ({ to }) =>
      to === 'c1@example.com' ? refused : to === 'c2@example.com' ? held.opened.then(() => refused) : accepted;
    const campaign = await makeCampaign(app, aim);
    const working = app.tick();
    await handedOver(app, 2);
    const run = await latestRun(app, campaign.id);
    await eventually(async () => (await countsOf(app, run.id)).failed === 1);
    expect((await batchesOf(app, run.id))[0]).toMatchObject({ state: 'leased', failed: 1 });
    expect((await retry(run.id)).body.taken).toBe(1);
    expect((await batchesOf(app, run.id))[0]).toMatchObject({ state: 'leased', failed: 0, deferred: 1 });
    await expectBalanced(app, run.id);
    held.open();
    await working;
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', failed: 2, sent: 5 });
    const tries = (email: string) => app.providers.email.addresses().filter((to) => to === email).length;
    expect(['c1@example.com', 'c2@example.com', 'c3@example.com'].map(tries)).toEqual([2, 1, 1]);
    await expectBalanced(app, run.id);
  });

  it('doubts nobody it has taken when the lease of their old batch runs out', async () => {
    const held = gate();
    app.providers.email.answer = ({ to }) =>
      to === 'c1@example.com' ? refused : to === 'c2@example.com' ? held.opened.then(() => accepted) : accepted;
    const campaign = await makeCampaign(app, aim);
    const working = app.tick();
    await handedOver(app, 2);
    const run = await latestRun(app, campaign.id);
    await eventually(async () => (await countsOf(app, run.id)).failed === 1);
    await retry(run.id);
    app.clock.advance(31_000);
    answer(accepted);
    const heir = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    await heir.tick();
    await heir.close();
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 6, in_doubt: 1, failed: 0 });
    await expectBalanced(app, run.id);
    held.open();
    await working;
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 7, in_doubt: 0 });
    await expectBalanced(app, run.id);
  });

  it('takes only whom it is told to, and says whom it did not', async () => {
    app.providers.email.answer = ({ to }) =>
      to === 'c1@example.com' ? refused : to < 'c4' ? { ...refused, code: 'smtp_552' } : accepted;
    const run = await carryOut(app, aim);
    const [one, two, four] = await Promise.all(['c1', 'c2', 'c4'].map((name) => idOf(`${name}@example.com`)));
    expect((await retry(run.id, { reason: 'smtp_999' })).body).toMatchObject({ taken: 0 });
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 3 });
    expect((await retry(run.id, { contact_ids: [one, four, 999_999] })).body).toMatchObject({
      taken: 1,
      not_taken: [four, 999_999],
    });
    expect((await retry(run.id, { contact_ids: [one, two], reason: 'smtp_552' })).body).toMatchObject({
      taken: 1,
      not_taken: [one],
    });
    expect(await countsOf(app, run.id)).toMatchObject({ pending: 2, failed: 1, sent: 4 });
    answer(accepted);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, failed: 1 });
    await expectBalanced(app, run.id);
  });

  it('takes each from the batch that counts it, however often it was taken before', async () => {
    answer(refused, 'c1', 'c2');
    const run = await carryOut(app, aim);
    expect((await retry(run.id, { contact_ids: [await idOf('c1@example.com')] })).body.taken).toBe(1);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 2 });
    app.providers.email.messages.length = 0;
    expect((await retry(run.id)).body.taken).toBe(2);
    await expectBalanced(app, run.id);
    await app.tick();
    expect(app.providers.email.messages.map(({ to, attempt }) => [to, attempt]).sort()).toEqual([
      ['c1@example.com', 3],
      ['c2@example.com', 2],
    ]);
    expect((await batchesOf(app, run.id)).map(({ failed, deferred }) => [failed, deferred])).toEqual([
      [0, 2],
      [0, 0],
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
    await expectBalanced(app, run.id);
  });

  it('skips whoever opted out since', async () => {
    answer(refused, 'c7');
    const run = await carryOut(app, aim);
    const url = `/contacts/${await idOf('c7@example.com')}`;
    await app.request('PATCH', url, { consent: { email: 'unsubscribed' } });
    expect((await retry(run.id)).body.taken).toBe(1);
    await app.tick();
    await app.request('PATCH', url, { consent: { email: 'subscribed' } });
    expect((await ledgerOf(app, run.id))['c7@example.com']).toMatchObject({
      outcome: 'skipped',
      reason: 'unsubscribed',
      attempts: 1,
    });
    await expectBalanced(app, run.id);
  });

  it('takes all or nobody: a failure in between leaves the run as it was', async () => {
    answer(refused, 'c1', 'c4');
    const run = await carryOut(app, aim);
    const before = [await batchesOf(app, run.id), await ledgerOf(app, run.id), await latestRun(app, run.campaign_id)];
    await app.sql(sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await app.sql(sql`create trigger crash before update on run for each row execute function refuse()`);
    expect((await retry(run.id)).status).toBe(500);
    await app.sql(sql`drop trigger crash on run`);
    expect([await batchesOf(app, run.id), await ledgerOf(app, run.id), await latestRun(app, run.campaign_id)]).toEqual(
      before,
    );
    expect((await retry(run.id)).body.taken).toBe(2);
    await app.tick();
    await expectBalanced(app, run.id);
  });

  it('with an Idempotency-Key answers a repeat as the first time, and another run as another request', async () => {
    answer(refused, 'c1');
    const run = await carryOut(app, aim);
    const other = await carryOut(app, aim);
    const again = (runId: number) =>
      app.request('POST', `/runs/${runId}/retry-failed`, {}, { 'idempotency-key': 'retry-1' });
    expect((await again(run.id)).body.taken).toBe(1);
    await app.tick();
    expect((await again(run.id)).body.taken).toBe(1);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 1 });
    expectProblem(await again(other.id), 409, 'IDEMPOTENCY_KEY_REUSED');
  });
});
