import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';
import type { RecordingProvider } from './support/recording-provider.js';

const HOUR = 3_600_000;

describe('an address is asked to confirm once an hour', () => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await startApp();
    other = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
  });
  afterAll(async () => {
    await other.close();
    await app.close();
  });
  afterEach(() => {
    for (const { providers } of [app, other]) providers.email.messages.length = 0;
  });

  const create = async (body: object): Promise<number> => (await app.request('POST', '/contacts', body)).body.id;
  const ask = (id: number, channel = 'email', where = app) =>
    where.request('POST', `/contacts/${id}/opt-in`, { channel, text_version: '1' });
  const visit = (url: string) => app.request('GET', new URL(url).pathname, undefined, { authorization: '' });
  const sent = () => [app, other].flatMap(({ providers }) => providers.email.messages).length;

  it('and whoever asks sooner hears when, which leaves everything as it was', async () => {
    const id = await create({ email: 'often@example.com' });
    const { body } = await ask(id);
    app.clock.advance(HOUR - 10_000);
    const before = (await app.request('GET', `/contacts/${id}/consent/history`)).body;
    const refused = await ask(id);
    expectProblem(refused, 429, 'OPT_IN_ASKED');
    expect(refused.headers['retry-after']).toBe('10');
    expect(refused.body.detail).toMatch(/asked to confirm less than an hour ago: try again in 10 s/);
    expect((await app.request('GET', `/contacts/${id}/consent/history`)).body).toEqual(before);
    expect((await visit(body.confirm_url)).status).toBe(200);
    expect(sent()).toBe(1);
    app.clock.advance(10_000);
    expect((await ask(id)).body.outcome).toBe('sent');
    expect(sent()).toBe(2);
  });

  it('whatever process is asked, and also where many ask at the same moment', async () => {
    const id = await create({ email: 'together@example.com' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => ask(id, 'email', turn % 2 === 0 ? app : other)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(429)]);
    expect(sent()).toBe(1);
  });

  it('also where the contact is made anew, or another has got the address', async () => {
    const id = await create({ email: 'anew@example.com' });
    await ask(id);
    await app.request('DELETE', `/contacts/${id}`);
    expectProblem(await ask(await create({ email: 'ANEW@example.com ' })), 429, 'OPT_IN_ASKED');
    const email = 'passed-on@example.com';
    const [had, has] = [await create({ email }), await create({ external_id: 'has it now' })];
    await ask(had);
    await app.request('PATCH', `/contacts/${had}`, { email: 'elsewhere@example.com' });
    await app.request('PATCH', `/contacts/${has}`, { email });
    expectProblem(await ask(has), 429, 'OPT_IN_ASKED');
    expect(sent()).toBe(2);
    expect((await ask(had)).status).toBe(200);
  });

  it('for each channel by itself', async () => {
    const id = await create({ email: 'both@example.com', phone: '+4930123456' });
    expect((await ask(id)).status).toBe(200);
    expect((await ask(id, 'sms')).status).toBe(200);
    expectProblem(await ask(id, 'sms'), 429, 'OPT_IN_ASKED');
  });

  it.each([
    ['rejected', 200, () => ({ outcome: 'rejected', code: 'smtp_550', response: 'no' })],
    ['deferred', 200, () => ({ outcome: 'deferred', scope: 'message', code: 'smtp_450', response: 'later' })],
    [
      'deferred in doubt',
      429,
      () => ({ outcome: 'deferred', scope: 'message', doubtful: true, code: 'http_504', response: 'perhaps' }),
    ],
    ['unknown', 429, () => Promise.reject(new Error('gone'))],
  ] as [string, number, RecordingProvider['answer']][])(
    'and after one that was %s: %d',
    async (what, status, answer) => {
      const id = await create({ email: `${what.replaceAll(' ', '-')}@example.com` });
      app.providers.email.answer = answer;
      expect((await ask(id)).body.outcome).toBe(what.split(' ')[0]);
      app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: 'p1' });
      expect((await ask(id)).status).toBe(status);
    },
  );

  it('and is forgotten after that', async () => {
    await ask(await create({ email: 'forgotten@example.com' }));
    const kept = () => app.sql(sql`select from opt_in_ask`);
    await app.app.get(Sweeper).housekeep();
    expect((await kept()).length).toBeGreaterThan(0);
    app.clock.advance(HOUR);
    await app.app.get(Sweeper).housekeep();
    expect(await kept()).toEqual([]);
  });
});
