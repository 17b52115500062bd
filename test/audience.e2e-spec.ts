import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const ada = {
  external_id: 'crm-1',
  email: 'ada@example.com',
  phone: '+4915112345678',
  first_name: 'Ada',
  last_name: 'Lovelace',
  locale: 'en-GB',
  time_zone: 'Europe/London',
  push_subscriptions: [
    { endpoint: 'https://push.example.com/1', keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) } },
    { token: 'device-1', platform: 'android' },
  ],
  attributes: { plan: 'pro', visits: 3, tags: ['a', { deep: null }], 'with.dot': '2026-02-30', quote: `"'\\` },
  segments: ['tech', 'vip'],
};

describe('contacts', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    for (const name of ['tech', 'vip', 'retail']) await makeSegment(app, name);
  });
  afterAll(() => app.close());
  const create = async (body: object) => (await app.request('POST', '/contacts', body)).body;
  const bulk = (contacts: object[]) => app.request('POST', '/contacts/bulk', { contacts });
  const read = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body;
  const patch = async (id: number, body: object) => (await app.request('PATCH', `/contacts/${id}`, body)).body;
  const one = async (email: string) => (await app.request('GET', `/contacts?email=${email}`)).body[0];

  it('come back as they were given', async () => {
    const { status, body } = await app.request('POST', '/contacts', ada);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...ada, version: 1 });
    expect(body.attributes).toEqual(ada.attributes);
    expect(body.consent).toEqual({ email: 'subscribed', sms: 'subscribed', push: 'subscribed' });
    expect(await read(body.id)).toEqual(body);
  });

  it('need one identity, and leave the rest empty', async () => {
    expect(await create({ external_id: 'crm-2' })).toMatchObject({
      email: null,
      phone: null,
      first_name: null,
      push_subscriptions: [],
      attributes: {},
      segments: [],
    });
  });

  it('are known by an address and a number in one normal form', async () => {
    const body = await create({ email: '  Grace.Hopper@Example.COM ', phone: '+1 (202) 555-01.00' });
    expect(body).toMatchObject({ email: 'grace.hopper@example.com', phone: '+12025550100' });
    expectProblem(await app.request('POST', '/contacts', { phone: '+1-202-555-0100' }), 409, 'CONTACT_EXISTS');
    expect((await one('GRACE.hopper@example.com')).id).toBe(body.id);
  });

  it('have their time zone in its own spelling', async () => {
    const { id, time_zone } = await create({ email: 'zone@example.com', time_zone: 'europe/berlin' });
    expect(time_zone).toBe('Europe/Berlin');
    expect(await patch(id, { time_zone: 'Asia/Calcutta' })).toMatchObject({ time_zone: 'Asia/Calcutta' });
    await bulk([{ email: 'zone@example.com', time_zone: 'EUROPE/PARIS' }]);
    expect(await read(id)).toMatchObject({ time_zone: 'Europe/Paris' });
  });

  it('keep what an edit leaves out, and lose what it sets to null', async () => {
    const { id } = await create({ ...ada, external_id: 'crm-3', email: 'edit@example.com', phone: null });
    const kept = await patch(id, { first_name: 'Augusta' });
    expect(kept).toMatchObject({ first_name: 'Augusta', last_name: 'Lovelace', segments: ['tech', 'vip'], version: 2 });
    expect(kept.attributes).toEqual(ada.attributes);

    const names = { first_name: null, last_name: null, locale: null, time_zone: null, external_id: null };
    const cleared = await patch(id, { ...names, attributes: null, push_subscriptions: null, segments: null });
    expect(cleared).toMatchObject({ ...names, email: 'edit@example.com', push_subscriptions: [], segments: [] });
    expect(cleared.attributes).toEqual({});
  });

  it('replace attributes and segments as a whole', async () => {
    const { id } = await create({ email: 'whole@example.com', attributes: { a: 1, b: 2 }, segments: ['tech', 'vip'] });
    const body = await patch(id, { attributes: { c: 3 }, segments: ['retail', 'retail'] });
    expect(body.attributes).toEqual({ c: 3 });
    expect(body.segments).toEqual(['retail']);
  });

  it('cannot lose their last identity, and keep everything when that is tried', async () => {
    const contact = await create({ email: 'last@example.com', first_name: 'Last' });
    const answer = await app.request('PATCH', `/contacts/${contact.id}`, { email: null, first_name: 'Lost' });
    expectProblem(answer, 400, 'INVALID_CONTACT', '');
    await create({ email: 'somebody-else@example.com' });
    expect(await read(contact.id)).toEqual(contact);
    expect(await patch(contact.id, { email: null, phone: '+4915100000001' })).toMatchObject({ email: null });
  });

  it('consent to each channel on its own', async () => {
    const { id } = await create({ email: 'consent@example.com', consent: { sms: 'pending' } });
    const body = await patch(id, { consent: { email: 'unsubscribed' } });
    expect(body.consent).toEqual({ email: 'unsubscribed', sms: 'pending', push: 'subscribed' });
  });

  it('are listed in order, by address and by segment', async () => {
    const { body: all } = await app.request('GET', '/contacts?limit=200');
    const ids = all.map(({ id }: { id: number }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const { body: vips } = await app.request('GET', '/contacts?segment=vip');
    expect(vips.map(({ email }: { email: string }) => email)).toEqual(['ada@example.com']);
    expect((await app.request('GET', '/contacts?email=nobody@example.com')).body).toEqual([]);
    expect((await app.request('GET', '/contacts?segment=nobody')).body).toEqual([]);
  });

  it('are deleted with their memberships', async () => {
    const { id } = await create({ email: 'gone@example.com', segments: ['vip'] });
    expect(await app.request('DELETE', `/contacts/${id}`)).toMatchObject({ status: 204, body: null });
    expectProblem(await app.request('GET', `/contacts/${id}`), 404, 'CONTACT_NOT_FOUND');
    expectProblem(await app.request('DELETE', `/contacts/${id}`), 404, 'CONTACT_NOT_FOUND');
    expect((await app.request('GET', '/contacts?segment=vip')).body).toHaveLength(1);
  });

  describe('in bulk', () => {
    it('are created or updated by external_id, email or phone in one call', async () => {
      const first = [
        { external_id: 'bulk-1', email: 'bulk1@example.com', first_name: 'One', segments: ['tech'] },
        { email: 'bulk2@example.com', attributes: { a: 1 } },
        { phone: '+4915100000003', consent: { sms: 'pending' } },
      ];
      expect(await bulk(first)).toMatchObject({ status: 200, body: { created: 3, updated: 0 } });
      const second = [
        { external_id: 'bulk-1', email: 'Bulk1.new@example.com', segments: ['vip'] },
        { email: ' BULK2@example.com', first_name: 'Two' },
        { phone: '+49 151 0000 0003', consent: { email: 'unsubscribed' } },
        { external_id: 'bulk-4', phone: '+4915100000004' },
      ];
      expect((await bulk(second)).body).toEqual({ created: 1, updated: 3 });
      const changed = { external_id: 'bulk-1', first_name: 'One', segments: ['vip'], version: 2 };
      expect(await one('bulk1.new@example.com')).toMatchObject(changed);
      expect(await one('bulk2@example.com')).toMatchObject({ first_name: 'Two', attributes: { a: 1 } });
      const { body: all } = await app.request('GET', '/contacts?limit=200');
      const third = all.find(({ phone }: { phone: string }) => phone === '+4915100000003');
      expect(third.consent).toEqual({ email: 'unsubscribed', sms: 'pending', push: 'subscribed' });
    });

    it('keep what is left out, and lose what is null', async () => {
      await bulk([{ external_id: 'bulk-5', email: 'bulk5@example.com', first_name: 'Five', segments: ['tech'] }]);
      await bulk([{ external_id: 'bulk-5', first_name: null, attributes: null }]);
      const kept = { external_id: 'bulk-5', first_name: null, attributes: {}, segments: ['tech'] };
      expect(await one('bulk5@example.com')).toMatchObject(kept);
    });

    it.each([
      ['the same address', [{ email: 'twice@example.com' }, { email: 'TWICE@example.com ' }], '/contacts/1/email'],
      ['the same number', [{ phone: '+491519900000' }, { phone: '+49 151 9900000' }], '/contacts/1/phone'],
      [
        'the same address under two identifiers',
        [
          { external_id: 'x', email: 'twice@example.com' },
          { external_id: 'y', email: 'twice@example.com' },
        ],
        '/contacts/1/email',
      ],
      [
        'an address once alone and once beside an identifier',
        [{ external_id: 'x', email: 'twice@example.com' }, { email: 'twice@example.com' }],
        '/contacts/1/email',
      ],
      ['nobody', [{ email: 'ok@example.com' }, { first_name: 'Nobody' }], '/contacts/1'],
    ])('are all refused when two have %s', async (_, contacts, pointer) => {
      const before = await contents(app);
      expectProblem(await bulk(contacts), 400, 'INVALID_CONTACT', pointer);
      expect(await contents(app)).toEqual(before);
    });

    it('are written wholly or not at all', async () => {
      const before = await contents(app);
      const good = Array.from({ length: 50 }, (_, index) => ({ email: `all${index}@example.com` }));
      const stranger = await bulk([...good, { email: 'all50@example.com', segments: ['tech', 'nobody'] }]);
      expectProblem(stranger, 400, 'UNKNOWN_SEGMENT', '/contacts/50/segments');
      expectProblem(await bulk([...good, { external_id: 'new', email: ada.email }]), 409, 'CONTACT_EXISTS');
      expectProblem(await bulk([...good, { email: 'no address' }]), 400, 'VALIDATION_FAILED', '/contacts/50/email');
      expect(await contents(app)).toEqual(before);
    });

    it('are at most ten thousand a call', async () => {
      const many = Array.from({ length: 10_001 }, (_, index) => ({
        external_id: `many-${index}`,
        email: `many${index}@example.com`,
        attributes: { note: 'n'.repeat(100) },
        segments: ['retail'],
      }));
      expectProblem(await bulk(many), 400, 'VALIDATION_FAILED', '/contacts');
      expect((await bulk(many.slice(1))).body).toEqual({ created: 10_000, updated: 0 });
      expect((await bulk(many.slice(1))).body).toEqual({ created: 0, updated: 10_000 });
      const { body: segments } = await app.request('GET', '/segments');
      expect(segments.find(({ name }: { name: string }) => name === 'retail').size).toBe(10_001);
      expectProblem(await bulk([]), 400, 'VALIDATION_FAILED', '/contacts');
    });
  });

  describe('segments', () => {
    it('are made, listed with their size, and deleted without their contacts', async () => {
      const { status, body } = await app.request('POST', '/segments', { name: 'Früh-Käufer', description: 'Early' });
      expect(status).toBe(201);
      expect(body).toMatchObject({ name: 'Früh-Käufer', kind: 'static', description: 'Early', size: 0 });
      const contact = await create({ email: 'early@example.com', segments: ['Früh-Käufer'] });
      expect((await app.request('GET', `/segments/${body.id}`)).body.size).toBe(1);
      expect((await app.request('DELETE', `/segments/${body.id}`)).status).toBe(204);
      expectProblem(await app.request('GET', `/segments/${body.id}`), 404, 'SEGMENT_NOT_FOUND');
      expect(await read(contact.id)).toMatchObject({ email: 'early@example.com', segments: [] });
    });

    it('can go once the last campaign that aims at them has gone', async () => {
      const id = await makeSegment(app, 'aimed at');
      const campaign = await makeCampaign(app, { target_segment: 'aimed at', schedule_time: '2027-01-01' });
      expectProblem(await app.request('DELETE', `/segments/${id}`), 409, 'SEGMENT_IN_USE');
      await app.request('DELETE', `/campaigns/${campaign.id}`);
      expect((await app.request('DELETE', `/segments/${id}`)).status).toBe(204);
    });

    it.each(['', ' vip', 'vip ', 'v\nip', 'v'.repeat(51)])('are not called %j', async (name) => {
      expectProblem(await app.request('POST', '/segments', { name }), 400, 'VALIDATION_FAILED', '/name');
    });
  });
});
