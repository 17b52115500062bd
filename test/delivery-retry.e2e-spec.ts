import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, carryOut, countsOf, expectBalanced, expectIdentity, ledgerOf } from './support/engine.js';
import { forgetSuppressions, latestRun, makeContacts } from './support/factories.js';

const BASE_MS = 60_000;
const HOUR = 3_600_000;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const greylisted: SendResult = {
  outcome: 'deferred',
  scope: 'recipient',
  code: 'smtp_450',
  enhancedCode: '4.2.1',
  response: '450 4.2.1 try again later',
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { RETRY_BASE_MS: String(BASE_MS), RETRY_MAX_ATTEMPTS: '3' } });
  await makeContacts(app, 3);
});
afterAll(() => app.close());
afterEach(async () => {
  await forgetSuppressions(app);
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => accepted;
  app.clock.advance(1_000);
});

/** The retry batches of a run, with how long after now each is due. */
const retriesOf = async (runId: number) =>
  (await batchesOf(app, runId))
    .filter(({ parent_seq }) => parent_seq !== null)
    .map(({ attempt, size, state, due_at }) => ({
      attempt,
      size,
      state,
      dueInMs: due_at.getTime() - app.clock.now().getTime(),
    }));

/** Lets the first contact's tries come to these answers in turn, the last of them for ever; the others are accepted. */
function answerFirst(...answers: SendResult[]): void {
  app.providers.email.answer = ({ to }) =>
    to === 'c1@example.com' ? (answers.length > 1 ? answers.shift()! : answers[0]!) : accepted;
}

describe('a try that failed for the moment', () => {
  it('is made again after a jittered, growing backoff, and counted', async () => {
    answerFirst(greylisted, greylisted, accepted);
    const run = await carryOut(app);
    expect(run).toMatchObject({ status: 'processing', audience: 3, sent: 2, pending: 1 });
    expectIdentity(run);
    const [first] = await retriesOf(run.id);
    expect(first).toMatchObject({ attempt: 2, size: 1, state: 'ready' });
    expect(first!.dueInMs).toBeGreaterThanOrEqual(1);
    expect(first!.dueInMs).toBeLessThanOrEqual(BASE_MS);

    app.clock.advance(first!.dueInMs - 1);
    await app.tick();
    expect(app.providers.email.messages).toHaveLength(3);
    app.clock.advance(1);
    await app.tick();
    expect(app.providers.email.messages.slice(3)).toMatchObject([{ to: 'c1@example.com', attempt: 2 }]);
    const [, second] = await retriesOf(run.id);
    expect(second).toMatchObject({ attempt: 3, size: 1, state: 'ready' });
    expect(second!.dueInMs).toBeLessThanOrEqual(2 * BASE_MS);

    app.clock.advance(2 * BASE_MS);
    await app.tick();
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 3, pending: 0 });
    const { 'c1@example.com': line } = await ledgerOf(app, run.id);
    expect(line).toMatchObject({ outcome: 'sent', attempts: 3 });
    const words = { code: 'smtp_450', enhanced_code: '4.2.1', response: '450 4.2.1 try again later', transient: true };
    expect(line!.failed_attempts).toMatchObject([
      { attempt: 1, at: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/), ...words },
      { attempt: 2, ...words },
    ]);
    await expectBalanced(app, run.id);
  });

  it('is given up after RETRY_MAX_ATTEMPTS', async () => {
    answerFirst(greylisted);
    const run = await carryOut(app);
    for (let attempt = 2; attempt <= 3; attempt += 1) {
      app.clock.advance(2 * BASE_MS);
      await app.tick();
    }
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 2, failed: 1 });
    const { 'c1@example.com': line } = await ledgerOf(app, run.id);
    expect(line).toMatchObject({ outcome: 'failed', reason: 'attempts_exhausted', attempts: 3 });
    expect(line!.failed_attempts).toHaveLength(3);
    await expectBalanced(app, run.id);
  });

  it('is not made again past the deadline of the run: what is left is skipped as expired', async () => {
    answerFirst({ ...greylisted, retryAfterMs: HOUR });
    const run = await carryOut(app);
    app.clock.advance(72 * HOUR);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 2, skipped: 1 });
    const { 'c1@example.com': line } = await ledgerOf(app, run.id);
    expect(line).toMatchObject({ outcome: 'skipped', reason: 'expired', attempts: 1 });
    expect(app.providers.email.messages).toHaveLength(3);
    await expectBalanced(app, run.id);
  });
});

