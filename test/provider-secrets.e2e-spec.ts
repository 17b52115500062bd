import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
let theirs: ApiServer;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
  theirs = await ApiServer.start();
});
afterAll(async () => {
  await app.close();
  await theirs.stop();
});
afterEach(() => app.sql(sql`delete from provider`));

const WEBHOOK = `whsec_${'a'.repeat(32)}`;
const from = 'news@example.org';
const make = async (account: object): Promise<number> => {
  const { status, body } = await app.request('POST', '/providers', { name: 'ours', ...account });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body.id as number;
};
const change = (id: number, changes: object) => app.request('PATCH', `/providers/${id}`, changes);
const settingsOf = async (id: number) => (await app.request('GET', `/providers/${id}`)).body.settings;

describe('a secret that is kept', () => {
  const api = { channel: 'email', kind: 'resend', secrets: { api_key: 're_kept', webhook_secret: WEBHOOK } };
  const mail = { channel: 'email', kind: 'smtp', secrets: { password: 'kept' } };
  const sms = { channel: 'sms', kind: 'http', secrets: { headers: { authorization: 'Bearer kept' } } };
  const smtp = { from, host: 'mail.example.org', user: 'ours' };
  const moves: [string, object, object, object, string][] = [
    ['an API', api, { from }, { from, endpoint: 'https://evil.example' }, 'api_key'],
    [
      'an API, by another port',
      api,
      { from, endpoint: 'https://a.example' },
      { from, endpoint: 'https://a.example:8443' },
      'api_key',
    ],
    ['a mail server', mail, smtp, { ...smtp, host: 'evil.example' }, 'password'],
    ['a mail server, by another port', mail, smtp, { ...smtp, port: 2525 }, 'password'],
    [
      'a mail server, or in clear text to the same,',
      mail,
      { ...smtp, security: 'starttls' },
      { ...smtp, security: 'opportunistic' },
      'password',
    ],
    [
      'a mail server, or to whoever says to be it,',
      mail,
      { ...smtp, security: 'starttls' },
      { ...smtp, security: 'starttls', allow_invalid_certificate: true },
      'password',
    ],
    ['any SMS provider', sms, { url: 'https://sms.example/a' }, { url: 'http://sms.example/a' }, 'headers'],
  ];

  it.each(moves)(
    'does not go to another host of %s unless it is given anew',
    async (_, kind, settings, moved, secret) => {
      const id = await make({ ...kind, settings });
      expectProblem(await change(id, { settings: moved }), 400, 'INVALID_PROVIDER', `/secrets/${secret}`);
      expect(await settingsOf(id)).toEqual(settings);
      const secrets = (kind as { secrets: Record<string, unknown> }).secrets;
      const anew = await change(id, { settings: moved, secrets: { [secret]: secrets[secret] } });
      expect(anew).toMatchObject({ status: 200, body: { settings: moved, has_secret: true } });
    },
  );

  it('is asked for again by a device’s service, whose token would go there', async () => {
    const google = { project_id: 'p', client_email: 'a@example.org' };
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const secrets = { service_account: { ...google, private_key } };
    const id = await make({ channel: 'push', kind: 'fcm', settings: {}, secrets });
    const settings = { endpoint: theirs.origin };
    expectProblem(await change(id, { settings }), 400, 'INVALID_PROVIDER', '/secrets/service_account');
  });

  it('stays with other settings, and another path of its host', async () => {
    const id = await make({ ...api, settings: { from, endpoint: 'https://proxy.example/a' } });
    const settings = { from: 'other@example.org', endpoint: 'https://PROXY.example/b/' };
    expect(await change(id, { settings })).toMatchObject({ status: 200, body: { settings, has_secret: true } });
  });

  it('stays where its mail server is spoken to with more care', async () => {
    const id = await make({ ...mail, settings: { ...smtp, allow_invalid_certificate: true } });
    const settings = { ...smtp, security: 'starttls' };
    expect(await change(id, { settings })).toMatchObject({ status: 200, body: { settings } });
  });

  it('is not there to be asked for where an account has none, or none that leaves', async () => {
    const bare = await make({ channel: 'sms', kind: 'http', settings: { url: 'https://sms.example/a' }, secrets: {} });
    expect(await change(bare, { settings: { url: theirs.url } })).toMatchObject({ status: 200 });
    const settings = { from, host: 'mail.example.org' };
    const secrets = { webhook_secret: WEBHOOK };
    const reporting = await make({ name: 'mail2', channel: 'email', kind: 'smtp', settings, secrets });
    expect(await change(reporting, { settings: { ...settings, host: 'other.example' } })).toMatchObject({
      status: 200,
    });
  });
});

describe('the endpoint of an account', () => {
  it('may have a path, but neither a query nor a password', async () => {
    const account = (endpoint: string) => ({
      ...{ name: 'ours', channel: 'email', kind: 'postmark', secrets: { server_token: 'pm' } },
      settings: { from, endpoint },
    });
    for (const wrong of ['https://proxy.example/?to=', 'https://proxy.example/a#b', 'https://a:b@proxy.example'])
      expectProblem(
        await app.request('POST', '/providers', account(wrong)),
        400,
        'INVALID_PROVIDER',
        '/settings/endpoint',
      );
    expect(await app.request('POST', '/providers', account(`${theirs.origin}/evil`))).toMatchObject({ status: 201 });
  });
});
