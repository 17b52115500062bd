import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign } from './support/factories.js';
import { TELLERS } from './support/tellers.js';

const HOUR = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { DEFAULT_COUNTRY: 'DE', RETRY_MAX_ATTEMPTS: '1' } });
});
afterAll(async () => {
  openGates();
  await app.close();
});

const make = async (contact: object): Promise<number> => (await app.request('POST', '/contacts', contact)).body.id;
const erase = async (id: number) => expect((await app.request('POST', `/contacts/${id}/erase`)).status).toBe(200);
/** Where in the database a text stands, in whatever column. */
async function placesOf(text: string): Promise<string[]> {
  const tables = await app.sql(sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`);
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await app.sql(
      sql<{
        any: boolean;
      }>`select exists (select from ${sql.table(name)} t where strpos(lower(t::text), ${text}) > 0) as any`,
    );
    if (row!.any) found.push(name);
  }
  return found;
}

/** Sends to the contact alone, erases it while its message is with the provider, and lets the provider answer. */
async function eraseInFlight(id: number, answer: Awaited<ReturnType<TestApp['providers']['email']['answer']>>) {
  const { opened, open } = gate();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = async () => opened.then(() => answer);
  const campaign = await makeCampaign(app);
  const ticked = app.tick();
  await handedOver(app, 1);
  const key = app.providers.email.messages[0]!.deliveryKey;
  await erase(id);
  open();
  await ticked;
  return { campaign, key, run: await latestRun(app, campaign.id) };
}

describe('what comes after an erasure', () => {
  it('is kept without the words of a provider that refuses', async () => {
    const id = await make({ email: 'late@canary.example' });
    const response = '550 5.1.1 late@canary.example unknown Mr late@canary.example';
    const { run } = await eraseInFlight(id, { outcome: 'rejected', code: 'smtp_550', response });
    expect(run).toMatchObject({ audience: 1, failed: 1 });
    expect(await app.sql(sql`select code, response from delivery_attempt where contact_id = ${id}`)).toEqual([
      { code: 'smtp_550', response: null },
    ]);
    expect(await placesOf('late@canary.example')).toEqual([]);
  });

  it('is kept without what evidence says, and without the words of a bounce', async () => {
    const id = await make({ email: 'doubt@canary.example' });
    const { run, key } = await eraseInFlight(id, { outcome: 'unknown', code: 'gone' });
    expect(run).toMatchObject({ in_doubt: 1 });
    const evidence = { delivery_key: key, verdict: 'refused', response: '550 5.1.1 doubt@canary.example' };
    const { body } = await app.request('POST', '/evidence', [evidence]);
    expect(body).toMatchObject([{ result: 'settled', outcome: 'failed' }]);
    expect((await app.request('POST', '/inbound/mail', bounce('doubt@canary.example', key), mail)).status).toBe(200);
    expect(await app.sql(sql`select contact_id, message, words, address_hash, open from report`)).toEqual([
      { contact_id: id, message: null, words: null, address_hash: null, open: false },
    ]);
    expect(await placesOf('doubt@canary.example')).toEqual([]);
  });

  it('is kept without what the provider calls the message, an hour later', async () => {
    const id = await make({ email: 'taken@canary.example' });
    await eraseInFlight(id, { outcome: 'sent', providerMessageId: 'taken-by-47' });
    await app.app.get(Sweeper).housekeep();
    expect(await placesOf('taken-by-47')).not.toEqual([]);
    app.clock.advance(HOUR + 1_000);
    await app.app.get(Sweeper).housekeep();
    expect(await placesOf('taken-by-47')).toEqual([]);
  });

  it('is no text from its number, while one from anybody else stays', async () => {
    await app.request('POST', '/providers', { name: 'texts', channel: 'sms', ...TELLERS.http!.account });
    const id = await make({ phone: '+4917155501' });
    await erase(id);
    for (const from of ['+4917155501', '+4917155502']) await text(from, 'where do you have that from?');
    expect(await app.sql(sql`select phone from reply`)).toEqual([{ phone: '+4917155502' }]);
  });
});

describe('a reason that outlives its recipient', () => {
  it.each([
    ['a run that is paused', 'account', undefined],
    ['an account that asks to wait', 'provider', 60_000],
  ] as const)('names nobody: %s', async (_name, scope, retryAfterMs) => {
    const id = await make({ email: `${scope}-7@canary.example` });
    const response = `450 too much for <${scope.toUpperCase()}-7@Canary.example>, user ${scope}-7, zz@example.net, +49 171 1234567`;
    app.providers.email.answer = () => ({ outcome: 'deferred', scope, code: 'smtp_450', response, retryAfterMs });
    const campaign = await makeCampaign(app);
    await app.tick();
    for (const text of ['canary.example', '-7', 'zz@example', '171 123'])
      expect([
        text,
        ...(await placesOf(text)).filter((name) => /^(run|campaign|provider_account)$/.test(name)),
      ]).toEqual([text]);
    const reasons = await app.sql(sql<{ reason: string | null }>`
      select reason from run where campaign_id = ${campaign.id} union all select reason from provider_account`);
    expect(reasons.map(({ reason }) => reason).join()).toContain('450 too much for <***>, user ***, ***, ***');
    await app.request('DELETE', `/campaigns/${campaign.id}`);
    await erase(id);
  });
});

const mail = { 'content-type': 'message/rfc822' };
const bounce = (to: string, key: string) =>
  `From: MAILER-DAEMON@mx.example.net
To: news@example.org
Message-Id: <dsn-${key}@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ${to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <${to}> unknown

--b
Content-Type: message/rfc822

From: news@example.org
Message-ID: <${key}@example.org>
Subject: Hello

Hello
--b--
`.replaceAll('\n', '\r\n');

async function text(from: string, words: string) {
  const body = JSON.stringify({ type: 'sms.received', from, text: words, timestamp: app.clock.now().toISOString() });
  const signed = TELLERS.http!.sign({ body }, app.clock.now(), `from-${from}`, '');
  const headers = { authorization: '', ...signed.headers };
  expect((await app.request('POST', '/inbound/texts', signed.body, headers)).status).toBe(200);
}
