import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, expectBalanced, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { forgetSuppressions, latestRun, makeContacts } from './support/factories.js';
import { type Fate, TELLERS } from './support/tellers.js';

const DAY = 86_400_000;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const silent: SendResult = { outcome: 'unknown', code: 'no_answer' };
const later: SendResult = { outcome: 'deferred', scope: 'recipient', code: 'smtp_450', retryAfterMs: 3_600_000 };
let app: TestApp;
let told = 0;
beforeAll(async () => {
  app = await startApp({ recordsAccounts: true, env: { REPORT_RETENTION_DAYS: '30' } });
  await makeContacts(app, 3);
  const box = { channel: 'email', kind: 'smtp', settings: { from: 'news@example.org', host: 'smtp.example.org' } };
  await app.request('POST', '/providers', { ...TELLERS.http!.account, ...box, name: 'teller', default: true });
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  app.providers.email.answer = () => accepted;
  app.providers.email.messages.length = 0;
  await app.sql(sql`delete from report`);
  await forgetSuppressions(app);
  await app.sql(sql`update contact set email_consent = 'subscribed'`);
});

/** A run to the three contacts, and the key of each one's message. */
async function send(provider = 'teller'): Promise<{ id: number; campaign_id: number; keys: string[] }> {
  app.clock.advance(60_000);
  const run = await carryOut(app, { provider });
  const keys = app.providers.email.messages.map(({ deliveryKey }) => deliveryKey);
  const contactOf = (key: string) => Number(key.split('.')[1]);
  return { ...run, keys: keys.sort((one, other) => contactOf(one) - contactOf(other)) };
}
/** Tells what became of a message at some time, by a call that is signed now. */
async function tell(fate: Fate | 'unsubscribed' | 'opened', key: string, at = app.clock.now()): Promise<void> {
  const { write, sign } = TELLERS.http!;
  const call = sign(write(fate as Fate, key, at, ''), app.clock.now(), `t${(told += 1)}`, '');
  const { status } = await app.request('POST', '/inbound/teller', call.body, { authorization: '', ...call.headers });
  expect(status).toBe(200);
}
/** So many days into a month that is over. */
const daysIn = (days: number) => new Date(app.clock.now().getTime() + (days - 31) * DAY);
const kept = () =>
  app.sql<{ kind: string; run_id: number | null; open: boolean }>(
    sql`select kind, run_id, open from report order by id`,
  );
const contact = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body;
const reasons = () => app.sql<{ reason: string }>(sql`select reason from suppression order by id`);

