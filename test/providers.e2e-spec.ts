import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AccessService } from '../src/access/access.service.js';
import { PROVIDER_KIND_NAMES } from '../src/delivery/channels/provider-kinds.js';
import { providerExamples } from '../src/delivery/providers.examples.js';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { VENDORS } from './support/vendors.js';

let app: TestApp;
let server: ApiServer;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true', PUBLIC_URL: 'https://bell.example' } });
  server = await ApiServer.start();
});
afterAll(async () => {
  await app.close();
  await server.stop();
});
afterEach(async () => {
  await app.sql(sql`update campaign set status = 'cancelled', next_run_at = null`);
  await app.sql(sql`delete from provider`);
});

const grid = (overrides: Record<string, unknown> = {}) => ({
  ...{ name: 'grid', channel: 'email', kind: 'sendgrid', secrets: { api_key: 'SG.key' } },
  settings: { from: 'News <news@example.org>', endpoint: server.origin },
  ...overrides,
});
const sms = (body: string) => ({ channel: 'sms', kind: 'http', settings: { url: server.origin, body }, secrets: {} });
const create = async (overrides: Record<string, unknown> = {}) => {
  const { status, body } = await app.request('POST', '/providers', grid(overrides));
  expect([status, body]).toEqual([201, expect.anything()]);
  return body;
};
const list = async () => (await app.request('GET', '/providers')).body;

