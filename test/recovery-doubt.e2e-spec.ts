import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { startApp, type TestApp } from './support/app.js';
import {
  batchesOf,
  carryOut,
  countsOf,
  expectBalanced,
  gate,
  handedOver,
  ledgerOf,
  openGates,
} from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

const LEASE_MS = 30_000;
const HOUR = 3_600_000;
const env = { BATCH_SIZE: '6', WINDOW_SIZE: '3', SENDER_LANES: '1', LEASE_MS: String(LEASE_MS), RETRY_BASE_MS: '1000' };
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };

/** Two processes on one database with one clock. The first is killed again and again: its answers come too late. */
let killed: TestApp;
let heir: TestApp;
const dead: Promise<unknown>[] = [];
beforeAll(async () => {
  killed = await startApp({ env });
  heir = await startApp({ env, databaseUrl: killed.databaseUrl, clock: killed.clock });
  await makeContacts(killed, 6);
});
afterAll(async () => {
  await heir.close();
  await killed.close();
});
afterEach(async () => {
  openGates();
  await Promise.all(dead.splice(0));
  for (const app of [killed, heir]) {
    app.providers.email.messages.length = 0;
    app.providers.email.answer = () => accepted;
  }
  await killed.sql(sql`update contact set email_consent = 'subscribed'`);
  killed.clock.advance(HOUR);
});

/** A run whose process was killed with the first three of six messages in flight, and whose batch was taken back. */
async function crash(on_doubt: 'hold' | 'resend') {
  const held = gate();
  killed.providers.email.answer = () => held.opened.then(() => accepted);
  const campaign = await makeCampaign(killed, { on_doubt });
  dead.push(killed.tick());
  await handedOver(killed, 3);
  killed.clock.advance(LEASE_MS + 1);
  await heir.app.get(DeliveryService).recover();
  return latestRun(heir, campaign.id);
}
/** The ends of the six, as `outcome reason`. */
async function endsOf(runId: number): Promise<string[]> {
  await expectBalanced(heir, runId);
  const lines = Object.entries(await ledgerOf(heir, runId)).sort(([one], [other]) => (one < other ? -1 : 1));
  return lines.map(([, { outcome, reason }]) => (reason ? `${outcome} ${reason}` : outcome));
}
const times = <T>(count: number, what: T): T[] => Array<T>(count).fill(what);

describe('who was in flight when a process was killed, and is to be sent to again', () => {
  it('is in doubt when the run is cancelled before, while the rest of the batch surely got nothing', async () => {
    const run = await crash('resend');
    expect((await batchesOf(heir, run.id)).map(({ size, doubtful }) => [size, doubtful])).toEqual([
      [6, false],
      [3, true],
    ]);
    await heir.request('POST', `/campaigns/${run.campaign_id}/cancel`);
    await heir.tick();
    expect(await endsOf(run.id)).toEqual([...times(3, 'in_doubt sent_or_cancelled'), ...times(3, 'skipped cancelled')]);
    expect((await ledgerOf(heir, run.id))['c1@example.com']).toMatchObject({ attempts: 1 });
    expect((await ledgerOf(heir, run.id))['c4@example.com']).toMatchObject({ attempts: 0 });
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'cancelled', in_doubt: 3, skipped: 3 });
  });

  it('is in doubt when the deadline passes before', async () => {
    const run = await crash('resend');
    heir.clock.advance(100 * HOUR);
    await heir.tick();
    expect(await endsOf(run.id)).toEqual([...times(3, 'in_doubt sent_or_expired'), ...times(3, 'skipped expired')]);
  });

  it('is in doubt when they opted out or are refused, and sent when the repeat is accepted', async () => {
    const run = await crash('resend');
    await killed.sql(
      sql`update contact set email_consent = 'unsubscribed' where email in ('c1@example.com', 'c4@example.com')`,
    );
    heir.providers.email.answer = ({ to }) =>
      to === 'c2@example.com' || to === 'c5@example.com' ? { outcome: 'rejected', code: 'smtp_554' } : accepted;
    await heir.tick();
    expect(await endsOf(run.id)).toEqual([
      ...['in_doubt sent_or_unsubscribed', 'in_doubt sent_or_smtp_554', 'sent'],
      ...['skipped unsubscribed', 'failed smtp_554', 'sent'],
    ]);
    expect((await ledgerOf(heir, run.id))['c2@example.com']!.failed_attempts.map(({ code }) => code)).toEqual([
      'lease_lost',
      'smtp_554',
    ]);
  });

  it('stays doubtful when the repeat is put off, also among the children of that', async () => {
    const run = await crash('resend');
    heir.providers.email.answer = () => ({ outcome: 'deferred', scope: 'recipient', code: 'smtp_450' });
    await heir.tick();
    heir.clock.advance(60_000);
    await heir.tick();
    const doubtful = (await batchesOf(heir, run.id)).filter((batch) => batch.doubtful && batch.attempt > 2);
    expect(doubtful.flatMap(({ attempt, size }) => times(size, attempt)).sort()).toEqual([3, 3, 3, 4, 4, 4]);
    await heir.request('POST', `/campaigns/${run.campaign_id}/cancel`);
    await heir.tick();
    expect(await endsOf(run.id)).toEqual([...times(3, 'in_doubt sent_or_cancelled'), ...times(3, 'skipped cancelled')]);
  });

  it('is in doubt again when people asked for the repeat and then cancel it; who failed and waits is skipped', async () => {
    const run = await crash('hold');
    heir.providers.email.answer = ({ to }) =>
      to === 'c4@example.com' ? { outcome: 'rejected', code: 'smtp_554' } : accepted;
    await heir.tick();
    const post = (what: string) => heir.request('POST', `/runs/${run.id}/${what}`);
    expect((await post('in-doubt/resend')).body).toMatchObject({ taken: 3 });
    expect((await post('retry-failed')).body).toMatchObject({ taken: 1 });
    expect(await countsOf(heir, run.id)).toMatchObject({ pending: 4, sent: 2 });
    await heir.request('POST', `/campaigns/${run.campaign_id}/cancel`);
    await heir.tick();
    expect(await endsOf(run.id)).toEqual([
      ...times(3, 'in_doubt sent_or_cancelled'),
      ...['skipped cancelled', 'sent', 'sent'],
    ]);
  });

  it('is sent, and gets no repeat, once the provider says that it took the message', async () => {
    const run = await crash('resend');
    const keys = new Map(killed.providers.email.messages.map(({ to, deliveryKey }) => [to, deliveryKey]));
    const accept = async (...addresses: string[]) => {
      const items = addresses.map((to) => ({ delivery_key: keys.get(to), verdict: 'accepted' }));
      const { body } = await heir.request('POST', '/evidence', items);
      return body.map(({ result, outcome }: { result: string; outcome: string }) => [result, outcome]);
    };
    expect(await accept('c2@example.com', 'c2@example.com')).toEqual(times(2, ['settled', 'sent']));
    expect(await accept('c2@example.com')).toEqual([['unchanged', 'sent']]);
    expect(await countsOf(heir, run.id)).toMatchObject({ pending: 5, sent: 1 });
    await heir.tick();
    expect(heir.providers.email.messages.map(({ to }) => to).sort()).toEqual(
      [1, 3, 4, 5, 6].map((number) => `c${number}@example.com`),
    );
    expect(await endsOf(run.id)).toEqual(['sent', 'sent late_evidence', ...times(4, 'sent')]);
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6 });
  });

  it('is sent, and gets no repeat, once the process that was given up comes back with the answers', async () => {
    const run = await crash('resend');
    openGates();
    await Promise.all(dead.splice(0));
    await heir.tick();
    const messages = [killed, heir].flatMap(({ providers }) => providers.email.messages);
    expect(messages.map(({ to }) => to).sort()).toEqual([1, 2, 3, 4, 5, 6].map((number) => `c${number}@example.com`));
    expect(await endsOf(run.id)).toEqual([...times(3, 'sent late_evidence'), ...times(3, 'sent')]);
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6 });
  });
});

