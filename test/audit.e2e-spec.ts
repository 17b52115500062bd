import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { sql } from 'kysely';
import { AuditService } from '../src/access/audit.service.js';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { ManualClock } from './support/manual-clock.js';
import { expectProblem } from './support/problems.js';

interface Row {
  id: number;
  at: Date;
  action: string;
  hash: string;
  [column: string]: unknown;
}

describe('the audit log', () => {
  let app: TestApp;
  let other: TestApp;
  let superuser: Client;
  beforeAll(async () => {
    // Long ago for the database as well: what is young cannot be pruned.
    app = await startApp({ clock: new ManualClock(new Date('2024-01-01T00:00:00Z')) });
    other = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    superuser = new Client({ connectionString: app.databaseUrl });
    await superuser.connect();
    await makeSegment(app, 'tech');
    await makeContacts(app, 3, { segments: ['tech'] });
  });
  afterAll(async () => {
    await superuser.end();
    await other.close();
    await app.close();
  });

  const list = async (query = '') => (await app.request('GET', `/audit?limit=200${query}`)).body;
  const newest = async () => (await list())[0];
  const rows = () => app.sql<Row>(sql`select * from audit_entry order by id`);
  const verify = () => app.app.get(AuditService).verify();

  it('has who did what to what, and no contents', async () => {
    const campaign = await makeCampaign(app, { schedule_time: '2027-01-01T00:00:00' });
    const target = { target: 'campaign', target_id: String(campaign.id) };
    const actor = { kind: 'key', id: 1, name: 'test' };
    expect(await newest()).toMatchObject({ action: 'campaign.created', ...target, actor });
    for (const [verb, action] of [
      ['pause', 'campaign.paused'],
      ['resume', 'campaign.resumed'],
      ['launch', 'campaign.launched'],
      ['cancel', 'campaign.cancelled'],
    ] as const) {
      expect((await app.request('POST', `/campaigns/${campaign.id}/${verb}`)).status).toBe(200);
      expect(await newest()).toMatchObject({ action, ...target, actor, at: app.clock.now().toISOString() });
    }
    await app.request('POST', '/suppressions', { address: 'secret@example.com' });
    const entry = await newest();
    expect(entry).toMatchObject({
      action: 'suppression.created',
      target: 'suppression',
      details: { fields: ['address'] },
    });
    expect(entry.request_id).toMatch(/\S/);
    expect(JSON.stringify(await rows())).not.toContain('secret@');
  });

  it('has exports before a byte of them, erasures, and consent that staff changes, but not every contact', async () => {
    expect((await app.request('GET', '/contacts/export')).status).toBe(200);
    expect(await newest()).toMatchObject({ action: 'contact.exported', target_id: null });
    await app.request('PUT', '/contacts', { email: 'c1@example.com', first_name: 'Ann' });
    expect((await newest()).action).toBe('contact.exported');
    await app.request('PUT', '/contacts', { email: 'c1@example.com', consent: { email: 'unsubscribed' } });
    expect((await newest()).action).toBe('contact.put');
    await app.request('POST', '/contacts/2/erase');
    expect(await newest()).toMatchObject({ action: 'contact.erased', target_id: '2' });
  });

  it('has nothing of what was refused, and a repeated request once', async () => {
    const before = await list();
    expectProblem(await app.request('POST', '/segments', { name: 'tech' }), 409, 'SEGMENT_EXISTS');
    expectProblem(await app.request('POST', '/campaigns/9999/launch'), 404, 'CAMPAIGN_NOT_FOUND');
    expect(await list()).toEqual(before);
    for (const _ of [1, 2]) await app.request('POST', '/segments', { name: 'once' }, { 'idempotency-key': 'a' });
    expect((await list()).length).toBe(before.length + 1);
  });

  it('undoes an act that it cannot have', async () => {
    await superuser.query(
      `alter table audit_entry add constraint no_more check (id <= ${(await rows()).length}) not valid`,
    );
    const user = { email: 'unrecorded@example.com', role: 'viewer' };
    expect((await app.request('POST', '/users', user)).status).toBe(500);
    await superuser.query('alter table audit_entry drop constraint no_more');
    expect((await app.request('GET', '/users')).body).toEqual([]);
    expect((await app.request('POST', '/users', user)).status).toBe(201);
  });

  it('is one chain, also of what two processes do at the same moment', async () => {
    const makers = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? app : other).request('POST', '/segments', { name: `many ${index}` }),
    );
    for (const { status } of await Promise.all(makers)) expect(status).toBe(201);
    const all = await rows();
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
    // As the documents say it, written once more.
    let previous = '0'.repeat(64);
    const sorted = (_: string, value: unknown) =>
      Object.prototype.toString.call(value) === '[object Object]'
        ? Object.fromEntries(Object.entries(value as object).sort())
        : value;
    for (const row of all) {
      const names = ['actor_kind', 'actor_id', 'actor_name', 'action', 'target', 'target_id', 'request_id'];
      const array = [row.id, row.at.toISOString(), ...names.map((name) => row[name]), row.details];
      if (row.address !== null) array.push(row.address);
      previous = createHash('sha256')
        .update(`${previous}\n${JSON.stringify(array, sorted)}`)
        .digest('hex');
      expect([row.id, row.hash]).toEqual([row.id, previous]);
    }
    expect(await verify()).toEqual({ entries: all.length, hash: previous, broken: null });
  });

  it('is listed by page and by what one looks for, to administrators', async () => {
    const all = await list();
    const first = await app.request('GET', '/audit?limit=2&action=segment.created');
    expect(first.body.map(({ action }: { action: string }) => action)).toEqual(['segment.created', 'segment.created']);
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.link!)![1]!;
    expect((await app.request('GET', next)).body[0].id).toBeLessThan(first.body[1].id);
    const aimed = await list('&target=contact&target_id=2');
    expect(aimed.map(({ action }: { action: string }) => action)).toEqual(['contact.erased']);
    expect(await list('&actor=nobody')).toEqual([]);
    expect(await list('&actor=test')).toEqual(all);
    expect(await list(`&from=${app.clock.now().toISOString()}`)).toEqual(all);
    expect(await list(`&until=${app.clock.now().toISOString()}`)).toEqual([]);
    expectProblem(await app.request('GET', '/audit?from=soon'), 400, 'VALIDATION_FAILED', '/from');
  });

  it('can be changed by nobody, a superuser included', async () => {
    for (const statement of [
      `update audit_entry set actor_name = 'nobody' where id = 2`,
      'delete from audit_entry where id = 2',
      'truncate audit_entry',
    ])
      await expect(superuser.query(statement)).rejects.toThrow('the audit log is append-only');
    expect((await verify()).broken).toBeNull();
  });

  it('tells the first entry that is not what was written, whoever forced it', async () => {
    await superuser.query('create table saved as select * from audit_entry');
    const forced = async (...statements: string[]) => {
      for (const statement of ['disable trigger user', ...statements, 'enable trigger user'])
        await superuser.query(/able trigger /.test(statement) ? `alter table audit_entry ${statement}` : statement);
    };
    const found = async (statement: string) => {
      await forced(statement);
      const { broken } = await verify();
      await forced('truncate audit_entry', 'insert into audit_entry select * from saved');
      return broken;
    };
    const changed = 'it is not what was written';
    expect(await found(`update audit_entry set actor_name = 'nobody' where id = 3`)).toEqual({
      id: 3,
      reason: changed,
    });
    expect(await found(`update audit_entry set details = '{}' where id = 1`)).toEqual({ id: 1, reason: changed });
    expect(await found('delete from audit_entry where id = 5')).toEqual({ id: 5, reason: 'it is missing' });
    const last = (await rows()).length;
    expect((await found(`delete from audit_entry where id = ${last}`))!.id).toBe(last);
    expect((await found('truncate audit_entry'))!.id).toBe(1);
    expect((await verify()).broken).toBeNull();
  });

  it('lets the oldest entries go where an operator says so, and is one chain after that', async () => {
    const before = (await rows()).length;
    app.clock.advance(40 * 86_400_000);
    await app.request('POST', '/segments', { name: 'kept' });
    const operator = { kind: 'cli', id: null, name: 'root' } as const;
    expect(await app.app.get(AuditService).prune(operator, 30)).toBe(before);
    const left = await rows();
    expect(left.map(({ id, action }) => [id, action])).toEqual([
      [before + 1, 'segment.created'],
      [before + 2, 'audit.pruned'],
    ]);
    expect(left[1]!.details).toEqual({ days: 30, removed: before });
    expect(await verify()).toMatchObject({ entries: 2, broken: null });
    await expect(superuser.query('delete from audit_entry')).rejects.toThrow('append-only');
  });
});