describe('an account', () => {
  it('is shown as it was made, without its secrets, which nobody finds in the database either', async () => {
    const limits = [{ period: 'second', limit: 5 }];
    const made = await create({ limits, secrets: { api_key: 'SG.canary-4711' } });
    expect(made).toMatchObject({
      ...{ name: 'grid', channel: 'email', kind: 'sendgrid', source: 'database', has_secret: true, default: false },
      ...{ enabled: true, fallback_id: null, state: 'ready', limits: [{ period: 'second', limit: 5, used: 0 }] },
      settings: { from: 'News <news@example.org>', endpoint: server.origin },
      reports_to: 'https://bell.example/inbound/grid',
    });
    const { body, headers } = await app.request('GET', `/providers/${made.id}`);
    expect(body).toEqual(made);
    expect(headers.etag).toBe(`"${made.version}"`);
    const [row] = await app.sql<{ text: string }>(sql`select provider::text as text from provider`);
    expect(JSON.stringify([made, await list(), row])).not.toContain('canary');
  });

  it('of each kind can be made as the documentation shows it', async () => {
    const shown = Object.values(providerExamples).map(({ value }) => value);
    expect(shown.map(({ kind }) => kind).sort()).toEqual([...PROVIDER_KIND_NAMES].sort());
    for (const value of shown) {
      const { status, body } = await app.request('POST', '/providers', { ...value, fallback_id: null });
      expect([status, body]).toEqual([201, expect.objectContaining({ kind: value.kind })]);
    }
    const { body } = await app.request('GET', '/docs-json');
    expect(Object.keys(body.paths['/providers'].post.requestBody.content['application/json'].examples)).toHaveLength(
      12,
    );
    for (const model of ['SesSettings', 'TwilioSecrets', 'SandboxSettings'])
      expect(body.components.schemas).toHaveProperty(model);
  });

  it('is refused with every field that is wrong, and nothing of it is kept', async () => {
    const rows: [Record<string, unknown>, string, ...string[]][] = [
      [{ name: 'Grid!' }, 'VALIDATION_FAILED', '/name'],
      [{ kind: 'pigeon' }, 'VALIDATION_FAILED', '/kind'],
      [{ extra: 1 }, 'VALIDATION_FAILED', '/extra'],
      [{ settings: null }, 'VALIDATION_FAILED', '/settings'],
      [{ limits: [null] }, 'VALIDATION_FAILED', '/limits/0'],
      [{ limits: [{ period: 'year', limit: 0 }] }, 'VALIDATION_FAILED', '/limits/0/period', '/limits/0/limit'],
      [{ name: 'smtp' }, 'INVALID_PROVIDER', '/name'],
      [{ channel: 'sms' }, 'INVALID_PROVIDER', '/channel'],
      [
        { settings: { from: 7, port: 1 }, secrets: {} },
        'INVALID_PROVIDER',
        '/settings/from',
        '/settings/port',
        '/secrets/api_key',
      ],
      [{ settings: { from: 'nobody' } }, 'INVALID_PROVIDER', '/settings'],
      [{ secrets: { api_key: 'two words' } }, 'INVALID_PROVIDER', '/secrets/api_key'],
      [{ fallback_id: 4711 }, 'INVALID_PROVIDER', '/fallback_id'],
      [sms('{{'), 'INVALID_PROVIDER', '/settings/body'],
      [sms('{"text":"{{ text to }}"}'), 'INVALID_PROVIDER', '/settings/body'],
    ];
    for (const [overrides, code, ...pointers] of rows)
      expectProblem(await app.request('POST', '/providers', grid(overrides)), 400, code, ...pointers);
    expect((await list()).map(({ source }: { source: string }) => source)).toEqual(Array(3).fill('environment'));
  });

  it('keeps a template of requests from before all of it was looked at', async () => {
    const { id } = await create(sms('{"text":"{{ text }}"}'));
    const { settings } = sms('{"text":"{{ text to }}"}');
    await app.sql(sql`update provider set settings = ${JSON.stringify(settings)} where id = ${id}`);
    const edit = (body: object) => app.request('PATCH', `/providers/${id}`, body);
    expect(await edit({ settings: { ...settings, connections: 2 } })).toMatchObject({ status: 200 });
    const { settings: other } = sms('{"text":"{{ text id }}"}');
    expectProblem(await edit({ settings: other }), 400, 'INVALID_PROVIDER', '/settings/body');
  });

  it('is switched off also where a rule came after its settings', async () => {
    const { id } = await create(sms('{"text":"{{ text }}"}'));
    await app.sql(sql`update provider set settings = settings || '{"from_before":1}' where id = ${id}`);
    const edit = (body: object) => app.request('PATCH', `/providers/${id}`, body);
    expect(await edit({ enabled: false })).toMatchObject({ status: 200, body: { enabled: false } });
    const { settings } = (await app.request('GET', `/providers/${id}`)).body;
    expectProblem(await edit({ settings }), 400, 'INVALID_PROVIDER', '/settings/from_before');
  });

  it('has a name of its own, and is edited from its present version only', async () => {
    const { id, version } = await create();
    expectProblem(await app.request('POST', '/providers', grid()), 409, 'PROVIDER_EXISTS');
    const edit = (enabled: boolean) =>
      app.request('PATCH', `/providers/${id}`, { enabled }, { 'if-match': `"${version}"` });
    expect(await edit(false)).toMatchObject({ status: 200, body: { enabled: false, state: 'off', has_secret: true } });
    expectProblem(await edit(true), 412, 'VERSION_MISMATCH');
    expectProblem(await app.request('PATCH', `/providers/${id}`, { name: 'other' }), 400, 'VALIDATION_FAILED', '/name');
    expectProblem(await app.request('PATCH', `/providers/${id}`, { fallback_id: id }), 400, 'INVALID_PROVIDER');
    expectProblem(await app.request('PATCH', '/providers/4711', {}), 404, 'PROVIDER_NOT_FOUND');
  });

  it('is made once where the request comes twice', async () => {
    const post = () => app.request('POST', '/providers', grid(), { 'idempotency-key': 'once' });
    const [first, again] = [await post(), await post()];
    expect([first.status, again.body]).toEqual([201, first.body]);
  });

  it('is changed only by an admin', async () => {
    const { id } = await create();
    const key = await app.app.get(AccessService).createKey('writer', ['write']);
    const as = { authorization: `Bearer ${key}` };
    expect((await app.request('GET', '/providers', undefined, as)).status).toBe(200);
    for (const [method, url, body] of [
      ['POST', '/providers', grid({ name: 'other' })],
      ['PATCH', `/providers/${id}`, {}],
      ['DELETE', `/providers/${id}`, undefined],
      ['POST', `/providers/${id}/test`, { to: 'me@example.org' }],
    ] as const)
      expectProblem(await app.request(method, url, body, as), 403, 'SCOPE_MISSING');
  });
});

describe('the default of a channel', () => {
  const defaults = async () =>
    (await list()).flatMap((row: Record<string, unknown>) =>
      row.default && row.channel === 'email' ? [row.name] : [],
    );

  it('is the one that was made so last, else the environment’s', async () => {
    expect(await defaults()).toEqual(['recording']);
    const one = await create({ name: 'one', default: true });
    await create({ name: 'two', default: true });
    expect(await defaults()).toEqual(['two']);
    await app.request('PATCH', `/providers/${one.id}`, { default: true });
    expect(await defaults()).toEqual(['one']);
    const both = [1, 2, 3].map((number) =>
      app.request('POST', '/providers', grid({ name: `at-once-${number}`, default: true })),
    );
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await defaults()).toHaveLength(1);
    await app.request('PATCH', `/providers/${one.id}`, { default: true });
    await app.request('DELETE', `/providers/${one.id}`);
    expect(await defaults()).toEqual(['recording']);
  });
});

