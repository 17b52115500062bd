import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

describe('contacts', () => {
  const BROWSER = { endpoint: 'https://push.example.com/1', keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) } };

  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { DEFAULT_COUNTRY: 'DE' } });
    await makeSegment(app, 'tech');
  });
  afterAll(() => app.close());

  it('are put where they are known by an identity, and made where they are not', async () => {
    const put = (body: object, by = '') => app.request('PUT', `/contacts${by && `?by=${by}`}`, body);
    const made = await put({ email: 'put@example.com', first_name: 'Put', segments: ['tech'] });
    expect(made).toMatchObject({ status: 201, body: { version: 1, segments: ['tech'] } });
    const changed = await put({ email: 'PUT@example.com', external_id: 'put-1' }, 'email');
    expect(changed).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { id: made.body.id, first_name: 'Put' },
    });
    expect((await put({ external_id: 'put-1', email: 'put2@example.com' })).body).toMatchObject({ id: made.body.id });
    const adopted = await put({ email: 'put4@example.com', phone: '+4915112345601' });
    const known = { external_id: 'put-4', email: 'put4@example.com', last_name: 'Known' };
    expect(await put(known)).toMatchObject({
      status: 200,
      body: { id: adopted.body.id, phone: '+4915112345601', ...known },
    });
    expectProblem(await put({ external_id: 'put-2', email: 'put2@example.com' }), 409, 'CONTACT_EXISTS', '/email');
    expectProblem(await put({ external_id: 'put-1' }, 'phone'), 400, 'INVALID_CONTACT', '/phone');
    expectProblem(await put({ external_id: 'put-1' }, 'name'), 400, 'VALIDATION_FAILED', '/by');
    expectProblem(await put({ email: 'put3@example.com', segments: ['nobody'] }), 400, 'UNKNOWN_SEGMENT', '/segments');
  });

  it('are given the external_ids that a bulk call brings for their emails or phones, where they have none', async () => {
    const phone = '+4915112345699';
    const bulk = (contacts: object[]) => app.request('POST', '/contacts/bulk', { contacts });
    await bulk([
      { email: 'signup@example.com', first_name: 'Sign' },
      { phone },
      { email: 'taken@example.com', external_id: 't' },
    ]);
    const brought = [
      { external_id: 'crm-1', email: 'signup@example.com', last_name: 'Up' },
      { external_id: 'crm-2', email: 'phoned@example.com', phone },
      { external_id: 'crm-3' },
    ];
    expect(await bulk(brought)).toMatchObject({ status: 200, body: { created: 1, updated: 2 } });
    const { body } = await app.request('GET', '/contacts?email=signup@example.com');
    expect(body).toMatchObject([{ external_id: 'crm-1', first_name: 'Sign', last_name: 'Up', version: 2 }]);
    const other = { external_id: 'crm-9', email: 'taken@example.com' };
    expectProblem(await bulk([other]), 409, 'CONTACT_EXISTS', '/contacts/0/email');
  });

  it('may change places within a bulk call, and else it is told which of them are others’', async () => {
    const bulk = (contacts: object[]) => app.request('POST', '/contacts/bulk', { contacts });
    const email = (name: string) => `${name}@swap.example`;
    const [p1, p2] = ['+4915112345611', '+4915112345612'];
    await bulk([
      { external_id: 's1', email: email('a'), phone: p1 },
      { external_id: 's2', email: email('b'), phone: p2 },
      { email: email('c') },
      { external_id: 's4', email: email('d') },
    ]);
    const taken = await bulk([
      { external_id: 's1', email: email('b') },
      { external_id: 's2', phone: null },
      { external_id: 's3', email: email('d'), phone: p2 },
      { email: email('e'), phone: p1 },
    ]);
    expectProblem(taken, 409, 'CONTACT_EXISTS');
    expect(taken.body.errors).toEqual([
      { pointer: '/contacts/0/email', message: 'another contact already has this email' },
      { pointer: '/contacts/2/email', message: 'another contact already has this email' },
      { pointer: '/contacts/3/phone', message: 'another contact already has this phone' },
    ]);
    // Round in a circle: a new contact takes what an adopted one gives up.
    const round = await bulk([
      { external_id: 's1', email: email('b') },
      { external_id: 's2', email: email('a'), phone: null },
      { external_id: 's3', email: email('c'), phone: p2 },
      { external_id: 's4', email: email('new') },
      { email: email('d'), first_name: 'New' },
    ]);
    expect(round).toMatchObject({ status: 200, body: { created: 1, updated: 4 } });
    const { body } = await app.request('GET', '/contacts?limit=200');
    const found = body
      .filter((one: { email: string | null }) => one.email?.endsWith('@swap.example'))
      .sort((one: { email: string }, other: { email: string }) => one.email.localeCompare(other.email));
    expect(found.map((one: Record<string, unknown>) => [one.external_id, one.email, one.phone, one.version])).toEqual([
      ['s2', email('a'), null, 2],
      ['s1', email('b'), p1, 2],
      ['s3', email('c'), p2, 2],
      [null, email('d'), null, 1],
      ['s4', email('new'), null, 2],
    ]);
  });

  it.each([
    [{ push_subscriptions: [{ endpoint: 'http://push.example.com/1', keys: {} }] }, '/push_subscriptions/0/endpoint'],
    [{ push_subscriptions: [{ endpoint: 'https://push.example.com/1' }] }, '/push_subscriptions/0/keys'],
    [{ push_subscriptions: [{ token: '\u{1f514}'.repeat(1_000), platform: 'ios' }] }, '/push_subscriptions/0/token'],
    [{ push_subscriptions: [{ token: 'two words', platform: 'ios' }] }, '/push_subscriptions/0/token'],
    [{ push_subscriptions: [{ token: ' ', platform: 'ios' }] }, '/push_subscriptions/0/token'],
    [
      { push_subscriptions: [{ ...BROWSER, endpoint: 'https://push.example.com/\u00e4' }] },
      '/push_subscriptions/0/endpoint',
    ],
    [{ push_subscriptions: [{ ...BROWSER, token: 1 }] }, '/push_subscriptions/0/token'],
    [{ push_subscriptions: [{ ...BROWSER, platform: 'fridge' }] }, '/push_subscriptions/0/platform'],
    [{ push_subscriptions: [{ token: 'a' }] }, '/push_subscriptions/0/platform'],
    [{ attributes: { text: 'x'.repeat(16_384) } }, '/attributes'],
    [{ attributes: { deep: [[[[[[[[1]]]]]]]] } }, '/attributes'],
    [{ phone: '+1 202 555' }, '/phone'],
  ])('%# are refused with the place of what is wrong', async (body, pointer) => {
    expectProblem(
      await app.request('POST', '/contacts', { external_id: 'no', ...body }),
      400,
      'VALIDATION_FAILED',
      pointer,
    );
  });

  it('have national numbers where a country is set for them, and keep to it', async () => {
    const put = async (phone: string) => (await app.request('PUT', '/contacts', { phone })).body;
    const { id, phone } = await put('0151 / 123 456 78');
    expect(phone).toBe('+4915112345678');
    expect((await put('+49 (0)151 12345678')).id).toBe(id);
    const patched = await app.request('PATCH', `/contacts/${id}`, { phone: '030 123456' });
    expect(patched.body.phone).toBe('+4930123456');
    const bulk = await app.request('POST', '/contacts/bulk', {
      contacts: [{ phone: '030 123456' }, { phone: '030 12' }],
    });
    expectProblem(bulk, 400, 'VALIDATION_FAILED', '/contacts/1/phone');
  });
});