describe('whose answer the provider did not give', () => {
  const lost: SendResult = { outcome: 'unknown', code: 'http_no_answer', response: 'other side closed' };
  const tries = (email: string) => heir.providers.email.messages.filter(({ to }) => to === email).length;
  /** A run in which the first contact's answers are lost, so many times. */
  async function lose(on_doubt: 'hold' | 'resend', count: number) {
    let left = count;
    heir.providers.email.answer = ({ to }) => (to === 'c1@example.com' && left-- > 0 ? lost : accepted);
    const run = await carryOut(heir, { on_doubt });
    for (let retry = 0; retry < 8; retry += 1) {
      heir.clock.advance(60_000);
      await heir.tick();
    }
    return latestRun(heir, run.campaign_id);
  }

  it('is sent to again under resend, with every try told, until one is answered', async () => {
    const run = await lose('resend', 2);
    expect(run).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
    expect((await batchesOf(heir, run.id)).map(({ size, attempt, doubtful }) => [size, attempt, doubtful])).toEqual([
      ...[
        [6, 1, false],
        [1, 2, true],
        [1, 3, true],
      ],
    ]);
    expect(tries('c1@example.com')).toBe(3);
    expect(heir.providers.email.messages).toHaveLength(8);
    const line = (await ledgerOf(heir, run.id))['c1@example.com']!;
    expect(line).toMatchObject({ outcome: 'sent', attempts: 3 });
    expect(line.failed_attempts).toMatchObject(times(2, { code: 'http_no_answer', transient: true }));
    await expectBalanced(heir, run.id);
  });

  it('is in doubt under resend when it is out of tries, or refused then', async () => {
    const run = await lose('resend', 100);
    expect(run).toMatchObject({ status: 'completed', sent: 5, in_doubt: 1 });
    expect((await ledgerOf(heir, run.id))['c1@example.com']).toMatchObject({ reason: 'http_no_answer', attempts: 6 });
    expect(tries('c1@example.com')).toBe(6);

    const answers: SendResult[] = [lost, { outcome: 'rejected', code: 'http_400' }];
    heir.providers.email.answer = ({ to }) => (to === 'c1@example.com' ? answers.shift()! : accepted);
    const { id, campaign_id } = await carryOut(heir, { on_doubt: 'resend' });
    heir.clock.advance(60_000);
    await heir.tick();
    expect(await latestRun(heir, campaign_id)).toMatchObject({ status: 'completed', failed: 0, in_doubt: 1 });
    expect((await endsOf(id))[0]).toBe('in_doubt sent_or_http_400');
  });

  it('is in doubt at once under hold, and gets no second message', async () => {
    const run = await lose('hold', 1);
    expect(run).toMatchObject({ status: 'completed', sent: 5, in_doubt: 1 });
    expect(tries('c1@example.com')).toBe(1);
  });
});