describe('a test', () => {
  it('sends one real message, and tells what became of it', async () => {
    const { id } = await create({ enabled: false });
    const test = async (to = 'me@example.org') => await app.request('POST', `/providers/${id}/test`, { to });
    server.script = () => VENDORS.sendgrid!.accept;
    expect(await test()).toMatchObject({
      ...{ status: 200, body: { provider_id: id, to: 'me@example.org', outcome: 'sent', scope: null, code: null } },
      body: { provider_message_id: 'sg-1' },
    });
    expect(VENDORS.sendgrid!.read(server.seen.at(-1)!)).toMatchObject({ to: 'me@example.org' });
    server.script = () => ({ status: 401, body: 'the key SG.key is wrong' });
    const refused = { outcome: 'deferred', scope: 'account', code: 'http_401', response: 'the key *** is wrong' };
    expect(await test()).toMatchObject({ status: 200, body: refused });
    server.script = () => 'take_and_close';
    expect(await test()).toMatchObject({ status: 200, body: { outcome: 'unknown', code: 'http_no_answer' } });
    await app.request('PATCH', `/providers/${id}`, {
      settings: { from: 'a@example.org', endpoint: 'http://127.0.0.1:1' },
      secrets: { api_key: 'SG.key' },
    });
    expect(await test()).toMatchObject({ status: 200, body: { outcome: 'deferred', code: 'http_connect' } });
    expectProblem(await test('nobody'), 400, 'INVALID_ADDRESS', '/to');
    expectProblem(
      await app.request('POST', '/providers/4711/test', { to: 'me@example.org' }),
      404,
      'PROVIDER_NOT_FOUND',
    );
  });

  it('goes by the secrets that were changed, of which the others stay', async () => {
    const { id } = await create();
    server.script = (request) =>
      request.headers.authorization === 'Bearer SG.new' ? { status: 202 } : { status: 401 };
    const outcome = async () =>
      (await app.request('POST', `/providers/${id}/test`, { to: 'me@example.org' })).body.outcome;
    expect(await outcome()).toBe('deferred');
    await app.request('PATCH', `/providers/${id}`, { secrets: { api_key: 'SG.new' } });
    expect(await outcome()).toBe('sent');
    await app.request('PATCH', `/providers/${id}`, { settings: { from: 'a@example.org', endpoint: server.origin } });
    expect(await outcome()).toBe('sent');
  });
});

describe('an account that is needed', () => {
  it('cannot be deleted: by a campaign, by another as its fallback; after that it can', async () => {
    const account = await create();
    const other = await create({ name: 'other', fallback_id: account.id });
    const campaign = await makeCampaign(app, { schedule_time: '2030-01-01', provider: 'grid' });
    expect(campaign.provider).toBe('grid');
    const remove = () => app.request('DELETE', `/providers/${account.id}`);
    expectProblem(await remove(), 409, 'PROVIDER_IN_USE');
    await app.request('POST', `/campaigns/${campaign.id}/cancel`);
    expectProblem(await remove(), 409, 'PROVIDER_IN_USE');
    await app.request('PATCH', `/providers/${other.id}`, { fallback_id: null });
    expect((await remove()).status).toBe(204);
    expect((await app.request('GET', `/campaigns/${campaign.id}`)).body.provider).toBeNull();
    expectProblem(await app.request('GET', `/providers/${account.id}`), 404, 'PROVIDER_NOT_FOUND');
  });

  it('must be there, and of the campaign’s channel', async () => {
    await create();
    const campaign = { name: 'A', type: 'one_time', schedule_time: '2030-01-01', message: 'Hi' };
    for (const wrong of [{ provider: 'nobody' }, { provider: 'grid', channel: 'sms' }])
      expectProblem(
        await app.request('POST', '/campaigns/', { ...campaign, ...wrong }),
        400,
        'UNKNOWN_PROVIDER',
        '/provider',
      );
    expect((await makeCampaign(app, { schedule_time: '2030-01-01', provider: 'recording' })).provider).toBe(
      'recording',
    );
  });
});