describe('what is reported of a message', () => {
  it('is a fact beside it: `sent` stays, whatever comes back', async () => {
    const { id, keys } = await send();
    const ledger = await ledgerOf(app, id);
    for (const [index, fate] of (['delivered', 'bounced', 'complained'] as const).entries())
      await tell(fate, keys[index]!);
    expect(await ledgerOf(app, id)).toEqual(ledger);
    expect(
      await app.sql(sql`select contact_id, kind from engagement where run_id = ${id} order by contact_id`),
    ).toEqual([
      { contact_id: 2, kind: 'bounced' },
      { contact_id: 3, kind: 'complained' },
    ]);
    expect(await reasons()).toEqual([{ reason: 'bounce' }, { reason: 'complaint' }]);
    expect(await kept()).toMatchObject([
      { kind: 'delivered', run_id: id },
      { kind: 'bounced' },
      { kind: 'complained' },
    ]);
  });

  it('suppresses for the complaint, whether that or the bounce is told first', async () => {
    const { keys } = await send();
    for (const fate of ['bounced', 'complained'] as const) await tell(fate, keys[0]!);
    for (const fate of ['complained', 'bounced'] as const) await tell(fate, keys[1]!);
    expect(await reasons()).toEqual([{ reason: 'complaint' }, { reason: 'complaint' }]);
  });

  it('settles a doubt, for its provider took it', async () => {
    app.providers.email.answer = () => silent;
    const { id, campaign_id, keys } = await send();
    expect(await latestRun(app, campaign_id)).toMatchObject({ in_doubt: 3, sent: 0 });
    await tell('delivered', keys[0]!);
    await tell('bounced', `<${keys[1]!}@example.org>`);
    expect(await latestRun(app, campaign_id)).toMatchObject({ in_doubt: 1, sent: 2, failed: 0 });
    await expectBalanced(app, id);
  });

  it('settles a doubt that comes up only afterwards, and waits for it', async () => {
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => silent);
    const sending = send();
    await handedOver(app, 3);
    await tell('delivered', app.providers.email.messages[0]!.deliveryKey);
    expect(await kept()).toMatchObject([{ open: true }]);
    held.open();
    const { campaign_id } = await sending;
    expect(await latestRun(app, campaign_id)).toMatchObject({ in_doubt: 3 });
    app.clock.advance(3_600_000);
    await app.app.get(Sweeper).housekeep();
    expect(await latestRun(app, campaign_id)).toMatchObject({ in_doubt: 2, sent: 1 });
    expect(await kept()).toMatchObject([{ open: false }]);
  });

  it('spares another try whom the message reached although it was put off', async () => {
    app.providers.email.answer = () => later;
    const { campaign_id, keys } = await send();
    await tell('delivered', keys[0]!);
    app.clock.advance(3_600_000);
    app.providers.email.answer = () => accepted;
    await app.tick();
    const reached = app.providers.email.messages.slice(3).map(({ contactId }) => contactId);
    expect(reached.sort()).toEqual([2, 3]);
    expect(await latestRun(app, campaign_id)).toMatchObject({ status: 'completed', sent: 3 });
  });

  it('unsubscribes from the channel, with the message as the source', async () => {
    const { keys } = await send();
    await tell('unsubscribed', keys[0]!);
    expect((await contact(1)).consent).toMatchObject({ email: 'unsubscribed' });
    const { body } = await app.request('GET', '/contacts/1/consent/history');
    expect(body[0]).toMatchObject({ status: 'unsubscribed', source: 'message', actor: 'contact' });
  });

  it('is kept without its message where that is none of ours', async () => {
    const { id, keys } = await send();
    for (const key of ['1.1.other', `${id}.1.zzzz`, 'no key at all', keys[0]!.replace(/^\d+/, '999999')])
      await tell('bounced', key);
    expect(await kept()).toEqual(Array(4).fill({ kind: 'bounced', run_id: null, open: false }));
    expect(await reasons()).toEqual([]);
    const { body } = await app.request('GET', '/reports?matched=false&kind=bounced&limit=2');
    expect(body).toMatchObject([{ source: 'teller', message: expect.any(String), run_id: null }, { run_id: null }]);
    const totals = await app.request('GET', '/reports/totals');
    expect(totals.body).toEqual([{ source: 'teller', kind: 'bounced', count: 4 }]);
  });

  it('can be looked at by run, and is counted', async () => {
    const { id, keys } = await send();
    for (const key of keys) await tell('delivered', key);
    await tell('soft_bounced', keys[1]!);
    const { body } = await app.request('GET', `/reports?run_id=${id}&kind=soft_bounced`);
    expect(body).toMatchObject([{ run_id: id, contact_id: 2, kind: 'soft_bounced', words: '550' }]);
    expect((await app.request('GET', `/reports/totals?run_id=${id}`)).body).toEqual([
      { source: 'teller', kind: 'delivered', count: 3 },
      { source: 'teller', kind: 'soft_bounced', count: 1 },
    ]);
  });

  it('is forgotten after the days that are set, and with the person', async () => {
    const { keys } = await send();
    await tell('delivered', keys[2]!);
    const { body } = await app.request('GET', '/contacts/3/export');
    expect(body.records.reports).toMatchObject([{ kind: 'delivered' }]);
    app.clock.advance(30 * DAY - 1_000);
    await app.app.get(Sweeper).housekeep();
    expect(await kept()).toHaveLength(1);
    app.clock.advance(2_000);
    await app.app.get(Sweeper).housekeep();
    expect(await kept()).toEqual([]);
  });
});

