import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import type { Scope } from '../src/access/domain/scope.js';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';
import { routesOf } from './support/routes.js';

/** Routes that need no key; whatever else there is, now or later, must ask for one. */
const open = new RegExp(
  [
    ...['^/$', '^/dashboard(/|$)', '^/health/(live|ready)$', '^/docs(-json|-yaml)?$', '^/docs/'],
    ...['^/(preferences|opt-in|unsubscribe|o|c|push/subscribe)/', '^/push/worker\\.js$', '^/inbound/1$'],
    '^/sessions(/link)?$',
  ].join('|'),
);

describe('the conventions of the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeContacts(app, 25, { segments: ['tech'] });
  });
  afterAll(() => app.close());
  const keyFor = async (...scopes: Scope[]) => ({
    authorization: `Bearer ${await app.app.get(AccessService).createKey('scoped', scopes)}`,
  });

  describe('keys', () => {
    it('are needed on every route but the few that are open', async () => {
      const routes = routesOf(app);
      expect(routes.length).toBeGreaterThan(30);
      const documented = Object.keys((await app.request('GET', '/docs-json')).body.paths);
      for (const url of documented)
        expect(routes.map((route) => route.url)).toContain(url.replaceAll(/\{\w+\}/g, '1').replace(/(.)\/$/, '$1'));
      const before = await contents(app);
      for (const { method, url } of routes.filter((route) => !open.test(route.url)))
        for (const authorization of ['', 'Bearer ', 'Bearer wrong', 'Basic YWRtaW46YWRtaW4=']) {
          const answer = await app.request(method, url, method === 'POST' ? {} : undefined, { authorization });
          expect([method, url, answer.status]).toEqual([method, url, 401]);
          expect(answer.headers['www-authenticate']).toBe('Bearer');
          const code = authorization === 'Bearer wrong' ? 'UNKNOWN_KEY' : 'KEY_REQUIRED';
          if (method !== 'HEAD') expectProblem(answer, 401, code);
        }
      expect(await contents(app)).toEqual(before);
    });

    it('are not asked for where a route is open', async () => {
      for (const url of ['/', '/dashboard/', '/health/live', '/health/ready', '/docs', '/docs-json'])
        expect((await app.request('GET', url, undefined, { authorization: '' })).status).toBe(200);
    });

    it('may do what their scope says, and a wider scope what a narrower one may', async () => {
      const [read, write, admin] = [await keyFor('read'), await keyFor('write'), await keyFor('admin')];
      for (const key of [read, write, admin])
        expect((await app.request('GET', '/contacts', undefined, key)).status).toBe(200);
      expectProblem(await app.request('POST', '/segments', { name: 'by reader' }, read), 403, 'SCOPE_MISSING');
      expectProblem(await app.request('DELETE', '/contacts/1', undefined, read), 403, 'SCOPE_MISSING');
      expect((await app.request('POST', '/segments', { name: 'by writer' }, write)).status).toBe(201);
      expectProblem(await app.request('POST', '/seed', undefined, write), 403, 'SCOPE_MISSING');
      expect((await app.request('GET', '/contacts/1')).status).toBe(200);
    });
  });

  describe('an Idempotency-Key', () => {
    const post = (body: object, key: string, url = '/segments') =>
      app.request('POST', url, body, { 'idempotency-key': key });
    const named = async (name: string) =>
      (await app.request('GET', '/segments?limit=200')).body.filter((row: { name: string }) => row.name === name);

    it('gets the first answer again, and creates once', async () => {
      const first = await post({ name: 'once' }, 'a');
      const again = await post({ name: 'once' }, 'a');
      expect(first).toMatchObject({ status: 201 });
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect([first, again].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
      expect(await named('once')).toHaveLength(1);
    });

    it('replays campaigns, contacts and bulk calls alike', async () => {
      const campaign = { name: 'Again', type: 'one_time', schedule_time: '2027-01-01T00:00:00', message: 'Hi' };
      for (const [url, body] of [
        ['/campaigns/', campaign],
        ['/contacts', { email: 'again@example.com' }],
        ['/contacts/bulk', { contacts: [{ email: 'again-bulk@example.com' }] }],
      ] as const) {
        const first = await post(body, 'b', url);
        expect(await post(body, 'b', url)).toMatchObject({ status: first.status, body: first.body });
        expect(first.status).toBeLessThan(300);
      }
    });

    it('creates once when both requests come at the same moment', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => post({ name: 'at once' }, 'c')));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(await named('at once')).toHaveLength(1);
    });

    it('is refused for another body, and free for another route', async () => {
      await post({ name: 'first body' }, 'd');
      expectProblem(await post({ name: 'second body' }, 'd'), 409, 'IDEMPOTENCY_KEY_REUSED');
      expect((await post({ email: 'd@example.com' }, 'd', '/contacts')).status).toBe(201);
      expectProblem(await post({ name: 'long key' }, 'k'.repeat(256)), 400, 'INVALID_IDEMPOTENCY_KEY');
    });

    it('keeps nothing of a request that failed', async () => {
      const before = await contents(app);
      expectProblem(await post({ name: '' }, 'e'), 400, 'VALIDATION_FAILED');
      expectProblem(await post({ name: 'tech' }, 'e'), 409, 'SEGMENT_EXISTS');
      expect(await contents(app)).toEqual(before);
      expect((await post({ name: 'tried again' }, 'e')).status).toBe(201);
    });
  });

  it('an ETag lets an edit through from the present version only', async () => {
    const campaign = await makeCampaign(app, { schedule_time: '2027-01-01' });
    for (const [url, edit] of [
      [`/campaigns/${campaign.id}`, (text: string) => ({ name: text })],
      ['/contacts/1', (text: string) => ({ first_name: text })],
    ] as const) {
      const { headers, body } = await app.request('GET', url);
      expect(headers.etag).toBe(`"${body.version}"`);
      const first = await app.request('PATCH', url, edit('One'), { 'if-match': headers.etag! });
      expect(first.status).toBe(200);
      expect(first.headers.etag).toBe(`"${body.version + 1}"`);
      const late = await app.request('PATCH', url, edit('Two'), { 'if-match': headers.etag! });
      expectProblem(late, 412, 'VERSION_MISMATCH');
      expect((await app.request('GET', url)).body).toEqual(first.body);
      expect((await app.request('PATCH', url, edit('Three'), { 'if-match': '*' })).status).toBe(200);
    }
  });

  it('lists are walked by their Link header, every row exactly once', async () => {
    for (let hour = 0; hour < 12; hour += 1)
      await makeCampaign(app, { schedule_time: `2027-02-01T${10 + hour}:00:00` });
    const ran = await makeCampaign(app, { target_segment: 'tech' });
    await app.tick();
    const run = await latestRun(app, ran.id);
    const lists = ['/contacts?segment=tech&limit=7', '/campaigns/?limit=5', '/segments?limit=2', '/analytics/?limit=5'];
    for (const list of [...lists, `/runs/${run.id}/deliveries?outcome=sent&limit=10`]) {
      const { body: whole } = await app.request('GET', list.replace(/limit=\d+/, 'limit=200'));
      const walked: unknown[] = [];
      for (let url: string | undefined = list; url;) {
        const { body, headers } = await app.request('GET', url);
        expect(body.length).toBeLessThanOrEqual(Number(/limit=(\d+)/.exec(list)![1]));
        walked.push(...body);
        url = /^<(.+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
      }
      expect(walked).toEqual(whole);
      expect(walked.length).toBeGreaterThan(2);
    }
  });

  it('the root tells programs that the API runs, and takes people to the dashboard', async () => {
    const json = { status: 200, body: { message: 'Marketing Campaign API is running' } };
    expect(await app.request('GET', '/')).toMatchObject(json);
    expect(await app.request('GET', '/', undefined, { accept: 'application/json' })).toMatchObject(json);
    const browser = await app.request('GET', '/', undefined, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect(browser.status).toBe(302);
    expect(browser.headers.location).toBe('/dashboard/');
    expect((await app.request('GET', '/dashboard/')).headers['content-type']).toMatch(/^text\/html/);
  });

  it('health says alive and ready', async () => {
    expect(await app.request('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await app.request('GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('the documentation is served with every route in it', async () => {
    const page = await app.request('GET', '/docs');
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.body).toContain('swagger-ui');
    const { body } = await app.request('GET', '/docs-json');
    expect(body.openapi).toMatch(/^3\./);
    expect(Object.keys(body.paths).length).toBeGreaterThan(20);
  });

  it('seeding twice is seeding once', async () => {
    const { status, body } = await app.request('POST', '/seed');
    expect(status).toBe(200);
    expect(body).toMatchObject({ contacts: { created: 60, known: 0 }, campaigns: 3 });
    const { body: again } = await app.request('POST', '/seed');
    expect(again).toEqual({ segments: 0, contacts: { created: 0, known: 60 }, campaigns: 0 });
  });

  it('browsers are told to trust no stranger, and to stay on plain http where that is all there is', async () => {
    for (const url of ['/', '/dashboard/', '/docs', '/health/live', '/campaigns/', '/nowhere']) {
      const { headers } = await app.request('GET', url);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('SAMEORIGIN');
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
      expect(headers['strict-transport-security']).toBeUndefined();
    }
  });
});
