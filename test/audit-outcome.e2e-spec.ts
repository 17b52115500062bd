import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AuditService } from '../src/access/audit.service.js';
import { aim, answer, refused, startWithSeven } from './support/corrections.js';
import { carryOut } from './support/engine.js';
import { makeCampaign } from './support/factories.js';
import type { TestApp } from './support/app.js';

let app: TestApp;
let campaign: number;
beforeAll(async () => {
  app = await startWithSeven();
  campaign = (await makeCampaign(app, { schedule_time: '2027-06-01T10:00:00' })).id;
});
afterAll(() => app.close());

const entries = async () => (await app.request('GET', '/audit?limit=200')).body;
const actions = async () => (await entries()).map(({ action }: { action: string }) => action);
/** Nothing more can be written to the log, until the answer is called. */
const closeLog = async () => {
  const { rows } = { rows: await app.sql<{ last: number }>(sql`select entry_id as last from audit_head`) };
  await app.sql(
    sql.raw(`alter table audit_entry add constraint no_more check (id <= ${Number(rows[0]!.last)}) not valid`),
  );
  return () => app.sql(sql.raw('alter table audit_entry drop constraint no_more'));
};

describe('the audit log', () => {
  it.each([
    ['POST', '/campaigns/999/test-send', { to: ['me@example.org'] }, 404],
    ['POST', '/campaigns/:campaign/test-send', { to: ['no address'] }, 400],
    ['POST', '/runs/999/retry-failed', {}, 404],
    ['POST', '/runs/999/in-doubt/resend', {}, 404],
    ['POST', '/runs/999/in-doubt/settle', { outcome: 'sent' }, 404],
    ['POST', '/runs/999/in-doubt/settle', { outcome: 'no outcome' }, 400],
    ['POST', '/contacts/999/opt-in', { channel: 'email', text_version: 'a' }, 404],
    ['POST', '/contacts/1/opt-in', { channel: 'sms', text_version: 'a' }, 409],
    ['POST', '/providers/999/test', { to: 'me@example.org' }, 404],
    ['POST', '/webhooks/999/test', undefined, 404],
    ['GET', '/imports/999/rejected', undefined, 404],
    ['GET', '/runs/999/deliveries/export', undefined, 404],
    ['GET', '/contacts/999/export', undefined, 404],
    ['GET', '/contacts/export?segment=none', undefined, 400],
  ])('has nothing of %s %s that was refused', async (method, url, body, status) => {
    const before = await actions();
    expect((await app.request(method, url.replace(':campaign', String(campaign)), body)).status).toBe(status);
    expect(await actions()).toEqual(before);
  });

  it('has each of them once that was carried out', async () => {
    answer(app, refused, 'c1');
    const run = await carryOut(app, aim);
    const before = (await actions()).length;
    const done: [string, string, string, object?][] = [
      ['campaign.test_sent', 'POST', `/campaigns/${campaign}/test-send`, { to: ['me@example.org'] }],
      ['contact.opt_in_requested', 'POST', '/contacts/1/opt-in', { channel: 'email', text_version: 'a' }],
      ['run.failed_retried', 'POST', `/runs/${run.id}/retry-failed`, {}],
      ['run.doubt_settled', 'POST', `/runs/${run.id}/in-doubt/settle`, { outcome: 'sent' }],
      ['run.deliveries_exported', 'GET', `/runs/${run.id}/deliveries/export`],
      ['contact.exported', 'GET', '/contacts/export'],
      ['contact.exported', 'GET', '/contacts/1/export'],
    ];
    for (const [, method, url, body] of done) expect((await app.request(method, url, body)).status).toBe(200);
    expect((await actions()).slice(0, -before)).toEqual(done.map(([action]) => action).reverse());
  });

  it('lets nothing leave that it cannot have', async () => {
    const messages = app.providers.email.messages;
    messages.length = 0;
    const [before] = await app.sql(sql`select count(*) from consent_change`);
    const open = await closeLog();
    for (const [method, url, body] of [
      ['POST', `/campaigns/${campaign}/test-send`, { to: ['me@example.org'] }],
      ['POST', '/contacts/2/opt-in', { channel: 'email', text_version: 'a' }],
      ['GET', '/contacts/export', undefined],
    ] as const)
      expect((await app.request(method, url, body)).status).toBe(500);
    await open();
    expect(messages).toEqual([]);
    expect(await app.sql(sql`select count(*) from consent_change`)).toEqual([before]);
  });

  it('says from where, and what somebody may do from then on', async () => {
    const key = {
      name: 'CRM',
      scopes: ['admin'],
      expires_at: '2030-01-01T00:00:00.000Z',
      networks: ['203.0.113.0/24'],
    };
    const newest = async () => (await entries())[0];
    const { body: made } = await app.request('POST', '/keys', key);
    expect(await newest()).toMatchObject({
      action: 'key.created',
      address: '127.0.0.1',
      details: { fields: Object.keys(key), values: key },
    });
    const { id } = (await app.request('POST', '/users', { email: 'ann@example.com', role: 'viewer' })).body;
    await app.request('PATCH', `/users/${id}`, { role: 'admin' });
    expect((await newest()).details).toEqual({ fields: ['role'], values: { email: 'ann@example.com', role: 'admin' } });
    const account = { name: 'bulk', channel: 'sms', kind: 'http', settings: { url: 'https://sms.example.org/' } };
    const secrets = { headers: { authorization: 'Bearer a-long-token' } };
    expect((await app.request('POST', '/providers', { ...account, secrets })).status).toBe(201);
    expect((await newest()).details.values).toMatchObject({ kind: 'http', settings: ['url'], has_secret: true });
    expect(JSON.stringify(await entries())).not.toMatch(new RegExp(`a-long-token|sms.example.org|${made.key}`));
    expect((await app.app.get(AuditService).verify()).broken).toBeNull();
  });

  it('is broken where an address is another, or is taken away, and not by entries that never had one', async () => {
    const verify = async () => (await app.app.get(AuditService).verify()).broken;
    const change = (address: string | null, id: number) =>
      app.sql(sql`update audit_entry set address = ${address} where id = ${id}`);
    await app.app.get(AuditService).record({ kind: 'cli', id: null, name: 'root' }, { action: 'a.b', target: 'a' });
    expect((await entries())[0].address).toBeNull();
    expect(await verify()).toBeNull();
    const last = (await entries())[0].id;
    await app.sql(sql`alter table audit_entry disable trigger user`);
    for (const [address, id] of [
      ['203.0.113.5', last - 1],
      [null, last - 1],
    ] as const) {
      await change(address, id);
      expect(await verify()).toEqual({ id, reason: 'it is not what was written' });
    }
    await change('127.0.0.1', last - 1);
    await change('127.0.0.1', last);
    expect((await verify())!.id).toBe(last);
  });
});
