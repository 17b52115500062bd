import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HttpSmsProvider } from '../src/delivery/channels/http/http-sms.provider.js';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { soon } from './support/hostile.js';
import { expectProblem } from './support/problems.js';
import { outgoing } from './support/provider-contract.js';

/** For a text of more than 60 characters it takes half a minute, for the try of an account nothing. */
const SLOW = '{"t":"{{ text }}"{% if text.size > 60 %}{% for i in (1..15000000) %}{% endfor %}{% endif %}}';

let app: TestApp;
let server: ApiServer;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
  server = await ApiServer.start();
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

const make = (body: string) =>
  app.request('POST', '/providers', {
    ...{ name: 'texts', channel: 'sms', kind: 'http', secrets: {}, settings: { url: server.url, body } },
  });

it('An HTTP SMS account puts its secret query behind its URL, and shows it nowhere', async () => {
  const account = { name: 'keyed', channel: 'sms', kind: 'http', settings: { url: server.url } };
  const keyed = (query: unknown) => app.request('POST', '/providers', { ...account, secrets: { query } });
  for (const wrong of [[], 'a=b', { key: 7 }])
    expectProblem(await keyed(wrong), 400, 'INVALID_PROVIDER', '/secrets/query');
  const { status, body } = await keyed({ key: 'canary & 1' });
  expect([status, JSON.stringify(body)]).toEqual([201, expect.not.stringContaining('canary')]);
  server.script = ({ path }) => ({ status: 400, body: `{"error":"unknown key canary & 1","path":"${path}"}` });
  const test = await app.request('POST', `/providers/${body.id}/test`, { to: '+12025550123' });
  server.script = () => ({ status: 200 });
  expect(server.seen.at(-1)!.path).toBe('/messages?v=1&key=canary+%26+1');
  expect(JSON.stringify(test.body)).not.toContain('canary');
  await app.request('DELETE', `/providers/${body.id}`);
});

describe('the body of an HTTP SMS account', () => {
  it.each([
    ['loops', '{"t":"{{ text }}"{% for i in (1..15000000) %}{% endfor %}}', 'line 1, column 18'],
    ['loops for some texts', SLOW, 'line 1, column 41'],
    ['grows by a filter', '{"to":"{{ to }}",\n"t":"{{ text | replace: "a", text }}"}', 'line 2, column 6'],
    ['assigns', '{% assign a = text | append: text %}{"t":"{{ a }}"}', 'line 1, column 1'],
    ['has too many tags', `{"t":"${'{{ to }}'.repeat(1_001)}"}`, 'it has 1001 tags'],
  ])('is refused at once where it could take long: it %s', async (_, body, words) => {
    const answer = await soon(() => make(body));
    expectProblem(answer, 400, 'INVALID_PROVIDER', '/settings/body');
    expect(answer.body.errors[0].message).toContain(words);
  });

  it('may choose, cut and shorten', async () => {
    const body = '{"to":"{{ to | remove: "+" }}","t":"{% if text contains "~" %}{{ text | slice: 0, 2 }}{% endif %}"}';
    const { status, body: made } = await make(body);
    expect([status, made]).toEqual([201, expect.anything()]);
    await app.request('POST', `/providers/${made.id}/test`, { to: '+12025550123' });
    expect(JSON.parse(server.seen.at(-1)!.raw)).toEqual({ to: '12025550123', t: '' });
    await app.request('DELETE', `/providers/${made.id}`);
  });

  it('that was kept from before is not filled: the account has to be mended, or can be switched off', async () => {
    const { id } = (await make('{"t":"{{ text }}"}')).body;
    const settings = JSON.stringify({ url: server.url, body: SLOW });
    await app.sql(sql`update provider set settings = ${settings}::jsonb where id = ${id}`);
    const seen = server.seen.length;
    const { body } = await app.request('POST', `/providers/${id}/test`, { to: '+12025550123' });
    expect(body).toMatchObject({ outcome: 'deferred', scope: 'account', code: 'provider_misconfigured' });
    expect(body.response).toMatch(/^body cannot be used: line 1, column 41: this may take long/);
    expect(server.seen).toHaveLength(seen);
    expect((await app.request('PATCH', `/providers/${id}`, { enabled: false })).status).toBe(200);
    const mended = { settings: { url: server.url, body: '{"t":"{{ text }}"}' } };
    expect((await app.request('PATCH', `/providers/${id}`, mended)).status).toBe(200);
  });

  it('that cannot be filled with a message fails that one, which surely did not leave', async () => {
    const body = '{"t":"{{ text }}{% if text == "odd" %}{{ nobody.knows }}{% endif %}"}';
    const now = () => app.clock.now();
    const provider = new HttpSmsProvider({ url: server.url, body, allowPrivate: true, now });
    const seen = server.seen.length;
    const send = (text: string) => provider.send(outgoing({ to: '+15550100', body: text }), () => true);
    expect(await send('odd')).toMatchObject({ outcome: 'rejected', code: 'body_not_filled' });
    expect(server.seen).toHaveLength(seen);
    expect(await send('even')).toMatchObject({ outcome: 'sent' });
    await provider.close();
  });
});