describe('bounces for the moment', () => {
  it('suppress after three in a row over a week, and a message that arrives takes it back', async () => {
    const { keys } = await send();
    const [key] = keys;
    for (const day of [0, 3, 6]) {
      await tell('soft_bounced', key!, daysIn(day));
      expect(await reasons()).toEqual([]);
    }
    await tell('soft_bounced', key!, daysIn(7));
    expect(await reasons()).toEqual([{ reason: 'soft_bounce' }]);
    expect((await contact(1)).suppressed).toEqual(['email']);
    await tell('delivered', key!, daysIn(8));
    expect(await reasons()).toEqual([]);
    expect((await contact(1)).suppressed).toEqual([]);
  });

  it('count once each where several come in one call', async () => {
    const { account, channel, write, sign } = TELLERS.sendgrid!;
    await app.request('POST', '/providers', { name: 'grid', channel, ...account });
    const { keys } = await send('grid');
    const tellOf = async (...days: number[]) => {
      const events = days.flatMap((day) => JSON.parse(write('soft_bounced', keys[0]!, daysIn(day), `day${day}`).body));
      const call = sign({ body: JSON.stringify(events) }, app.clock.now(), '', '');
      const answer = await app.request('POST', '/inbound/grid', call.body, { authorization: '', ...call.headers });
      expect(answer.status).toBe(200);
    };
    await tellOf(0, 7);
    expect(await reasons()).toEqual([]);
    await tellOf(0, 7, 8);
    expect(await reasons()).toEqual([{ reason: 'soft_bounce' }]);
  });

  it('say nothing about an address that the contact has since', async () => {
    const { keys } = await send();
    for (const day of [0, 7]) await tell('soft_bounced', keys[1]!, daysIn(day));
    await app.request('PATCH', '/contacts/2', { email: 'moved@example.com' });
    await tell('soft_bounced', keys[1]!, daysIn(14));
    expect(await reasons()).toEqual([]);
  });
});

it('leaves the same behind in whichever order it is told', async () => {
  const { keys } = await send();
  const [key] = keys;
  const fates = [
    'soft_bounced',
    'soft_bounced',
    'soft_bounced',
    'delivered',
    'bounced',
    'complained',
    'opened',
  ] as const;
  const event = fc.record({ fate: fc.constantFrom(...fates), day: fc.integer({ min: 0, max: 30 }) });
  const leave = async (events: { fate: (typeof fates)[number]; day: number }[]) => {
    await app.sql(sql`delete from report`);
    await app.sql(sql`delete from engagement`);
    await forgetSuppressions(app);
    for (const { fate, day } of events) await tell(fate, key!, daysIn(day));
    const engaged = await app.sql(sql`select kind from engagement order by kind`);
    return { suppressed: (await contact(1)).suppressed, reasons: await reasons(), engaged };
  };
  const orders = fc
    .array(event, { minLength: 3, maxLength: 6 })
    .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
  await fc.assert(
    fc.asyncProperty(orders, async ([inTime, shuffled]) => {
      expect(await leave(shuffled)).toEqual(await leave(inTime));
    }),
    { numRuns: 10 },
  );
});

it('is left without words and address when the person is erased', async () => {
  const { keys } = await send();
  await tell('soft_bounced', keys[2]!);
  const row = () => app.sql(sql`select kind, contact_id, words, address_hash is null as blank from report`);
  expect(await row()).toEqual([{ kind: 'soft_bounced', contact_id: 3, words: '550', blank: false }]);
  expect((await app.request('POST', '/contacts/3/erase')).status).toBe(200);
  expect(await row()).toEqual([{ kind: 'soft_bounced', contact_id: 3, words: null, blank: true }]);
});
