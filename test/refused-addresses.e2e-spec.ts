import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun, makeCampaign } from './support/factories.js';

let app: TestApp;
let server: ApiServer;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
  server = await ApiServer.start();
  const account = (name: string, channel: string, settings: object, secrets: object) =>
    app.request('POST', '/providers', {
      ...{ name: `my-${name}`, channel, kind: name, secrets, settings: { ...settings, endpoint: server.origin } },
    });
  const made = [
    await account('twilio', 'sms', { account_sid: `AC${'1'.repeat(32)}`, from: '+15550111' }, { auth_token: 'token' }),
    await account('postmark', 'email', { from: 'news@example.org' }, { server_token: 'token' }),
  ];
  expect(made.map(({ status, body }) => [status, body.detail])).toEqual(made.map(() => [201, undefined]));
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

/** Sends to a new contact through an account that answers so; how its delivery ended and how it stands on the channel then. */
async function refused(provider: 'twilio' | 'postmark', address: string, status: number, body: object) {
  server.script = () => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const channel = provider === 'twilio' ? 'sms' : 'email';
  const segment = `of ${address}`;
  await app.request('POST', '/segments', { name: segment });
  const { body: contact } = await app.request('POST', '/contacts', {
    ...{ [channel === 'sms' ? 'phone' : 'email']: address, segments: [segment], consent: { [channel]: 'subscribed' } },
  });
  const { id } = await makeCampaign(app, {
    channel,
    provider: `my-${provider}`,
    target_segment: segment,
    kind: 'transactional',
  });
  await app.tick();
  const run = await latestRun(app, id);
  await expectBalanced(app, run.id);
  const [delivery] = Object.values(await ledgerOf(app, run.id));
  const { body: consent } = await app.request('GET', `/contacts/${contact.id}/consent`);
  const stand = consent.find((one: { channel: string }) => one.channel === channel);
  const { body: listed } = await app.request('GET', `/suppressions?address=${encodeURIComponent(address)}`);
  const reasons = listed.map(({ reason }: { reason: string }) => reason);
  return [delivery!.outcome, delivery!.reason, stand.status, reasons];
}

describe('a refusal at sending', () => {
  it('that says that somebody answered STOP unsubscribes them, as STOP does', async () => {
    const told = { code: 21610, message: 'Attempt to send to unsubscribed recipient', status: 400 };
    expect(await refused('twilio', '+4915112345101', 400, told)).toEqual([
      ...['failed', 'http_400_21610', 'unsubscribed', ['unsubscribe']],
    ]);
  });

  it.each([
    ['twilio', '+4915112345102', 400, { code: 21211, message: "Invalid 'To' Phone Number" }, 'http_400_21211'],
    ['twilio', '+4915112345103', 400, { code: 21614, message: 'not a mobile number' }, 'http_400_21614'],
    ['postmark', 'gone@example.org', 422, { ErrorCode: 406, Message: 'inactive recipient' }, 'http_422_406'],
  ] as const)('of %s to %s that says that the address is dead suppresses it', async (name, to, status, body, code) => {
    expect(await refused(name, to, status, body)).toEqual(['failed', code, 'subscribed', ['bounce']]);
  });

  it('that is about the message suppresses nobody', async () => {
    const long = { code: 21617, message: 'The message body exceeds the limit', status: 400 };
    expect(await refused('twilio', '+4915112345104', 400, long)).toEqual([
      'failed',
      'http_400_21617',
      'subscribed',
      [],
    ]);
  });
});