describe('a provider that', () => {
  it('refuses a recipient for good fails that one alone, in the words it gave', async () => {
    answerFirst({ outcome: 'rejected', code: 'smtp_550', enhancedCode: '5.1.1', response: '550 5.1.1 no such\0 user' });
    const run = await carryOut(app);
    expect(run).toMatchObject({ status: 'completed', sent: 2, failed: 1 });
    const { 'c1@example.com': line } = await ledgerOf(app, run.id);
    expect(line).toMatchObject({ outcome: 'failed', reason: 'smtp_550', attempts: 1 });
    expect(line!.failed_attempts).toMatchObject([
      { code: 'smtp_550', enhanced_code: '5.1.1', response: '550 5.1.1 no such user', transient: false },
    ]);
  });

  it('says that an address does not exist gets it onto the suppression list, other refusals do not', async () => {
    const refusals = { 'c1@example.com': '5.1.1', 'c2@example.com': '5.7.1' } as Record<string, string>;
    app.providers.email.answer = ({ to }) =>
      refusals[to] ? { outcome: 'rejected', code: 'smtp_550', enhancedCode: refusals[to] } : accepted;
    expect(await carryOut(app)).toMatchObject({ sent: 1, failed: 2 });
    app.providers.email.answer = () => accepted;
    const again = await carryOut(app);
    expect(again).toMatchObject({ sent: 2, skipped: 1 });
    expect((await ledgerOf(app, again.id))['c1@example.com']).toMatchObject({ reason: 'suppressed' });
  });

  it('is throttled or out of reach costs nobody an attempt', async () => {
    const throttled: SendResult = { outcome: 'deferred', scope: 'provider', code: 'smtp_421', retryAfterMs: 5_000 };
    answerFirst(throttled, throttled, throttled, throttled, accepted);
    const run = await carryOut(app);
    for (let deferral = 1; deferral <= 4; deferral += 1) {
      expect((await retriesOf(run.id)).at(-1)).toMatchObject({ attempt: 1, state: 'ready', dueInMs: BASE_MS });
      app.clock.advance(BASE_MS);
      await app.tick();
    }
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 3, pending: 0 });
    const { 'c1@example.com': line } = await ledgerOf(app, run.id);
    expect(line).toMatchObject({ outcome: 'sent', attempts: 1 });
    expect(line!.failed_attempts.map(({ attempt, code }) => [attempt, code])).toEqual(Array(4).fill([1, 'smtp_421']));
  });

  it('refuses our account pauses run and campaign, fails nobody, and carries on after resume', async () => {
    app.providers.email.answer = () => ({
      outcome: 'deferred',
      scope: 'account',
      code: 'smtp_535',
      response: '535 5.7.8 bad credentials',
    });
    const run = await carryOut(app);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'paused', pending: 3, failed: 0 });
    const reason = 'the provider refuses the account: 535 5.7.8 bad credentials';
    expect((await app.request('GET', `/campaigns/${run.campaign_id}`)).body).toMatchObject({
      status: 'paused',
      status_reason: reason,
    });
    const tries = app.providers.email.messages.length;
    app.clock.advance(HOUR);
    await app.tick();
    expect(app.providers.email.messages).toHaveLength(tries);

    app.providers.email.answer = () => accepted;
    expect((await app.request('POST', `/campaigns/${run.campaign_id}/resume`)).body.status).toBe('processing');
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 3, failed: 0 });
    expect((await ledgerOf(app, run.id))['c1@example.com']).toMatchObject({ outcome: 'sent', attempts: 1 });
    await expectBalanced(app, run.id);
  });

  it('gives no answer, or throws, leaves its recipient in doubt', async () => {
    app.providers.email.answer = ({ to }) => {
      if (to === 'c2@example.com') throw new Error('out of order');
      return to === 'c1@example.com' ? { outcome: 'unknown', code: 'smtp_no_answer' } : accepted;
    };
    const run = await carryOut(app);
    expect(run).toMatchObject({ status: 'completed', sent: 1, in_doubt: 2 });
    const ledger = await ledgerOf(app, run.id);
    expect(ledger['c1@example.com']).toMatchObject({ outcome: 'in_doubt', reason: 'smtp_no_answer', attempts: 1 });
    expect(ledger['c2@example.com']).toMatchObject({ outcome: 'in_doubt', reason: 'provider_threw' });
    app.clock.advance(HOUR);
    await app.tick();
    expect(app.providers.email.messages).toHaveLength(3);
    await expectBalanced(app, run.id);
  });
});

describe('reconciliation', () => {
  it('names the count by which a corrupted run differs from its ledger', async () => {
    const run = await carryOut(app);
    await expectBalanced(app, run.id);
    await app.sql(sql`update run set sent = sent - 1, failed = failed + 1 where id = ${run.id}`);
    const { body } = await app.request('GET', `/runs/${run.id}/reconciliation`);
    expect(body).toMatchObject({ balanced: false, counted: { sent: 2, failed: 1 }, ledger: { sent: 3, failed: 0 } });
    expect(body.differences).toEqual([
      { count: 'sent', counted: 2, ledger: 3 },
      { count: 'failed', counted: 1, ledger: 0 },
    ]);
  });

  it('finds a recipient that the ledger lost', async () => {
    const run = await carryOut(app);
    await app.sql(sql`delete from delivery where run_id = ${run.id} and contact_id = (select min(id) from contact)`);
    const { body } = await app.request('GET', `/runs/${run.id}/reconciliation`);
    expect(body).toMatchObject({ balanced: false, ledger: { audience: 3, pending: 1, sent: 2 } });
    expect(body.differences.map(({ count }: { count: string }) => count).sort()).toEqual(['pending', 'sent']);
  });
});
