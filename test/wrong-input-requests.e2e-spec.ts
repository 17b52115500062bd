import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const daily = { type: 'recurring', frequency: 'daily', schedule_time: '2026-12-01T10:00:00' };

/** Every route with an id. */
const withId: [string, string, object?][] = [
  ['GET', '/campaigns/:id'],
  ['PATCH', '/campaigns/:id', { name: 'x' }],
  ['DELETE', '/campaigns/:id'],
  ['PATCH', '/campaigns/:id/reschedule', { schedule_time: '2027-01-01' }],
  ['POST', '/campaigns/:id/launch'],
  ['POST', '/campaigns/:id/pause'],
  ['POST', '/campaigns/:id/resume'],
  ['POST', '/campaigns/:id/cancel'],
  ['GET', '/campaigns/:id/runs'],
  ['GET', '/campaigns/:id/occurrences'],
  ['GET', '/campaigns/:id/explain'],
  ['GET', '/runs/:id'],
  ['GET', '/runs/:id/deliveries'],
  ['GET', '/runs/:id/deliveries/export'],
  ['GET', '/runs/:id/reconciliation'],
  ['POST', '/runs/:id/retry-failed'],
  ['POST', '/runs/:id/in-doubt/resend'],
  ['POST', '/runs/:id/in-doubt/settle', { outcome: 'sent' }],
  ['GET', '/analytics/:id'],
  ['GET', '/contacts/:id'],
  ['PATCH', '/contacts/:id', { first_name: 'x' }],
  ['DELETE', '/contacts/:id'],
  ['GET', '/contacts/:id/consent'],
  ['GET', '/contacts/:id/consent/history'],
  ['GET', '/contacts/:id/links'],
  ['GET', '/contacts/:id/export'],
  ['POST', '/contacts/:id/erase'],
  ['POST', '/contacts/:id/opt-in', { channel: 'email', text_version: '1' }],
  ['GET', '/segments/:id'],
  ['DELETE', '/segments/:id'],
  ['GET', '/imports/:id'],
  ['GET', '/imports/:id/rejected'],
  ['POST', '/imports/:id/cancel'],
];
const noIds = [
  '999999',
  '0',
  '-1',
  'abc',
  '1.5',
  '1e0',
  '0x1',
  '+1',
  '%00',
  '%201',
  '9007199254740993',
  '9'.repeat(40),
];

