import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { forgetSuppressions, latestRun, makeContacts } from './support/factories.js';
import { type Fate, TELLERS } from './support/tellers.js';

const silent: SendResult = { outcome: 'unknown', code: 'no_answer' };
let app: TestApp;
let told = 0;
beforeAll(async () => {
  app = await startApp({ recordsAccounts: true, env: { BATCH_SIZE: '1' } });
  await makeContacts(app, 2);
  await app.request('PATCH', '/contacts/1', { phone: '+4915112345001' });
  const { secrets } = TELLERS.http!.account;
  const settings = { from: 'news@example.org', host: 'smtp.example.org' };
  for (const name of ['ours', 'deputy', 'other'])
    await app.request('POST', '/providers', { name, channel: 'email', kind: 'smtp', settings, secrets });
  const { body } = await app.request('GET', '/providers');
  const [ours, deputy] = ['ours', 'deputy'].map((name) => body.find((each: { name: string }) => each.name === name));
  await app.request('PATCH', `/providers/${ours.id}`, { fallback_id: deputy.id }, { 'if-match': `"${ours.version}"` });
});
afterAll(() => app.close());
afterEach(async () => {
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  app.providers.email.messages.length = 0;
  await app.sql(sql`delete from report`);
  await app.sql(sql`delete from engagement`);
  await forgetSuppressions(app);
});

/** A run to both contacts through an account, and the keys of their messages. */
async function send(provider = 'ours') {
  app.clock.advance(60_000);
  const run = await carryOut(app, { provider });
  const { messages } = app.providers.email;
  return {
    ...run,
    keys: messages.sort((one, other) => one.contactId - other.contactId).map((each) => each.deliveryKey),
  };
}
/** An account tells, rightly signed, that a message bounced. */
async function tell(by: string, key: string): Promise<void> {
  const { write, sign } = TELLERS.http!;
  const call = sign(write('bounced', key, app.clock.now(), ''), app.clock.now(), `t${(told += 1)}`, '');
  const answer = await app.request('POST', `/inbound/${by}`, call.body, { authorization: '', ...call.headers });
  expect(answer.status).toBe(200);
}
const matched = () => app.sql(sql`select source, contact_id, open from report order by id`);
const suppressed = async () =>
  (await app.sql(sql<{ id: number }>`select id from contact where email_suppressed order by id`)).map(({ id }) => id);

describe('an account', () => {
  it('is not believed about a message that another one carried, now or later', async () => {
    app.providers.email.answer = () => silent;
    const { campaign_id, keys } = await send();
    await tell('other', keys[0]!);
    expect(await matched()).toEqual([{ source: 'other', contact_id: null, open: false }]);
    await app.sql(sql`update report set open = true`);
    app.clock.advance(120_000);
    await app.app.get(Sweeper).housekeep();
    expect(await matched()).toEqual([{ source: 'other', contact_id: null, open: false }]);
    expect(await latestRun(app, campaign_id)).toMatchObject({ in_doubt: 2, sent: 0 });
    expect(await suppressed()).toEqual([]);
    expect(await app.sql(sql`select from engagement`)).toEqual([]);
    await tell('ours', keys[0]!);
    expect(await latestRun(app, campaign_id)).toMatchObject({ in_doubt: 1, sent: 1 });
    expect(await suppressed()).toEqual([1]);
  });

  it('that stands by for it is believed: it may have taken over', async () => {
    const { keys } = await send();
    await tell('deputy', keys[1]!);
    expect(await suppressed()).toEqual([2]);
  });

  it('is believed about the batches that it had, and about no others of the run', async () => {
    const { id, keys } = await send();
    await app.sql(sql`update run_batch set provider = 'other' where run_id = ${id} and contact_ids = '{2}'`);
    for (const key of keys) await tell('other', key);
    expect(await suppressed()).toEqual([2]);
    expect(await matched()).toMatchObject([{ contact_id: null }, { contact_id: 2 }]);
  });
});

it('email speaks of email, whichever account carried it, and of nothing else', async () => {
  const { keys } = await send();
  await carryOut(app, { channel: 'sms' });
  const complaint = (key: string) =>
    `From: fbl@mailbox.example\nTo: us@example.org\nMessage-ID: <${key}>\nContent-Type: multipart/report; boundary="b"\n
--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n
--b\nContent-Type: text/rfc822-headers\n\nX-Delivery-Id: ${key}\n--b--\n`.replaceAll('\n', '\r\n');
  for (const key of [keys[1]!, app.providers.sms.messages[0]!.deliveryKey])
    expect((await app.request('POST', '/inbound/mail', complaint(key), { 'content-type': 'text/plain' })).body).toEqual(
      {
        ...{ kind: 'complained', message: key },
      },
    );
  expect(await matched()).toMatchObject([{ contact_id: 2 }, { contact_id: null }]);
  expect(await app.sql(sql`select id from contact where sms_suppressed`)).toEqual([]);
});

it('an arrival in times to come hides no bounces for the moment after it', async () => {
  const { account, channel, write, sign } = TELLERS.postmark!;
  await app.request('POST', '/providers', { name: 'mark', channel, ...account });
  const { keys } = await send('mark');
  const tellOf = async (fate: Fate, at: Date, id: string) => {
    const call = sign(write(fate, keys[0]!, at, id), at, id, '');
    const answer = await app.request('POST', '/inbound/mark', call.body, { authorization: '', ...call.headers });
    expect(answer.status).toBe(200);
  };
  await tellOf('delivered', new Date('2999-01-01T00:00:00Z'), 'far');
  expect(await app.sql(sql`select at from report`)).toEqual([{ at: app.clock.now() }]);
  for (const days of [1, 4, 4]) {
    expect(await suppressed()).toEqual([]);
    app.clock.advance(days * 86_400_000);
    await tellOf('soft_bounced', app.clock.now(), `soft${app.clock.now().getTime()}`);
  }
  expect(await suppressed()).toEqual([1]);
});
