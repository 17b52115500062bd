import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import {
  batchesOf,
  carryOut,
  countsOf,
  eventually,
  expectBalanced,
  gate,
  handedOver,
  ledgerOf,
  openGates,
} from './support/engine.js';
import { forgetSuppressions, latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const LEASE_MS = 30_000;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const refused: SendResult = { outcome: 'rejected', code: 'smtp_550' };
const silent: SendResult = { outcome: 'unknown', code: 'smtp_no_answer' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '6', WINDOW_SIZE: '3', SENDER_LANES: '1', LEASE_MS: String(LEASE_MS) } });
  await makeContacts(app, 6);
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  await forgetSuppressions(app);
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => accepted;
  app.clock.advance(60_000);
});

/** Lets the first contacts get these answers, one each, and all others an acceptance. */
function answerInTurn(...results: SendResult[]): void {
  app.providers.email.answer = ({ to }) => results[Number(to[1]) - 1] ?? accepted;
}
/** The key of the message to `c<number>@example.com`, as its provider saw it. */
const keyOf = (number: number) =>
  app.providers.email.messages.findLast(({ to }) => to === `c${number}@example.com`)!.deliveryKey;
const evidence = (...items: object[]) => app.request('POST', '/evidence', items);
const results = async (...items: object[]) =>
  (await evidence(...items)).body.map(({ result, outcome }: { result: string; outcome: string }) => [result, outcome]);
const outcomeOf = async (runId: number, number: number) => (await ledgerOf(app, runId))[`c${number}@example.com`];

