import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const once = { name: 'Sale', type: 'one_time', schedule_time: '2026-12-01T10:00:00', message: 'Hello' };
const daily = { ...once, type: 'recurring', frequency: 'daily' };
const NUL = '\u0000';
const HALF = '\ud800';

/** Refused where the fields are checked alone, and where they are checked together. */
const [SHAPE, SENSE] = ['VALIDATION_FAILED', 'INVALID_CAMPAIGN'];

const wrongCampaigns: [string, object, string, string][] = [
  ['an unknown zone', { ...once, time_zone: 'Mars/Olympus' }, SENSE, '/time_zone'],
  ['a zone abbreviation', { ...once, time_zone: 'PST' }, SENSE, '/time_zone'],
  ['an offset for a zone', { ...once, time_zone: '+02:00' }, SENSE, '/time_zone'],
  ['an empty zone', { ...once, time_zone: '' }, SENSE, '/time_zone'],
  ['a frequency without recurring', { ...once, frequency: 'daily' }, SENSE, '/frequency'],
  ['an unknown frequency', { ...daily, frequency: 'fortnightly' }, SHAPE, '/frequency'],
  ['recurring without frequency or cron', { ...once, type: 'recurring' }, SENSE, '/frequency'],
  ['an unknown type', { ...once, type: 'sometimes' }, SHAPE, '/type'],
  ['interval 0', { ...daily, interval: 0 }, SHAPE, '/interval'],
  ['a negative interval', { ...daily, interval: -1 }, SHAPE, '/interval'],
  ['a huge interval', { ...daily, interval: 1e15 }, SHAPE, '/interval'],
  ['a fractional interval', { ...daily, interval: 1.5 }, SHAPE, '/interval'],
  ['an interval in a string', { ...daily, interval: '2' }, SHAPE, '/interval'],
  ['an interval for one time', { ...once, interval: 2 }, SENSE, '/interval'],
  ['until with max_runs', { ...daily, until: '2027-01-01', max_runs: 3 }, SENSE, '/max_runs'],
  ['run_all with overlap skip', { ...daily, misfire: 'run_all', overlap: 'skip' }, SENSE, '/overlap'],
  ['a name every object has', { ...once, constructor: 1 }, SHAPE, '/constructor'],
  ['max_runs 0', { ...daily, max_runs: 0 }, SHAPE, '/max_runs'],
  ['max_runs for one time', { ...once, max_runs: 3 }, SENSE, '/max_runs'],
  ['until for one time', { ...once, until: '2027-01-01' }, SENSE, '/until'],
  ['until before the first occurrence', { ...daily, until: '2026-11-30T10:00:00' }, SENSE, '/until'],
  ['an until that is no date', { ...daily, until: 'later' }, SENSE, '/until'],
  ['a schedule that is over', { ...daily, schedule_time: '2026-01-01', until: '2026-02-01' }, SENSE, '/schedule_time'],
  ['a frequency with cron', { ...daily, cron: '0 9 * * *' }, SENSE, '/cron'],
  ['cron for one time', { ...once, cron: '0 9 * * *' }, SENSE, '/cron'],
  ['cron with four fields', { ...once, type: 'recurring', cron: '0 9 * *' }, SENSE, '/cron'],
  ['cron out of range', { ...once, type: 'recurring', cron: '61 9 * * *' }, SENSE, '/cron'],
  ['a cron nickname', { ...once, type: 'recurring', cron: '@daily' }, SENSE, '/cron'],
  ['a cron that never fires', { ...once, type: 'recurring', cron: '0 0 30 2 *' }, SENSE, '/cron'],
  ['weekdays without weekly', { ...daily, weekdays: ['monday'] }, SENSE, '/weekdays'],
  ['an unknown weekday', { ...daily, frequency: 'weekly', weekdays: ['someday'] }, SHAPE, '/weekdays'],
  ['no weekday', { ...daily, frequency: 'weekly', weekdays: [] }, SHAPE, '/weekdays'],
  ['one weekday twice', { ...daily, frequency: 'weekly', weekdays: ['monday', 'monday'] }, SHAPE, '/weekdays'],
  ['an unknown segment', { ...once, target_segment: 'nobody' }, 'UNKNOWN_SEGMENT', '/target_segment'],
  ['an unknown field', { ...once, colour: 'red' }, SHAPE, '/colour'],
  ['a field of the answer', { ...once, status: 'completed' }, SHAPE, '/status'],
  ['an unknown channel', { ...once, channel: 'pigeon' }, SHAPE, '/channel'],
  ['HTML by SMS', { ...once, channel: 'sms', format: 'html' }, SENSE, '/format'],
  ['a subject by SMS', { ...once, channel: 'sms', subject: 'Hi' }, SENSE, '/subject'],
  ['an empty name', { ...once, name: '' }, SHAPE, '/name'],
  ['a name of spaces', { ...once, name: '   ' }, SHAPE, '/name'],
  ['a name with a line break', { ...once, name: 'two\nlines' }, SHAPE, '/name'],
  ['a name of nearly 1 MB', { ...once, name: 'n'.repeat(1_000_000) }, SHAPE, '/name'],
  ['a long name with a late line break', { ...once, name: `${'n'.repeat(500_000)}\n` }, SHAPE, '/name'],
  ['an empty message', { ...once, message: '' }, SHAPE, '/message'],
  ['a message of white space', { ...once, message: ' \n\t\u00a0' }, SHAPE, '/message'],
  ['the 30th of February', { ...once, schedule_time: '2026-02-30T10:00:00' }, SENSE, '/schedule_time'],
  ['a date in words', { ...once, schedule_time: 'tomorrow' }, SENSE, '/schedule_time'],
  ['an empty date', { ...once, schedule_time: '' }, SENSE, '/schedule_time'],
  ['a date as a number', { ...once, schedule_time: 1_764_000_000 }, SHAPE, '/schedule_time'],
  ['the year 0', { ...once, schedule_time: '0000-01-01T00:00:00' }, SENSE, '/schedule_time'],
  ['hour 24', { ...once, schedule_time: '2026-12-01T24:00:00' }, SENSE, '/schedule_time'],
  ['a template with a wrong filter', { ...once, message: 'Hi\n  {{ name | shout }}' }, SENSE, '/message'],
  ['a subject that does not parse', { ...once, subject: 'Hi {{ name' }, SENSE, '/subject'],
];

