import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, eventually, expectBalanced, gate, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

/** Short, since a process that has ended here hangs, and its suspect is waited for until its lease is over. */
const LEASE_MS = 4_000;
const env = { BATCH_SIZE: '6', WINDOW_SIZE: '3', SENDER_LANES: '8', LEASE_MS: String(LEASE_MS), RETRY_BASE_MS: '1000' };
const everyone = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((name) => `${name}@example.com`);
const [first, culprit, third, fourth] = everyone as [string, string, string, string];

let app: TestApp;
/** Whose message ends the process that sends it: to all others, one that says nothing more until its lease is over. */
let deadly: string[];
/** The work of the processes that ended. */
let dead: Promise<unknown>[];
beforeAll(async () => {
  app = await startApp({ env });
  await makeContacts(app, 6);
});
afterAll(() => app.close());
beforeEach(() => {
  const { opened } = gate();
  [deadly, dead] = [[], []];
  app.providers.email.messages.length = 0;
  app.providers.email.answer = async ({ to }) => {
    if (deadly.includes(to)) await opened;
    return { outcome: 'sent', providerMessageId: null };
  };
});
afterEach(async () => {
  openGates();
  await Promise.all(dead);
  app.clock.advance(LEASE_MS);
});

const copiesOf = (email: string): number => app.providers.email.addresses().filter((to) => to === email).length;

/**
 * Works until these, and nobody else, are in flight for the `copy`-th time, ends there, and lets the lease run out. Whoever
 * else is named would end it, too, were it begun.
 */
async function crashAt(emails: string[], copy: number, others: string[] = []): Promise<void> {
  deadly = [...emails, ...others];
  dead.push(app.tick());
  await eventually(() => emails.every((email) => copiesOf(email) === copy));
  // Whatever else there is to do goes on meanwhile; only what is in flight has no end.
  await eventually(
    () => unsettled(),
    (count) => count === emails.length,
  );
  app.clock.advance(LEASE_MS + 1);
  await app.app.get(DeliveryService).recover();
}

/** How many are in flight, by the batches. */
async function unsettled(): Promise<number> {
  const run = await latestRun(app, campaignId);
  const batches = await batchesOf(app, run.id);
  const leased = batches.filter(({ state }) => state === 'leased');
  return leased.reduce(
    (sum, { intent_upto, sent, failed, skipped, in_doubt, deferred }) =>
      sum + intent_upto - sent - failed - skipped - in_doubt - deferred,
    0,
  );
}

let campaignId: number;
async function launch(on_doubt: 'hold' | 'resend'): Promise<void> {
  campaignId = (await makeCampaign(app, { on_doubt })).id;
}

/** Goes on to the end of the run, past the processes that ended. */
async function ended() {
  deadly = [];
  dead.push(app.tick());
  const run = await eventually(
    () => latestRun(app, campaignId),
    ({ status }) => status === 'completed',
  );
  await expectBalanced(app, run.id);
  return { run, ledger: await ledgerOf(app, run.id) };
}

describe('a message that ends the process that sends it', () => {
  it('is tried alone after the first time, and given up after the third; everybody else is sent to', async () => {
    await launch('resend');
    await crashAt([first, culprit, third], 1);
    await crashAt([culprit], 2);
    expect(copiesOf(third)).toBe(1);
    await crashAt([culprit], 3);
    const { run, ledger } = await ended();
    expect(run).toMatchObject({ status: 'completed', sent: 5, failed: 0, in_doubt: 1 });
    expect(ledger[culprit]).toMatchObject({ outcome: 'in_doubt', reason: 'poison', attempts: 3 });
    expect(ledger[culprit]!.failed_attempts.map(({ code }) => code)).toEqual(['lease_lost', 'crashed', 'crashed']);
    expect(everyone.map(copiesOf)).toEqual([2, 3, 2, 1, 1, 1]);
  });

  it('leaves its neighbours in doubt once; after that each crash costs one', async () => {
    await launch('hold');
    await crashAt([first, culprit, third], 1);
    await crashAt([fourth], 1, everyone.slice(4));
    const { run, ledger } = await ended();
    expect(run).toMatchObject({ status: 'completed', sent: 2, failed: 0, in_doubt: 4 });
    expect(ledger[fourth]).toMatchObject({ outcome: 'in_doubt', reason: 'lease_lost' });
    expect(ledger[fourth]!.failed_attempts).toMatchObject([{ code: 'crashed', transient: true }]);
  });

  it('is alone also when people send the doubtful again, and given up when that has ended two more processes', async () => {
    await launch('hold');
    await crashAt([first, culprit, third], 1);
    await ended();
    for (const [copy, reason] of [
      [2, 'lease_lost'],
      [3, 'poison'],
    ] as const) {
      const { id } = await latestRun(app, campaignId);
      await app.request('POST', `/runs/${id}/in-doubt/resend`);
      await crashAt([culprit], copy);
      expect((await ended()).ledger[culprit]).toMatchObject({ outcome: 'in_doubt', reason });
    }
    const { run } = await ended();
    expect(run).toMatchObject({ status: 'completed', sent: 5, failed: 0, in_doubt: 1 });
    expect(everyone.map(copiesOf)).toEqual([2, 3, 2, 1, 1, 1]);
  });
});

describe('a process that is merely killed, again and again', () => {
  it('fails nobody, however often the same batch is hit', async () => {
    await launch('resend');
    await crashAt([first, culprit, third], 1);
    for (const victim of [first, culprit, third]) await crashAt([victim], 2);
    expect((await batchesOf(app, (await latestRun(app, campaignId)).id))[1]).toMatchObject({ crashes: 4 });
    const { run } = await ended();
    expect(run).toMatchObject({ status: 'completed', sent: 6, failed: 0, in_doubt: 0 });
  });
});