describe('late evidence', () => {
  it('settles a doubt either way, once, by delivery key or by Message-ID', async () => {
    answerInTurn(silent, silent, silent);
    const run = await carryOut(app);
    expect(run).toMatchObject({ status: 'completed', sent: 3, in_doubt: 3 });
    const items = [
      { delivery_key: keyOf(1), verdict: 'accepted', response: '250 queued' },
      { message_id: `<${keyOf(2)}@example.com>`, verdict: 'refused', response: '550 5.1.1 no\u0007 such user' },
      { message_id: `${keyOf(4)}@example.com`, verdict: 'accepted' },
    ];
    app.clock.advance(1_000);
    const { status, body } = await evidence(...items);
    expect(status).toBe(200);
    expect(body).toEqual([
      { key: keyOf(1), result: 'settled', outcome: 'sent' },
      { key: `<${keyOf(2)}@example.com>`, result: 'settled', outcome: 'failed' },
      { key: `${keyOf(4)}@example.com`, result: 'unchanged', outcome: 'sent' },
    ]);
    const counts = { status: 'completed', sent: 4, failed: 1, in_doubt: 1 };
    expect(await latestRun(app, run.campaign_id)).toMatchObject(counts);
    expect(await outcomeOf(run.id, 1)).toMatchObject({ outcome: 'sent', reason: 'late_evidence' });
    const { failed_attempts: tries } = (await outcomeOf(run.id, 2))!;
    expect(tries).toMatchObject([
      { code: 'smtp_no_answer' },
      { code: 'late_refusal', response: '550 5.1.1 no\u0007 such user', transient: false },
    ]);
    await expectBalanced(app, run.id);

    expect(await results(...items)).toEqual([
      ['unchanged', 'sent'],
      ['unchanged', 'failed'],
      ['unchanged', 'sent'],
    ]);
    expect(await latestRun(app, run.campaign_id)).toMatchObject(counts);
  });

  it('of an acceptance corrects a failure, so that a retry does not send it twice; of a refusal never a sent one', async () => {
    answerInTurn(refused, accepted, refused);
    const run = await carryOut(app);
    expect(
      await results({ delivery_key: keyOf(1), verdict: 'accepted' }, { delivery_key: keyOf(2), verdict: 'refused' }),
    ).toEqual([
      ['settled', 'sent'],
      ['unchanged', 'sent'],
    ]);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ sent: 5, failed: 1 });
    await expectBalanced(app, run.id);
    app.providers.email.messages.length = 0;
    await app.request('POST', `/runs/${run.id}/retry-failed`);
    await app.tick();
    expect(app.providers.email.addresses()).toEqual(['c3@example.com']);
    await expectBalanced(app, run.id);
  });

  it('believes the acceptance where one call says both, and counts once what it says twice', async () => {
    answerInTurn(silent, silent);
    const run = await carryOut(app);
    const one = { delivery_key: keyOf(1), verdict: 'refused' };
    const two = { delivery_key: keyOf(2), verdict: 'refused' };
    expect(await results(one, { ...one, verdict: 'accepted' }, two, two)).toEqual([
      ['unchanged', 'sent'],
      ['settled', 'sent'],
      ['settled', 'failed'],
      ['settled', 'failed'],
    ]);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ sent: 5, failed: 1, in_doubt: 0 });
    await expectBalanced(app, run.id);
  });

  it('settles each once, however many bring it at the same moment', async () => {
    answerInTurn(silent, silent, silent);
    const run = await carryOut(app);
    const item = (number: number, verdict: string) => ({ delivery_key: keyOf(number), verdict });
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => evidence(item(1, 'accepted'), item(2, 'refused'))),
      app.request('POST', `/runs/${run.id}/in-doubt/settle`, { outcome: 'sent' }),
    ]);
    const byHand = answers.pop()!.body.taken as number;
    const settled = answers.flatMap(({ body }) => body).filter(({ result }) => result === 'settled');
    expect(settled.length + byHand).toBe(3);
    const { sent, failed, in_doubt } = await latestRun(app, run.campaign_id);
    expect([sent + failed, in_doubt]).toEqual([6, 0]);
    await expectBalanced(app, run.id);
  });

  it('names each key that is not ours, and settles the others all the same', async () => {
    answerInTurn(silent);
    const run = await carryOut(app);
    const [runId, contactId, mark] = keyOf(1).split('.');
    const unknown = [
      'nonsense',
      `${runId}.${contactId}`,
      `${runId}.999999.${mark}`,
      `999999.${contactId}.${mark}`,
      `${runId}.${contactId}.${mark}0`,
      `${keyOf(1)}@example.com <evil>`,
      `9${'0'.repeat(20)}.1.${mark}`,
    ];
    const items = [...unknown, keyOf(1)].map((delivery_key) => ({ delivery_key, verdict: 'accepted' }));
    expect(await results(...items)).toEqual([...unknown.map(() => ['unknown', null]), ['settled', 'sent']]);
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ sent: 6, in_doubt: 0 });
  });

  it('that comes before there is an outcome says so', async () => {
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => accepted);
    await makeCampaign(app);
    const working = app.tick();
    await handedOver(app, 1);
    expect(await results({ delivery_key: keyOf(1), verdict: 'accepted' })).toEqual([['pending', null]]);
    held.open();
    await working;
    expect(await results({ delivery_key: keyOf(1), verdict: 'accepted' })).toEqual([['unchanged', 'sent']]);
  });

  it('is counted in the batch that the doubt arose in, not in the one its bringer held', async () => {
    const [first, second] = [gate(), gate()];
    app.providers.email.answer = ({ attempt }) =>
      (attempt === 1 ? first : second).opened.then(() => ({ outcome: 'sent', providerMessageId: `try ${attempt}` }));
    const campaign = await makeCampaign(app, { on_doubt: 'resend' });
    const working = app.tick();
    await handedOver(app, 3);
    const run = await latestRun(app, campaign.id);
    app.clock.advance(LEASE_MS + 1);
    const heir = await startApp({
      env: { BATCH_SIZE: '6', WINDOW_SIZE: '3', LEASE_MS: String(LEASE_MS), RETRY_MAX_ATTEMPTS: '2' },
      databaseUrl: app.databaseUrl,
      clock: app.clock,
    });
    heir.providers.email.answer = ({ attempt }) =>
      attempt === 1 ? accepted : second.opened.then(() => ({ outcome: 'unknown', code: 'smtp_no_answer' }));
    const inheriting = heir.tick();
    // Three of what was left, and the first of those in doubt: what a crash has left goes one by one.
    await handedOver(heir, 4);
    second.open();
    await inheriting;
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 3, in_doubt: 3 });
    first.open();
    await working;
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 6, in_doubt: 0 });
    expect((await batchesOf(app, run.id)).map(({ sent, in_doubt, deferred }) => [sent, in_doubt, deferred])).toEqual([
      [3, 0, 3],
      [3, 0, 0],
    ]);
    await expectBalanced(app, run.id);
    await heir.close();
  });

  it('is taken while the batch is still in a sender’s hands', async () => {
    const held = gate();
    app.providers.email.answer = ({ to }) => (to === 'c1@example.com' ? silent : held.opened.then(() => accepted));
    const campaign = await makeCampaign(app);
    const working = app.tick();
    await handedOver(app, 3);
    const run = await latestRun(app, campaign.id);
    await eventually(async () => (await countsOf(app, run.id)).in_doubt === 1);
    expect(await results({ delivery_key: keyOf(1), verdict: 'refused' })).toEqual([['settled', 'failed']]);
    await expectBalanced(app, run.id);
    held.open();
    await working;
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 5, failed: 1 });
    await expectBalanced(app, run.id);
  });
});

describe('a list of evidence', () => {
  it.each<[unknown, string]>([
    [{}, ''],
    [[], ''],
    [[1], '/0'],
    [[[]], '/0'],
    [[{ delivery_key: '1.1.a' }], '/0/verdict'],
    [[{ delivery_key: '1.1.a', verdict: 'bounced' }], '/0/verdict'],
    [[{ delivery_key: '1.1.a', verdict: 'accepted' }, { verdict: 'accepted' }], '/1/delivery_key'],
    [[{ delivery_key: 1, verdict: 'accepted' }], '/0/delivery_key'],
    [[{ message_id: null, verdict: 'accepted' }], '/0/message_id'],
    [[{ delivery_key: '1.1.a', verdict: 'accepted', at: 'now' }], '/0/at'],
    [[{ delivery_key: '1.1.a', verdict: 'refused', response: 5 }], '/0/response'],
    [Array(1_001).fill({ delivery_key: '1.1.a', verdict: 'accepted' }), ''],
  ])('%# is refused with the place of what is wrong', async (body, pointer) => {
    expectProblem(await app.request('POST', '/evidence', body), 400, 'VALIDATION_FAILED', pointer);
  });

  it('may have a thousand items', async () => {
    answerInTurn(silent);
    await carryOut(app);
    const items = Array.from({ length: 1_000 }, () => ({ delivery_key: keyOf(1), verdict: 'accepted' }));
    expect((await evidence(...items)).body).toHaveLength(1_000);
  });
});