const wrongContacts: [string, object, string][] = [
  ['no identity', { first_name: 'Ada' }, ''],
  ['an address with a display name', { email: 'Ada <ada@example.com>' }, '/email'],
  ['an address without a domain', { email: 'ada@' }, '/email'],
  ['a national phone number', { phone: '0151 123456' }, '/phone'],
  ['an empty external_id', { external_id: '' }, '/external_id'],
  ['an unknown zone', { email: 'ada@example.com', time_zone: 'Mars/Olympus' }, '/time_zone'],
  ['a locale in words', { email: 'ada@example.com', locale: 'the Queen’s English' }, '/locale'],
  ['an empty push subscription', { email: 'ada@example.com', push_subscriptions: [{}] }, '/push_subscriptions'],
  [
    'a push token that is no text',
    { email: 'ada@example.com', push_subscriptions: [{ token: 1 }] },
    '/push_subscriptions',
  ],
  [
    'one push subscription without an address',
    { email: 'ada@example.com', push_subscriptions: [{ token: 'a' }, { endpoint: '' }] },
    '/push_subscriptions',
  ],
  ['consent to everything', { email: 'ada@example.com', consent: 'subscribed' }, '/consent'],
  ['consent in a list', { email: 'ada@example.com', consent: [{ email: 'subscribed' }] }, '/consent'],
  ['an unknown consent', { email: 'ada@example.com', consent: { email: 'maybe' } }, '/consent/email'],
  ['a null consent', { email: 'ada@example.com', consent: { sms: null } }, '/consent/sms'],
  ['consent to an unknown channel', { email: 'ada@example.com', consent: { fax: 'subscribed' } }, '/consent/fax'],
  ['an unknown segment', { email: 'ada@example.com', segments: ['nobody'] }, '/segments'],
  ['an unknown field', { email: 'ada@example.com', shoe_size: 38 }, '/shoe_size'],
];

