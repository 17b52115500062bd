import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HttpSmsProvider } from '../src/delivery/channels/http/http-sms.provider.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, countsOf, expectBalanced } from './support/engine.js';
import { explain } from './support/explaining.js';
import { latestRun, makeCampaign } from './support/factories.js';
import { type ApiAct, ApiServer } from './support/api-server.js';

const PHONES = ['+15550101', '+15550102'] as const;
const HOUR = 3_600_000;
/** A template that never comes to an end for whoever is called Endless. */
const message = `Hello {% if first_name == 'Endless' %}{% for i in (1..3000) %}{% for j in (1..3000) %}x{% endfor %}{% endfor %}{% endif %}`;

let app: TestApp;
let server: ApiServer;
let provider: HttpSmsProvider;
beforeAll(async () => {
  app = await startApp({ env: { RETRY_BASE_MS: '1000', RETRY_MAX_ATTEMPTS: '2' } });
});
afterAll(() => app.close());
beforeEach(async () => {
  server = await ApiServer.start();
  const now = () => app.clock.now();
  provider = new HttpSmsProvider({ url: server.url, idempotent: true, allowPrivate: true, now, timeoutMs: 2_000 });
  app.providers.sms.answer = (outgoing) => provider.send(outgoing, () => true);
  await app.sql(sql`delete from contact`);
  await app.sql(sql`delete from suppression`);
  const contacts = PHONES.map((phone) => ({ phone, first_name: 'Ada' }));
  await app.request('POST', '/contacts/bulk', { contacts });
});
afterEach(async () => {
  await provider.close();
  await server.stop();
  await app.sql(sql`update run set status = 'cancelling' where finished_at is null`);
  await app.tick();
  await app.sql(sql`delete from provider_account`);
  app.clock.advance(HOUR);
});

/** Answers the texts to the first phone as told, and takes all others. */
function answerFirst(act: ApiAct): void {
  server.script = ({ raw }) => (raw.includes(PHONES[0]) ? act : { status: 200 });
}
const urlOf = async (phone: string): Promise<string> =>
  `/contacts/${(await app.sql(sql<{ id: number }>`select id from contact where phone = ${phone}`))[0]!.id}`;
const change = async (to: object) => app.request('PATCH', await urlOf(PHONES[0]), to);

/** A run whose first message was taken by a provider that hung up without a word: it waits for its repeat. */
async function doubt(act: ApiAct = 'take_and_close') {
  answerFirst(act);
  const campaign = await makeCampaign(app, { channel: 'sms', message });
  await app.tick();
  const run = await latestRun(app, campaign.id);
  expect(run).toMatchObject({ status: 'processing', sent: 1, pending: 1 });
  expect((await batchesOf(app, run.id)).map(({ doubtful }) => doubtful)).toEqual([false, true]);
  return run;
}
/** What became of whoever was in doubt, once the repeat is due. */
async function endOf(run: { id: number; campaign_id: number }) {
  app.clock.advance(2_000);
  await app.tick();
  await expectBalanced(app, run.id);
  const { body } = await app.request('GET', `/runs/${run.id}/deliveries`);
  return body.find(({ provider_message_id }: { provider_message_id: string }) => !provider_message_id);
}

describe('a text that may have been taken and waits for its repeat', () => {
  const ends: [string, (run: { campaign_id: number }) => unknown, string][] = [
    ['is cancelled', ({ campaign_id }) => app.request('POST', `/campaigns/${campaign_id}/cancel`), 'cancelled'],
    ['is overdue', () => app.clock.advance(100 * HOUR), 'expired'],
    ['is for somebody who opted out', () => change({ consent: { sms: 'unsubscribed' } }), 'unsubscribed'],
    ['is for somebody without a phone now', () => change({ phone: null, email: 'a@example.com' }), 'no_address'],
    ['is for somebody deleted', async () => app.request('DELETE', await urlOf(PHONES[0])), 'contact_deleted'],
    ['cannot be rendered any more', () => change({ first_name: 'Endless' }), 'render_error'],
    ['is refused the second time', () => answerFirst({ status: 400 }), 'http_400'],
  ];

  it.each(ends)('is in doubt when it %s', async (_, happens, reason) => {
    const run = await doubt();
    await happens(run);
    expect(await endOf(run)).toMatchObject({ outcome: 'in_doubt', reason: `sent_or_${reason}`, attempts: 1 });
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 1, failed: 0, skipped: 0, in_doubt: 1 });
    expect(server.taken).toHaveLength(2);
  });

  it('is in doubt when it is out of tries, and was not taken by one who was merely asked to wait', async () => {
    const run = await doubt({ status: 500, takes: true });
    expect(await endOf(run)).toMatchObject({ outcome: 'in_doubt', reason: 'sent_or_attempts_exhausted', attempts: 2 });
    await app.sql(sql`delete from provider_account`);
    answerFirst({ status: 429 });
    const { id } = await makeCampaign(app, { channel: 'sms', message });
    await app.tick();
    await app.request('POST', `/campaigns/${id}/cancel`);
    await app.tick();
    // The other left before the answer to the first was there, or was put off by it.
    const { status, sent, skipped, in_doubt } = await latestRun(app, id);
    expect({ status, in_doubt, ended: sent + skipped }).toEqual({ status: 'cancelled', in_doubt: 0, ended: 2 });
    expect(skipped).toBeGreaterThan(0);
  });

  it('stays doubtful however often it is put off, and is sent once its provider knows it again', async () => {
    const run = await doubt();
    answerFirst({ status: 429 });
    app.clock.advance(2_000);
    await app.tick();
    expect((await batchesOf(app, run.id)).map(({ doubtful }) => doubtful)).toEqual([false, true, true]);
    const { rules } = await explain(app, run.campaign_id, `?contact_id=${(await urlOf(PHONES[0])).split('/')[2]}`);
    expect(rules.outcome).toMatchObject({
      verdict: 'wait',
      detail: expect.stringMatching(/^It waits for its repeat, and may have been reached already. It is due at /),
    });
    answerFirst({ status: 200 });
    app.clock.advance(60_000);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 2, in_doubt: 0 });
    expect(server.taken).toHaveLength(2);
  });
});

describe('under a frequency cap', () => {
  it('who may have been reached has had a message, and is in doubt where the cap keeps the repeat from them', async () => {
    const run = await doubt();
    answerFirst({ status: 200 });
    await app.sql(sql`delete from provider_account`);
    const capped = await startApp({
      env: { FREQUENCY_CAP_SMS: '1/day' },
      databaseUrl: app.databaseUrl,
      clock: app.clock,
    });
    const { id: second } = await makeCampaign(app, { channel: 'sms', message });
    await capped.tick();
    expect(await latestRun(app, second)).toMatchObject({ sent: 0, skipped: 2 });
    const { id: third } = await makeCampaign(app, { channel: 'sms', message });
    await app.tick();
    expect(await latestRun(app, third)).toMatchObject({ sent: 2 });
    app.clock.advance(2_000);
    await capped.tick();
    await capped.close();
    expect(await endOf(run)).toMatchObject({ outcome: 'in_doubt', reason: 'sent_or_frequency_cap' });
    const { rules } = await explain(app, run.campaign_id, `?contact_id=${(await urlOf(PHONES[0])).split('/')[2]}`);
    expect(rules.frequency_cap).toMatchObject({ verdict: 'stop' });
  });
});
