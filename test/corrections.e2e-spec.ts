import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import {
  accepted,
  aim,
  answer,
  everyone,
  idOf,
  refused,
  retry,
  startAfresh,
  startWithSeven,
  statusOf,
} from './support/corrections.js';
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
} from './support/engine.js';
import { latestRun, makeCampaign } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
beforeAll(async () => {
  app = await startWithSeven();
});
afterAll(() => app.close());
afterEach(() => startAfresh(app));

describe('retry-failed', () => {
  it('sends again to exactly those that failed, as one more try, and completes the run once more', async () => {
    answer(app, refused, 'c1', 'c2', 'c5');
    const run = await carryOut(app, aim);
    expect(run).toMatchObject({ status: 'completed', sent: 4, failed: 3 });
    app.providers.email.messages.length = 0;
    app.clock.advance(100 * 3_600_000);

    expect(await retry(app, run.id)).toMatchObject({ status: 200, body: { run_id: run.id, taken: 3, not_taken: [] } });
    const open = await latestRun(app, run.campaign_id);
    expect(open).toMatchObject({ status: 'processing', finished_at: null, sent: 4, failed: 0, pending: 3 });
    expectIdentity(open);
    expect(await statusOf(app, run.campaign_id)).toBe('processing');
    await expectBalanced(app, run.id);
    const retries = (await batchesOf(app, run.id)).filter(({ parent_seq }) => parent_seq !== null);
    expect(retries.map(({ size, attempt }) => [size, attempt])).toEqual([
      [2, 2],
      [1, 2],
    ]);

    answer(app, refused, 'c5');
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
    expect(await statusOf(app, run.campaign_id)).toBe('completed');
    const ledger = await ledgerOf(app, run.id);
    expect(ledger['c1@example.com']).toMatchObject({ outcome: 'sent', attempts: 2 });
    expect(ledger['c1@example.com']!.failed_attempts).toMatchObject([{ attempt: 1, code: 'smtp_550' }]);
    expect(ledger['c5@example.com']).toMatchObject({ outcome: 'failed', attempts: 2, reason: 'smtp_550' });
    expect(ledger['c5@example.com']!.failed_attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await expectBalanced(app, run.id);

    answer(app, accepted);
    expect((await retry(app, run.id)).body.taken).toBe(1);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 7, failed: 0 });
    expect((await retry(app, run.id)).body.taken).toBe(0);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed' });
    await expectBalanced(app, run.id);
  });

  it('takes each once, however many ask at the same moment', async () => {
    answer(app, refused, 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7');
    const run = await carryOut(app, aim);
    app.providers.email.messages.length = 0;
    const answers = await Promise.all(Array.from({ length: 5 }, () => retry(app, run.id)));
    expect(answers.map(({ status: code }) => code)).toEqual(Array(5).fill(200));
    expect(answers.map(({ body }) => body.taken).sort()).toEqual([0, 0, 0, 0, 7]);
    expect(await countsOf(app, run.id)).toMatchObject({ audience: 7, pending: 7, failed: 0 });
    answer(app, accepted);
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
    expect((await retry(app, run.id)).body.taken).toBe(1);
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
    await retry(app, run.id);
    app.clock.advance(31_000);
    answer(app, accepted);
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
    const [one, two, four] = await Promise.all(['c1', 'c2', 'c4'].map((name) => idOf(app, `${name}@example.com`)));
    expect((await retry(app, run.id, { reason: 'smtp_999' })).body).toMatchObject({ taken: 0 });
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 3 });
    expect((await retry(app, run.id, { contact_ids: [one, four, 999_999] })).body).toMatchObject({
      taken: 1,
      not_taken: [four, 999_999],
    });
    expect((await retry(app, run.id, { contact_ids: [one, two], reason: 'smtp_552' })).body).toMatchObject({
      taken: 1,
      not_taken: [one],
    });
    expect(await countsOf(app, run.id)).toMatchObject({ pending: 2, failed: 1, sent: 4 });
    answer(app, accepted);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, failed: 1 });
    await expectBalanced(app, run.id);
  });

  it('takes each from the batch that counts it, however often it was taken before', async () => {
    answer(app, refused, 'c1', 'c2');
    const run = await carryOut(app, aim);
    expect((await retry(app, run.id, { contact_ids: [await idOf(app, 'c1@example.com')] })).body.taken).toBe(1);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 2 });
    app.providers.email.messages.length = 0;
    expect((await retry(app, run.id)).body.taken).toBe(2);
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
    answer(app, refused, 'c7');
    const run = await carryOut(app, aim);
    const url = `/contacts/${await idOf(app, 'c7@example.com')}`;
    await app.request('PATCH', url, { consent: { email: 'unsubscribed' } });
    expect((await retry(app, run.id)).body.taken).toBe(1);
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
    answer(app, refused, 'c1', 'c4');
    const run = await carryOut(app, aim);
    const before = [await batchesOf(app, run.id), await ledgerOf(app, run.id), await latestRun(app, run.campaign_id)];
    await app.sql(sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await app.sql(sql`create trigger crash before update on run for each row execute function refuse()`);
    expect((await retry(app, run.id)).status).toBe(500);
    await app.sql(sql`drop trigger crash on run`);
    expect([await batchesOf(app, run.id), await ledgerOf(app, run.id), await latestRun(app, run.campaign_id)]).toEqual(
      before,
    );
    expect((await retry(app, run.id)).body.taken).toBe(2);
    await app.tick();
    await expectBalanced(app, run.id);
  });

  it('with an Idempotency-Key answers a repeat as the first time, and another run as another request', async () => {
    answer(app, refused, 'c1');
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
