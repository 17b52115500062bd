import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, expectBalanced, gate, ledgerOf, openGates } from './support/engine.js';
import type { RecordingProvider } from './support/recording-provider.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

const open: TestApp[] = [];
/** Two processes on one database with one clock. */
async function two(env: Record<string, string>): Promise<[TestApp, TestApp]> {
  const settings = { BATCH_SIZE: '6', WINDOW_SIZE: '6', SENDER_LANES: '1', RETRY_BASE_MS: '1000', ...env };
  const one = await startApp({ env: settings });
  const other = await startApp({ env: settings, databaseUrl: one.databaseUrl, clock: one.clock });
  open.push(other, one);
  return [one, other];
}
beforeEach(() => {
  open.length = 0;
});
afterEach(async () => {
  openGates();
  for (const app of open) await app.close();
});

const sentBy = (...apps: TestApp[]) => apps.reduce((sum, app) => sum + app.providers.email.messages.length, 0);
const refusal = (code: string, retryAfterMs?: number): SendResult => ({
  outcome: 'deferred',
  scope: 'provider',
  code,
  retryAfterMs,
});
const provider = async (app: TestApp) =>
  (await app.request('GET', '/providers')).body.find(({ channel }: { channel: string }) => channel === 'email');

describe('a provider limit', () => {
  it('holds over all processes and through a restart', async () => {
    const [one, other] = await two({ EMAIL_RATE_LIMIT: '5/second, 9/minute' });
    await makeContacts(one, 12);
    const campaign = await makeCampaign(one);
    await one.tick();
    await other.tick();
    expect(sentBy(one, other)).toBe(5);
    expect(await provider(other)).toMatchObject({ state: 'limited', limits: [{ limit: 5, used: 5 }, { used: 5 }] });

    await one.app.close();
    const again = await startApp({
      env: { EMAIL_RATE_LIMIT: '5/second, 9/minute' },
      databaseUrl: one.databaseUrl,
      clock: one.clock,
    });
    open.splice(open.indexOf(other), 0, again);
    await again.tick();
    expect(sentBy(again, other)).toBe(sentBy(other));
    one.clock.advance(1_100);
    await again.tick();
    await other.tick();
    expect(sentBy(one, other, again)).toBe(9);
    one.clock.advance(61_500);
    await other.tick();
    expect(await latestRun(other, campaign.id)).toMatchObject({ status: 'completed', sent: 12 });
    expect((await ledgerOf(other, (await latestRun(other, campaign.id)).id))['c1@example.com']).toMatchObject({
      attempts: 1,
      failed_attempts: [],
    });
  });

  it('is shared fairly: a small run does not wait for the end of a large one', async () => {
    const [app] = await two({ EMAIL_RATE_LIMIT: '4/second' });
    await makeContacts(app, 24);
    await app.request('POST', '/segments', { name: 'few' });
    await makeContacts(app, 2, { prefix: 'few', segments: ['few'] });
    const large = await makeCampaign(app);
    const small = await makeCampaign(app, { target_segment: 'few' });
    await app.tick();
    app.clock.advance(1_100);
    await app.tick();
    expect(await latestRun(app, small.id)).toMatchObject({ status: 'completed', sent: 2 });
    expect((await latestRun(app, large.id)).pending).toBeGreaterThan(15);
  });
});

describe('a provider that asks to wait', () => {
  it('is left alone by every process until then, and no try is burnt', async () => {
    const [one, other] = await two({});
    await makeContacts(one, 12);
    const campaign = await makeCampaign(one);
    one.providers.email.answer = () => refusal('http_429', 5_000);
    await one.tick();
    await other.tick();
    expect(sentBy(other)).toBe(0);
    expect(await provider(other)).toMatchObject({ state: 'put_off', reason: 'http_429' });
    one.clock.advance(4_999);
    await other.tick();
    expect(sentBy(other)).toBe(0);
    one.clock.advance(2);
    await other.tick();
    const run = await latestRun(other, campaign.id);
    expect(run).toMatchObject({ status: 'completed', sent: 12 });
    expect((await ledgerOf(other, run.id))['c1@example.com']).toMatchObject({ attempts: 1 });
    await expectBalanced(other, run.id);
  });
});

