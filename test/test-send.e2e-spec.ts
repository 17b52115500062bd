import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { subscriptionsOf } from '../src/delivery/channels/push/push-payload.js';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const HOUR = 3_600_000;

let app: TestApp;
let campaign: number;
beforeAll(async () => {
  app = await startApp();
  await app.request('POST', '/contacts', { email: 'ada@example.org', first_name: 'Ada' });
  const content = { subject: 'For {{ first_name }}', message: 'Hi {{ first_name | default: "you" }}' };
  campaign = (await makeCampaign(app, { ...content, schedule_time: '2027-06-01T10:00:00' })).id;
});
afterAll(() => app.close());

const send = (body: object) => app.request('POST', `/campaigns/${campaign}/test-send`, body);

describe('a test', () => {
  it('of a push campaign goes to the subscription or the token that it is given', async () => {
    const text = { channel: 'push', message: 'Hi', schedule_time: '2027-06-01T10:00:00' };
    const { id } = await makeCampaign(app, text);
    const { body } = await app.request('POST', `/campaigns/${id}/test-send`, { to: ['a-device-token'] });
    expect(body.results).toMatchObject([{ to: 'a-device-token', outcome: 'sent' }]);
    expect(app.providers.push.messages.splice(0).map(subscriptionsOf)).toEqual([[{ token: 'a-device-token' }]]);
  });

  it('goes to addresses that need not be contacts, written as for one, and is in no count', async () => {
    const before = await contents(app);
    const { status, body } = await send({ to: ['Me@Example.org', 'you@example.org'], email: 'ada@example.org' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      campaign_id: campaign,
      channel: 'email',
      provider: 'recording',
      subject: '[Test] For Ada',
    });
    expect(body.results).toMatchObject([
      { to: 'me@example.org', outcome: 'sent', code: null },
      { to: 'you@example.org', outcome: 'sent', code: null },
    ]);
    const messages = app.providers.email.messages.splice(0);
    expect(messages.map(({ to, subject, body }) => [to, subject, body])).toEqual([
      ['me@example.org', '[Test] For Ada', 'Hi Ada'],
      ['you@example.org', '[Test] For Ada', 'Hi Ada'],
    ]);
    expect(messages[0]!.letter!.bodies().text).toContain('/unsubscribe/preview');
    expect(new Set(messages.map(({ deliveryKey }) => deliveryKey)).size).toBe(2);
    expect(await contents(app)).toEqual(before);
    expect((await app.request('GET', `/analytics/${campaign}`)).body).toMatchObject({ sent: 0 });
  });

  it('can look exactly like the message, for somebody of whom nothing is known', async () => {
    const { body } = await send({ to: ['me@example.org'], mark: false });
    expect(body.subject).toBe('For ');
    expect(app.providers.email.messages.splice(0)[0]!.body).toBe('Hi you');
  });

  it('tells what the provider said, as a value', async () => {
    app.providers.email.answer = ({ to }) =>
      to === 'no@example.org'
        ? { outcome: 'rejected', code: 'smtp_550', response: 'no such user' }
        : Promise.reject(new Error('gone'));
    const { status, body } = await send({ to: ['no@example.org', 'me@example.org'] });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { outcome: 'rejected', code: 'smtp_550', response: 'no such user', provider_message_id: null },
      { outcome: 'unknown', code: 'provider_threw', response: 'gone' },
    ]);
    app.providers.email.messages.length = 0;
  });

  it('is refused, and goes to nobody, where one may not be written to', async () => {
    await app.request('POST', '/suppressions', { address: 'never@example.org', channel: 'email' });
    await app.request('POST', '/suppressions', { address: 'texts@example.org', channel: 'sms' });
    const refused = await send({ to: ['texts@example.org', 'never@example.org', 'not an address'] });
    expectProblem(refused, 400, 'INVALID_TEST', '/to/1', '/to/2');
    expect(refused.body.errors).toHaveLength(2);
    expect(refused.body.errors[0].code).toBe('ADDRESS_SUPPRESSED');
    expectProblem(await send({ to: [] }), 400, 'VALIDATION_FAILED', '/to');
    const many = Array.from({ length: 11 }, (_, index) => `me${index}@example.org`);
    expectProblem(await send({ to: many }), 400, 'VALIDATION_FAILED', '/to');
    expectProblem(await send({ to: ['me@example.org'], contact_id: 999 }), 404, 'CONTACT_NOT_FOUND');
    expect(app.providers.email.messages).toEqual([]);
  });

  it('is one of a hundred messages an hour, whatever process is asked', async () => {
    const other = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: 'p1' });
    app.clock.advance(HOUR);
    const ten = { to: Array.from({ length: 10 }, (_, index) => `me${index}@example.org`) };
    const ask = (where: TestApp, body: object = ten) => where.request('POST', `/campaigns/${campaign}/test-send`, body);
    await ask(app, { to: ['me@example.org'] });
    // What is refused takes nothing.
    expectProblem(await ask(app, { to: ['never@example.org'] }), 400, 'INVALID_TEST');
    app.clock.advance(HOUR - 90_000);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, turn) => ask(turn % 2 === 0 ? app : other)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 429, 429, 429]);
    expect((await ask(other, { to: ten.to.slice(1) })).status).toBe(200);
    const refused = await ask(app, { to: ['me@example.org'] });
    expectProblem(refused, 429, 'TEST_QUOTA_USED');
    expect(refused.headers['retry-after']).toBe('90');
    expect(refused.body.detail).toBe('Only 100 test messages are sent in an hour: try again in 90 s.');
    expect([app, other].flatMap(({ providers }) => providers.email.messages)).toHaveLength(100);
    app.clock.advance(90_000);
    expect((await ask(app)).status).toBe(200);
    await other.close();
  });
});