describe('a request that cannot be carried out answers what is wrong and changes nothing:', () => {
  let app: TestApp;
  let before: unknown;
  /** Campaigns by what became of them. */
  const campaign: Record<'waiting' | 'paused' | 'completed' | 'cancelled' | 'running', number> = {} as never;
  beforeAll(async () => {
    app = await startApp({ env: { RETRY_BASE_MS: '3600000' } });
    await makeSegment(app, 'tech');
    await makeContacts(app, 2, { segments: ['tech'] });
    campaign.completed = (await makeCampaign(app)).id;
    await app.tick();
    app.providers.sms.answer = () => ({ outcome: 'deferred', scope: 'recipient', code: 'busy' });
    await makeContacts(app, 1, { prefix: 'mobile' });
    await app.request('PATCH', '/contacts/3', { phone: '+4915112345678' });
    campaign.running = (await makeCampaign(app, { channel: 'sms', name: 'Running' })).id;
    await app.tick();
    campaign.waiting = (await makeCampaign(app, { ...daily, target_segment: 'tech' })).id;
    campaign.paused = (await makeCampaign(app, daily)).id;
    await app.request('POST', `/campaigns/${campaign.paused}/pause`);
    campaign.cancelled = (await makeCampaign(app, daily)).id;
    await app.request('POST', `/campaigns/${campaign.cancelled}/cancel`);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    before = await contents(app);
  });
  afterEach(async () => {
    expect(await contents(app)).toEqual(before);
  });

  it.each(withId.map(([method, url, body]) => ({ method, url, body })))(
    '$method $url of what is not there',
    async ({ method, url, body }) => {
      for (const id of noIds) {
        const answer = await app.request(method, url.replace(':id', id), body);
        expectProblem(answer, 404, answer.body.code);
        expect(answer.body.code).toMatch(/(^|_)NOT_FOUND$/);
      }
    },
  );

  it('is answered in the same shape where no route is reached', async () => {
    expectProblem(await app.request('GET', '/nowhere'), 404, 'ROUTE_NOT_FOUND');
    expectProblem(await app.request('PUT', '/campaigns/1/nowhere', {}), 404, 'ROUTE_NOT_FOUND');
    expectProblem(await app.request('GET', '/campaigns/%zz'), 400, 'MALFORMED_REQUEST');
    expectProblem(await app.request('GET', `/campaigns/${'1'.repeat(900)}`), 414, 'URL_TOO_LONG');
  });

  it.each([
    ['PUT', '/campaigns/1', 'DELETE, GET, HEAD, PATCH'],
    ['PUT', '/campaigns/1/?page=2', 'DELETE, GET, HEAD, PATCH'],
    ['DELETE', '/campaigns/', 'GET, HEAD, POST'],
    ['GET', '/campaigns/1/pause', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('%s %s is not possible, and Allow says what is', async (method, url, allowed) => {
    const answer = await app.request(method, url, method === 'GET' ? undefined : {});
    expectProblem(answer, 405, 'METHOD_NOT_ALLOWED');
    expect(answer.headers.allow).toBe(allowed);
  });

  it.each(['launch', 'pause', 'resume', 'cancel'])(
    'is refused to %s with fields, which would be ignored',
    async (action) => {
      const url = `/campaigns/${campaign[action === 'resume' ? 'paused' : 'waiting']}/${action}`;
      const answer = await app.request('POST', url, { reason: 'x', 'a/b': 1 });
      expectProblem(answer, 400, 'VALIDATION_FAILED', '/reason', '/a~1b');
      for (const body of ['[]', '"now"', '1', 'false'])
        expectProblem(await app.request('POST', url, body), 400, 'VALIDATION_FAILED');
    },
  );

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', 'json', ''])(
    'is refused with content type "%s"',
    async (type) => {
      const answer = await app.request('POST', '/segments', '{"name":"vip"}', { 'content-type': type });
      expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
    },
  );

  it.each([
    ['content-type', 'application/json; charset=iso-8859-1'],
    ['content-encoding', 'gzip'],
  ])('is refused in another encoding, %s: %s', async (header, value) => {
    const answer = await app.request('POST', '/segments', '{"name":"vip"}', { [header]: value });
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('is refused where its bytes are no UTF-8, and not stored with other signs in their place', async () => {
    for (const end of [[0xe9], [0xc3], [0xed, 0xa0, 0x80]]) {
      const body = Buffer.concat([Buffer.from('{"name":"ren'), Buffer.from(end), Buffer.from('"}')]);
      expectProblem(await app.request('POST', '/segments', body), 400, 'MALFORMED_REQUEST');
    }
  });

  it.each(['null', '[]', '"x"', '5'])('is refused where it is no object but %s', async (body) => {
    for (const [method, url] of [
      ['POST', '/campaigns'],
      ['PATCH', `/campaigns/${campaign.waiting}`],
    ] as const)
      expectProblem(await app.request(method, url, body), 400, 'VALIDATION_FAILED', '');
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=abc', '/limit'],
    ['limit=', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=', '/cursor'],
    ['cursor=zzz', '/cursor'],
    ['cursor=a&cursor=b', '/cursor'],
    ['colour=red', '/colour'],
  ])('is refused in a list with ?%s', async (query, pointer) => {
    const run = (await latestRun(app, campaign.completed)).id;
    const lists = ['/campaigns/', '/contacts', '/segments', '/analytics/', '/sandbox/messages'];
    for (const url of [...lists, `/campaigns/${campaign.completed}/runs`, `/runs/${run}/deliveries`]) {
      const answer = await app.request('GET', `${url}?${query}`);
      expectProblem(
        answer,
        400,
        pointer === '/cursor' && !query.includes('&') ? 'INVALID_CURSOR' : 'VALIDATION_FAILED',
        pointer,
      );
    }
  });

  it('is refused with an unknown status, outcome or count', async () => {
    expectProblem(await app.request('GET', '/campaigns/?status=busy'), 400, 'VALIDATION_FAILED', '/status');
    const run = (await latestRun(app, campaign.completed)).id;
    const deliveries = await app.request('GET', `/runs/${run}/deliveries?outcome=lost`);
    expectProblem(deliveries, 400, 'VALIDATION_FAILED', '/outcome');
    for (const count of ['0', '1001', 'many', '-1']) {
      const answer = await app.request('GET', `/campaigns/${campaign.waiting}/occurrences?count=${count}`);
      expectProblem(answer, 400, 'VALIDATION_FAILED', '/count');
    }
  });

  it.each([
    ['pause', 'completed', 'CANNOT_PAUSE'],
    ['pause', 'paused', 'CANNOT_PAUSE'],
    ['pause', 'cancelled', 'CANNOT_PAUSE'],
    ['resume', 'waiting', 'CANNOT_RESUME'],
    ['resume', 'running', 'CANNOT_RESUME'],
    ['resume', 'completed', 'CANNOT_RESUME'],
    ['launch', 'completed', 'CANNOT_LAUNCH'],
    ['launch', 'running', 'CANNOT_LAUNCH'],
    ['launch', 'cancelled', 'CANNOT_LAUNCH'],
    ['cancel', 'completed', 'CANNOT_CANCEL'],
    ['cancel', 'cancelled', 'CANNOT_CANCEL'],
  ] as const)('to %s a campaign that is %s is a conflict', async (action, which, code) => {
    expectProblem(await app.request('POST', `/campaigns/${campaign[which]}/${action}`), 409, code);
  });

  it('to change what has ended is a conflict', async () => {
    const time = { schedule_time: '2027-01-01T00:00:00' };
    const reschedule = await app.request('PATCH', `/campaigns/${campaign.cancelled}/reschedule`, time);
    expectProblem(reschedule, 409, 'CANNOT_RESCHEDULE');
    expectProblem(await app.request('PATCH', `/campaigns/${campaign.cancelled}`, { name: 'x' }), 409, 'CANNOT_EDIT');
    expectProblem(await app.request('PATCH', `/campaigns/${campaign.completed}`, { name: 'x' }), 409, 'CANNOT_EDIT');
  });

  it('to delete a running campaign, or a segment in use, is a conflict', async () => {
    expect((await latestRun(app, campaign.running)).pending).toBe(1);
    expectProblem(await app.request('DELETE', `/campaigns/${campaign.running}`), 409, 'CAMPAIGN_IS_RUNNING');
    expectProblem(await app.request('DELETE', '/segments/1'), 409, 'SEGMENT_IN_USE');
  });

  it('to take a name, an address, a number or an identifier twice is a conflict', async () => {
    expectProblem(await app.request('POST', '/segments', { name: 'tech' }), 409, 'SEGMENT_EXISTS');
    expectProblem(await app.request('POST', '/contacts', { email: ' C1@Example.com ' }), 409, 'CONTACT_EXISTS');
    expectProblem(await app.request('POST', '/contacts', { phone: '+49 151 12345678' }), 409, 'CONTACT_EXISTS');
    expectProblem(await app.request('PATCH', '/contacts/1', { email: 'c2@example.com' }), 409, 'CONTACT_EXISTS');
    // Its address is one contact's, its number another's.
    const torn = { external_id: 'crm-1', email: 'c1@example.com', phone: '+4915112345678' };
    const contacts = [{ email: 'fresh@example.com' }, torn];
    expectProblem(await app.request('POST', '/contacts/bulk', { contacts }), 409, 'CONTACT_EXISTS');
  });

  it('from another version, or from one we never gave, answers 412', async () => {
    for (const tag of ['"99"', 'W/"99"', '1', '"abc"', '"1", "99"'])
      for (const url of ['/contacts/1', `/campaigns/${campaign.waiting}`]) {
        const body = url.startsWith('/contacts') ? { first_name: 'x' } : { name: 'x' };
        expectProblem(await app.request('PATCH', url, body, { 'if-match': tag }), 412, 'VERSION_MISMATCH');
      }
  });
});