describe('wrong input', () => {
  let app: TestApp;
  let before: unknown;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeContacts(app, 2, { segments: ['tech'] });
    await makeCampaign(app, { target_segment: 'tech', schedule_time: '2026-12-24T18:00:00' });
  });
  afterAll(() => app.close());

  describe('is refused, says where, and changes nothing', () => {
    beforeEach(async () => {
      before = await contents(app);
    });
    afterEach(async () => {
      expect(await contents(app)).toEqual(before);
    });

    it.each(wrongCampaigns)('a campaign with %s', async (_, body, code, pointer) => {
      expectProblem(await app.request('POST', '/campaigns/', body), 400, code, pointer);
    });

    it.each(wrongContacts)('a contact with %s', async (_, body, pointer) => {
      const answer = await app.request('POST', '/contacts', body);
      expectProblem(answer, 400, answer.body.code, pointer);
      const bulk = await app.request('POST', '/contacts/bulk', { contacts: [{ email: 'new@example.com' }, body] });
      expectProblem(bulk, 400, bulk.body.code, `/contacts/1${pointer}`);
    });

    it.each([
      ['__proto__', '{"__proto__":{"draft":true}}', '/__proto__'],
      ['constructor', '{"constructor":{"prototype":{}}}', '/constructor'],
      ['__proto__', '{"name":"x","attributes":{"a":{"__proto__":1}}}', '/attributes/a/__proto__'],
    ])('the name %s in %s, which is valid JSON', async (_, body, pointer) => {
      for (const url of ['/campaigns/', '/contacts', '/segments'])
        expectProblem(await app.request('POST', url, body), 400, 'VALIDATION_FAILED', pointer);
    });

    it.each([
      ['malformed', '{"name":'],
      ['nothing', ''],
      ['null', 'null'],
      ['a list', '[]'],
      ['a string', '"hello"'],
    ])('a body that is %s', async (_, body) => {
      const code = body === '{"name":' ? /^MALFORMED_REQUEST$/ : /^(VALIDATION_FAILED|INVALID_CONTACT)$/;
      for (const url of ['/campaigns/', '/contacts', '/contacts/bulk', '/segments']) {
        const answer = await app.request('POST', url, body);
        expectProblem(answer, 400, answer.body.code);
        expect(answer.body.code).toMatch(code);
      }
    });

    it('every wrong field at once', async () => {
      const answer = await app.request('POST', '/campaigns/', { name: 5, interval: 0, colour: 'red' });
      expectProblem(answer, 400, SHAPE, '/name', '/interval', '/colour', '/type', '/schedule_time', '/message');
      const pairs = { ...once, frequency: 'daily', until: '2027-01-01', schedule_time: 'soon', message: '{{' };
      const together = await app.request('POST', '/campaigns/', pairs);
      expectProblem(together, 400, SENSE, '/frequency', '/until', '/schedule_time', '/message');
    });

    it('a template that does not parse, with line and column', async () => {
      const { body } = await app.request('POST', '/campaigns/', { ...once, message: 'Hi\n  {{ name | shout }}' });
      expect(body.errors[0].message).toMatch(/^line 2, column 3: .*shout/);
      const edit = await app.request('PATCH', '/campaigns/1', { subject: '{% if %}' });
      expectProblem(edit, 400, SENSE, '/subject');
      expect(edit.body.errors[0].message).toMatch(/^line 1, column \d+: /);
    });

    it('text that PostgreSQL cannot store, wherever it is', async () => {
      const contact = { email: 'nul@example.com', attributes: { plan: [`pro${NUL}`], [`a/${HALF}`]: 1 } };
      const created = await app.request('POST', '/contacts', contact);
      expectProblem(created, 400, SHAPE, '/attributes/plan/0', `/attributes/a~1${HALF}`);
      expectProblem(await app.request('GET', '/contacts?segment=%00'), 400, SHAPE, '/segment');
      expectProblem(
        await app.request('POST', '/segments', { name: 'a', description: NUL }),
        400,
        SHAPE,
        '/description',
      );
    });

    it('nesting without end', async () => {
      const deep = `{"email":"deep@example.com","attributes":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`;
      expectProblem(await app.request('POST', '/contacts', deep), 400, SHAPE);
      expectProblem(await app.request('POST', '/contacts', deep, { 'idempotency-key': 'deep' }), 400, SHAPE);
    });

    it('a body over the limit', async () => {
      const large = { ...once, name: 'n'.repeat(1024 * 1024) };
      expectProblem(await app.request('POST', '/campaigns/', large), 413, 'BODY_TOO_LARGE');
      const huge = { contacts: [{ email: 'huge@example.com', attributes: { text: 'x'.repeat(16 * 1024 * 1024) } }] };
      expectProblem(await app.request('POST', '/contacts/bulk', huge), 413, 'BODY_TOO_LARGE');
    });

    it('an edit that fails half-way', async () => {
      const edit = await app.request('PATCH', '/campaigns/1', { name: 'Renamed', target_segment: 'nobody' });
      expectProblem(edit, 400, 'UNKNOWN_SEGMENT', '/target_segment');
      expectProblem(
        await app.request('PATCH', '/contacts/1', { first_name: 'Eve', email: null }),
        400,
        'INVALID_CONTACT',
      );
      // What a refused request had assigned must not ride along with the next one.
      expectProblem(await app.request('PATCH', '/contacts/2', { email: 'c1@example.com' }), 409, 'CONTACT_EXISTS');
    });
  });

  it('takes more than the limit in a bulk call', async () => {
    const contacts = Array.from({ length: 200 }, (_, index) => ({
      email: `large${index}@example.com`,
      attributes: { text: 'x'.repeat(10 * 1024) },
    }));
    expect((await app.request('POST', '/contacts/bulk', { contacts })).body).toEqual({ created: 200, updated: 0 });
  });

  it('takes a date with an offset as that instant', async () => {
    const body = { ...once, time_zone: 'Europe/Berlin', schedule_time: '2026-12-01T10:00:00-05:00' };
    const { status, body: campaign } = await app.request('POST', '/campaigns/', body);
    expect(status).toBe(201);
    expect(campaign.schedule_time).toBe('2026-12-01T15:00:00.000Z');
  });
});
