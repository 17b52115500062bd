import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const once = { name: 'Sale', type: 'one_time', schedule_time: '2026-12-01T10:00:00', message: 'Hello' };
const daily = { ...once, type: 'recurring', frequency: 'daily' };
const NUL = '\u0000';
const HALF = '\ud800';

const values: [string, unknown][] = [
  ['a number', 5],
  ['a negative number', -1],
  ['an object', { a: 1 }],
  ['a list', [1]],
  ['a list of null', [null]],
  ['a boolean', true],
  ['null', null],
  ['an empty string', ''],
  ['a long string', 'x'.repeat(600_000)],
  ['a NUL', `a${NUL}b`],
  ['half a surrogate pair', `a${HALF}`],
  ['any script', '日本語 ✓ 👩‍👩‍👧 ‮abc'],
  ['a nested NUL', { a: [{ b: NUL }] }],
  ['a name with a NUL', { [NUL]: 1 }],
];
const campaignFields = ['name', 'type', 'schedule_time', 'message', 'target_segment', 'frequency', 'interval'].concat(
  ['channel', 'subject', 'format', 'time_zone', 'weekdays', 'until', 'max_runs', 'cron', 'misfire', 'overlap'],
  ['on_doubt', 'draft', 'recipient_time_zone', 'late', 'send_window'],
);
const contactFields = [
  'external_id',
  'email',
  'phone',
  'push_subscriptions',
  'first_name',
  'last_name',
  'locale',
].concat(['time_zone', 'attributes', 'consent', 'segments']);

describe('a value of any type in any field never becomes a 5xx', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeContacts(app, 2);
    await makeCampaign(app, { schedule_time: '2026-12-24T18:00:00' });
  });
  afterAll(() => app.close());

  /** Taken, or refused clearly. */
  const isClear = (answer: Answer) => {
    if (answer.status < 400) return;
    expect([400, 409]).toContain(answer.status);
    expectProblem(answer, answer.status, answer.body.code);
  };
  const ask = async (method: string, url: string, body: unknown) => isClear(await app.request(method, url, body));

  it.each(values)('%s in a campaign', async (_, value) => {
    for (const field of campaignFields) {
      await ask('POST', '/campaigns/', { ...once, [field]: value });
      await ask('POST', '/campaigns/', { ...daily, [field]: value });
      await ask('PATCH', '/campaigns/1', { [field]: value });
      await ask('PATCH', '/campaigns/1/reschedule', { schedule_time: '2027-01-01', [field]: value });
    }
  });

  it.each(values)('%s in a contact', async (_, value) => {
    for (const field of contactFields) {
      const contact = { external_id: `any ${field}`, [field]: value };
      await ask('POST', '/contacts', contact);
      await ask('PATCH', '/contacts/2', { [field]: value });
      await ask('POST', '/contacts/bulk', { contacts: [contact] });
    }
    for (const channel of ['email', 'sms', 'push'])
      await ask('PATCH', '/contacts/2', { consent: { [channel]: value } });
    await ask('POST', '/contacts/bulk', { contacts: value });
    await ask('POST', '/contacts/bulk', { contacts: [value] });
  });

  it.each(values)('%s in a segment', async (_, value) => {
    await ask('POST', '/segments', { name: value });
    await ask('POST', '/segments', { name: 'vip', description: value });
  });

  it.each([
    [
      'POST',
      '/contacts',
      '{"external_id":"exact","attributes":{"id":12345678901234567890,"text":"1e999","big":[1e999]}}',
      '',
    ],
    ['PUT', '/contacts', '{"external_id":"exact","attributes":{"id":12345678901234567890,"big":[1e999]}}', ''],
    ['PATCH', '/contacts/1', '{"attributes":{"big":[-1e999],"ü":"\\"","id":9007199254740993}}', ''],
    [
      'POST',
      '/contacts/bulk',
      '{"contacts":[{"external_id":"exact","attributes":{"id":0.12345678901234567890,"big":[1e999]}}]}',
      '/contacts/0',
    ],
  ])('a number that would be stored as another in %s %s', async (method, url, body, at) => {
    const before = await contents(app);
    const answer = await app.request(method, url, body, { 'content-type': 'application/json' });
    expectProblem(answer, 400, 'VALIDATION_FAILED', `${at}/attributes/id`, `${at}/attributes/big/0`);
    expect(answer.body.errors).toHaveLength(2);
    expect(await contents(app)).toEqual(before);
  });

  it('null in an edit of a campaign is the default', async () => {
    const { id } = await makeCampaign(app, { channel: 'push', on_doubt: 'resend', time_zone: 'Europe/Berlin' });
    const { status, body } = await app.request('PATCH', `/campaigns/${id}`, {
      channel: null,
      format: null,
      time_zone: null,
      misfire: null,
      overlap: null,
      on_doubt: null,
    });
    expect(status).toBe(200);
    const defaults = { channel: 'email', format: 'text', time_zone: 'UTC', misfire: 'run_latest', overlap: 'skip' };
    expect(body).toMatchObject({ ...defaults, on_doubt: 'hold' });
  });
});
