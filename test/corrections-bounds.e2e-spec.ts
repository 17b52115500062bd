import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import type { TestApp } from './support/app.js';
import {
  aim,
  answer,
  correct,
  everyone,
  idOf,
  refused,
  retry,
  startAfresh,
  startWithSeven,
  statusOf,
} from './support/corrections.js';
import { batchesOf, carryOut, countsOf, expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const silent: SendResult = { outcome: 'unknown', code: 'smtp_no_answer' };

let app: TestApp;
beforeAll(async () => {
  app = await startWithSeven();
});
afterAll(() => app.close());
afterEach(() => startAfresh(app));

describe('retry-failed', () => {
  it('waits with a paused campaign, and can be paused and cancelled itself', async () => {
    answer(app, refused, 'c1');
    const daily = { ...aim, type: 'recurring', frequency: 'daily' };
    const run = await carryOut(app, daily);
    const act = (action: string) => app.request('POST', `/campaigns/${run.campaign_id}/${action}`);
    expect(await statusOf(app, run.campaign_id)).toBe('pending');
    await act('pause');
    expect((await retry(app, run.id)).body.taken).toBe(1);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'paused', pending: 1 });
    expect(await statusOf(app, run.campaign_id)).toBe('paused');
    app.providers.email.messages.length = 0;
    await app.tick();
    expect(app.providers.email.messages).toEqual([]);
    await act('resume');
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 1 });
    expect(await statusOf(app, run.campaign_id)).toBe('pending');

    await retry(app, run.id);
    expect(await statusOf(app, run.campaign_id)).toBe('processing');
    await act('cancel');
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'cancelled', sent: 6, skipped: 1 });
    for (const action of ['retry-failed', 'in-doubt/resend'])
      expectProblem(await correct(app, run.id, action), 409, 'CANNOT_RETRY');
    await expectBalanced(app, run.id);
  });

  it('is refused for a run that was not carried out, one whose campaign is gone, and one that is not there', async () => {
    answer(app, refused, 'c1');
    const run = await carryOut(app, aim);
    for (const gone of ['skipped', 'missed', 'cancelled']) {
      await app.sql(sql`update run set status = ${gone} where id = ${run.id}`);
      expectProblem(await retry(app, run.id), 409, 'CANNOT_RETRY');
    }
    await app.sql(sql`update run set status = 'completed' where id = ${run.id}`);
    await app.request('DELETE', `/campaigns/${run.campaign_id}`);
    expectProblem(await retry(app, run.id), 409, 'CANNOT_RETRY');
    expectProblem(await retry(app, 999_999), 404, 'RUN_NOT_FOUND');
  });

  it.each([
    [{ contact_ids: [] }, '/contact_ids'],
    [{ contact_ids: null }, '/contact_ids'],
    [{ contact_ids: ['1'] }, '/contact_ids'],
    [{ contact_ids: [0] }, '/contact_ids'],
    [{ contact_ids: 1 }, '/contact_ids'],
    [{ reason: null }, '/reason'],
    [{ contacts: [1] }, '/contacts'],
  ])('refuses %j and takes nobody', async (body, pointer) => {
    answer(app, refused, 'c1');
    const run = await carryOut(app, aim);
    expectProblem(await retry(app, run.id, body), 400, 'VALIDATION_FAILED', pointer);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 1 });
  });
});

describe('those in doubt', () => {
  it('are sent to again when somebody says so', async () => {
    answer(app, silent, 'c1', 'c2', 'c6');
    const run = await carryOut(app, aim);
    expect(run).toMatchObject({ status: 'completed', sent: 4, in_doubt: 3 });
    app.providers.email.messages.length = 0;
    const one = await idOf(app, 'c1@example.com');
    expect((await correct(app, run.id, 'in-doubt/resend', { contact_ids: [one] })).body).toMatchObject({ taken: 1 });
    expect(await countsOf(app, run.id)).toMatchObject({ pending: 1, in_doubt: 2 });
    expect((await correct(app, run.id, 'in-doubt/resend')).body).toMatchObject({ taken: 2 });
    answer(app, silent, 'c6');
    await app.tick();
    expect(app.providers.email.addresses().sort()).toEqual([everyone[0], everyone[1], everyone[5]]);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 1 });
    expect((await ledgerOf(app, run.id))['c6@example.com']).toMatchObject({ outcome: 'in_doubt', attempts: 2 });
    await expectBalanced(app, run.id);
  });

  it('are settled by hand, in the batches that count them now', async () => {
    answer(app, silent, 'c1', 'c2', 'c6');
    const run = await carryOut(app, aim);
    await correct(app, run.id, 'in-doubt/resend');
    await app.tick();
    const six = await idOf(app, 'c6@example.com');
    const settle = (body: object) => correct(app, run.id, 'in-doubt/settle', body);
    expect((await settle({ outcome: 'failed', contact_ids: [six, 999_999] })).body).toMatchObject({
      taken: 1,
      not_taken: [999_999],
    });
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', failed: 1, in_doubt: 2 });
    await expectBalanced(app, run.id);
    expect((await settle({ outcome: 'sent' })).body).toMatchObject({ taken: 2, not_taken: [] });
    expect((await settle({ outcome: 'sent' })).body).toMatchObject({ taken: 0 });
    expect(await latestRun(app, run.campaign_id)).toMatchObject({
      status: 'completed',
      sent: 6,
      failed: 1,
      in_doubt: 0,
    });
    expect((await ledgerOf(app, run.id))['c1@example.com']).toMatchObject({
      outcome: 'sent',
      reason: 'settled_by_hand',
      attempts: 2,
    });
    for (const { sent, failed, in_doubt } of await batchesOf(app, run.id))
      expect(Math.min(sent, failed, in_doubt)).toBeGreaterThanOrEqual(0);
    await expectBalanced(app, run.id);
  });

  it('are settled in a cancelled run too, and not without an outcome', async () => {
    answer(app, silent, 'c1');
    const run = await carryOut(app, { ...aim, type: 'recurring', frequency: 'daily' });
    await app.request('POST', `/campaigns/${run.campaign_id}/cancel`);
    for (const body of [{}, { outcome: 'skipped' }, { outcome: 'sent', contact_ids: [] }])
      expect((await correct(app, run.id, 'in-doubt/settle', body)).status).toBe(400);
    expect(await countsOf(app, run.id)).toMatchObject({ in_doubt: 1 });
    expect((await correct(app, run.id, 'in-doubt/settle', { outcome: 'sent' })).body.taken).toBe(1);
    expect(await countsOf(app, run.id)).toMatchObject({ in_doubt: 0, sent: 7 });
  });
});
