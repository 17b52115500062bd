import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { UnsubscriptionService } from '../src/audience/unsubscription.service.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { type Call, TELLERS } from './support/tellers.js';

const HOST = 'https://news.example.com';
const ADA = '+4915112345001';

let app: TestApp;
let told = 0;
beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: HOST, SMS_STOP_WORDS: 'Nix mehr, fini' } });
  for (const name of ['twilio', 'http']) {
    const { account, channel } = TELLERS[name]!;
    await app.request('POST', '/providers', { name: `my-${name}`, channel, ...account });
  }
  await app.request('POST', '/contacts', { phone: ADA });
});
afterAll(() => app.close());
afterEach(async () => {
  for (const table of ['reply', 'suppression', 'consent_change']) await app.sql(sql`delete from ${sql.table(table)}`);
  await app.sql(sql`update contact set sms_suppressed = false, sms_consent = 'subscribed'`);
});

const id = () => `SM${(told += 1)}`;
async function call(name: string, { headers, body, query = '' }: Call): Promise<void> {
  const answer = await app.request('POST', `/inbound/my-${name}${query}`, body, { authorization: '', ...headers });
  expect(answer.status).toBe(200);
}
/** Somebody texts by one of the providers, of which Twilio tells no time. */
async function text(words: string, { from = ADA, by = 'http', at = app.clock.now() } = {}): Promise<void> {
  const MessageSid = id();
  const body =
    by === 'twilio'
      ? new URLSearchParams({ MessageSid, From: from, Body: words }).toString()
      : JSON.stringify({ type: 'sms.received', from, text: words, timestamp: at.toISOString() });
  await call(by, TELLERS[by]!.sign({ body }, app.clock.now(), MessageSid, `${HOST}/inbound/my-${by}`));
}
const stateOf = async (phone: string) => {
  const [row] = await app.sql(
    sql`select sms_consent as consent, sms_suppressed as suppressed from contact where phone = ${phone}`,
  );
  return row;
};
const ended = { consent: 'unsubscribed', suppressed: true };
const going = { consent: 'subscribed', suppressed: false };

describe('START', () => {
  it('begins anew what the person ended otherwise: a STOP that is forgotten, at the provider, by a link', async () => {
    await text('STOP');
    await app.sql(sql`delete from reply`);
    await text('START');
    expect(await stateOf(ADA)).toEqual(going);
    const { id: run } = await carryOut(app, { channel: 'sms' });
    await app.sql(sql`update run_batch set provider = 'my-twilio' where run_id = ${run}`);
    const key = app.providers.sms.messages.find(({ to }) => to === ADA)!.deliveryKey;
    const body = new URLSearchParams({ MessageSid: id(), MessageStatus: 'failed', ErrorCode: '21610' }).toString();
    const query = `?delivery=${key}`;
    const report = TELLERS.twilio!.sign({ body, query }, app.clock.now(), '', `${HOST}/inbound/my-twilio`);
    await call('twilio', report);
    expect(await stateOf(ADA)).toEqual(ended);
    await text('START');
    expect(await stateOf(ADA)).toEqual(going);
    const link = app.app.get(UnsubscriptionService).urlFor({ contactId: 1, address: ADA }, 'sms', run);
    await app.request('POST', new URL(link).pathname, undefined, { authorization: '' });
    expect(await stateOf(ADA)).toEqual(ended);
    await text('START');
    expect(await stateOf(ADA)).toEqual(going);
  });

  it('begins anew for who has a number since that somebody ended', async () => {
    await text('stop', { from: '+4915112345666' });
    const { body } = await app.request('POST', '/contacts', { phone: '+4915112345666' });
    await text('START', { from: '+4915112345666' });
    expect(await stateOf('+4915112345666')).toEqual({ consent: 'subscribed', suppressed: true });
    app.clock.advance(1_000);
    await text('START', { from: '+4915112345666' });
    expect(await stateOf('+4915112345666')).toEqual(going);
    await app.request('DELETE', `/contacts/${body.id}`);
  });
});

describe('whose clock is wrong', () => {
  const hour = 3_600_000;
  const fromNow = (ms: number) => new Date(app.clock.now().getTime() + ms);

  it.each([hour, 900 * 365 * 24 * hour])('by %d ms: STOP ends what a START from times to come began', async (ahead) => {
    await text('START', { at: fromNow(ahead) });
    app.clock.advance(1_000);
    await text('STOP');
    expect(await stateOf(ADA)).toEqual(ended);
  });

  it('STOP by an account that is behind ends what another one began, and its START begins that anew', async () => {
    await text('START', { by: 'twilio' });
    app.clock.advance(1_000);
    await text('STOP', { at: fromNow(-5 * hour) });
    expect(await stateOf(ADA)).toEqual(ended);
    await text('START', { at: fromNow(-6 * hour) });
    expect(await stateOf(ADA)).toEqual(ended);
    await text('START', { at: fromNow(-4 * hour) });
    expect(await stateOf(ADA)).toEqual(going);
  });

  it('START by an account that is behind begins nothing that another one ended', async () => {
    await text('STOP', { by: 'twilio' });
    app.clock.advance(1_000);
    await text('START', { at: fromNow(-5 * hour) });
    expect(await stateOf(ADA)).toEqual(ended);
    await text('START', { by: 'twilio' });
    expect(await stateOf(ADA)).toEqual(going);
  });

  it('a START that was left behind is not obeyed after the STOP of another account', async () => {
    await text('START', { by: 'twilio' });
    await app.sql(sql`update reply set open = true`);
    await text('STOP', { at: fromNow(-5 * hour) });
    app.clock.advance(120_000);
    await app.app.get(Sweeper).housekeep();
    expect(await stateOf(ADA)).toEqual(ended);
  });
});

it('an end may be asked for in words of one’s own', async () => {
  for (const words of ['Nix mehr!', 'fini', 'please stop\nSent from my phone']) {
    await text(words);
    expect(await stateOf(ADA)).toEqual(ended);
    app.clock.advance(1_000);
    await text('START');
    app.clock.advance(1_000);
    expect(await stateOf(ADA)).toEqual(going);
  }
});