/** Makes a provider send like a single connection: a message starts when the one before has its answer. */
function oneByOne(recording: RecordingProvider): void {
  const send = recording.send.bind(recording);
  let last: Promise<unknown> = Promise.resolve();
  recording.send = (message, mayStart) => {
    const sent = last.then(() => send(message, mayStart));
    // Whoever hears of the answer first is the sender, as with a connection that is then free again.
    last = sent.then(() => nextTurn());
    return sent;
  };
}

describe('a provider that fails', () => {
  it('is asked a few times, then by one message after half a minute, and by all when that went through', async () => {
    const [one, other] = await two({ WINDOW_SIZE: '100', BATCH_SIZE: '100' });
    await makeContacts(one, 60);
    const campaign = await makeCampaign(one);
    const seen: number[] = [];
    for (const app of [one, other]) oneByOne(app.providers.email);
    for (const app of [one, other]) app.providers.email.answer = () => refusal('smtp_connect');
    await one.tick();
    await other.tick();
    seen.push(sentBy(one, other));
    one.clock.advance(30_001);
    await one.tick();
    await other.tick();
    seen.push(sentBy(one, other));
    one.clock.advance(30_001);
    await other.tick();
    seen.push(sentBy(one, other));
    one.clock.advance(30_001);
    await one.tick();
    seen.push(sentBy(one, other));
    expect(seen).toEqual([5, 6, 6, 7]);
    expect(await provider(one)).toMatchObject({ state: 'put_off', reason: 'smtp_connect' });

    for (const app of [one, other]) app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    one.clock.advance(120_001);
    await one.tick();
    const run = await latestRun(other, campaign.id);
    expect(run).toMatchObject({ status: 'completed', sent: 60 });
    expect((await ledgerOf(other, run.id))['c1@example.com']).toMatchObject({ attempts: 1 });
    expect(await provider(one)).toMatchObject({ state: 'ready', reason: null });
  });
});

describe('a run of which too much fails', () => {
  it('is paused with the reason; resumed, it counts anew', async () => {
    const [app] = await two({ WINDOW_SIZE: '100', BATCH_SIZE: '100' });
    await makeContacts(app, 500);
    const campaign = await makeCampaign(app);
    const held = gate();
    let count = 0;
    app.providers.email.answer = async () => {
      count += 1;
      if (count > 200) await held.opened;
      return { outcome: 'rejected', code: 'smtp_550' };
    };
    const working = app.tick();
    await eventually(() => count === 300);
    await app.app.get(DeliveryService).brake();
    held.open();
    await working;
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'paused', failed: 300, pending: 200 });
    const { body } = await app.request('GET', `/campaigns/${campaign.id}`);
    expect(body).toMatchObject({ status: 'paused' });
    expect(body.status_reason).toContain('200 of 200 messages failed');

    await app.request('POST', `/campaigns/${campaign.id}/resume`);
    await app.app.get(DeliveryService).brake();
    expect((await latestRun(app, campaign.id)).status).toBe('processing');
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', failed: 300, sent: 200 });
  });
});

describe('the one message that tries a provider again', () => {
  it('is another one where its recipient is left out', async () => {
    const [app] = await two({ WINDOW_SIZE: '10', BATCH_SIZE: '10' });
    await makeContacts(app, 10);
    const campaign = await makeCampaign(app);
    oneByOne(app.providers.email);
    app.providers.email.answer = () => refusal('smtp_connect');
    await app.tick();
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    const { body } = await app.request('GET', '/contacts?limit=10');
    for (const { id } of body.slice(0, 9))
      await app.request('PATCH', `/contacts/${id}`, { consent: { email: 'unsubscribed' } });
    app.clock.advance(60_001);
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 1, skipped: 9 });
  });
});
