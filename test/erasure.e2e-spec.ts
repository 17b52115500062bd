import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SandboxMailbox } from '../src/delivery/channels/sandbox/sandbox-mailbox.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { importFile, upload } from './support/importing.js';

const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const create = (body: object, key: string) =>
  app.request('POST', '/contacts', body, { 'idempotency-key': key }).then((answer) => answer.body);
const rejected = async (id: number) => (await app.request('GET', `/imports/${id}/rejected`)).body as string;
const keys = async () =>
  (await app.sql(sql<{ key: string }>`select key from idempotency_key order by key`)).map(({ key }) => key);

describe('what is kept on the way', () => {
  let importId: number;

  it('does not outlive the erasure of whom it names, and stays for everybody else', async () => {
    const ada = {
      email: 'ada@example.com',
      phone: '+4915112345678',
      push_subscriptions: [{ token: 'Dev"7', platform: 'ios' }],
    };
    const { id } = await create(ada, 'ada');
    await create({ email: 'bob@example.com', phone: '+4915199999999' }, 'bob');
    const lines = [
      'Ada@Example.com,1',
      ' ada@example.com ,2',
      'nobody,0151 / 123-456 78',
      'nobody,"""Dev""7"',
      'bob@example.com,+49 151 9',
    ];
    importId = (
      await importFile(app, `email,phone,time_zone\n${lines.map((line) => `${line},Nowhere/Land\n`).join('')}`)
    ).id;
    const json = await importFile(app, '{"email":"ADA@example.com","phone":1}\n', '', {
      'content-type': 'application/x-ndjson',
    });
    expect((await rejected(importId)).split('\r\n')).toHaveLength(lines.length + 2);
    await app.request('POST', `/contacts/${id}/erase`);
    expect((await rejected(importId)).trim().split('\r\n')).toEqual([
      'import_line,import_reason,email,phone,time_zone',
      expect.stringMatching(/^6,.*bob@example.com/),
    ]);
    expect((await rejected(json.id)).trim().split('\r\n')).toHaveLength(1);
    expect(await keys()).toEqual(['bob']);
  });

  it('is forgotten a month after the import', async () => {
    app.clock.advance(30 * DAY);
    await app.app.get(Sweeper).housekeep();
    expect(await rejected(importId)).toContain('bob@example.com');
    app.clock.advance(1_000);
    await app.app.get(Sweeper).housekeep();
    expect(await rejected(importId)).not.toContain('bob@example.com');
  });
});

describe('an erasure', () => {
  const erase = (id: number) => app.request('POST', `/contacts/${id}/erase`);
  const contactOf = async (email: string) => (await app.request('GET', `/contacts?email=${email}`)).body[0];
  const importOf = async (id: number) => (await app.request('GET', `/imports/${id}`)).body;
  const ndjson = { 'content-type': 'application/x-ndjson' };

  it.each<[string, (id: number) => Promise<unknown>]>([
    ['at once', erase],
    ['after a deletion', async (id) => [await app.request('DELETE', `/contacts/${id}`), await erase(id)]],
  ])('reaches uploads that wait, %s, and says nothing of whom it left out', async (how, leave) => {
    const [name, other] = how === 'at once' ? ['vic', 'wil'] : ['xan', 'yve'];
    const { id } = (await app.request('POST', '/contacts', { email: `${name}@example.com` })).body;
    const head = 'email,first_name,ill';
    const lines = [
      `${head}`,
      `${other}@example.com,Wil,no`,
      `${name}@example.com,Victor,diabetes`,
      'broken,Victor,diabetes',
    ];
    const csv = (await upload(app, `${lines.join('\n')}\n`)).body.id;
    const json = (await upload(app, `{"email":"${name}@example.com","ill":"diabetes"}\n`, '', ndjson)).body.id;
    const trial = (await upload(app, `${lines.join('\n')}\n`, '?dry_run=true')).body.id;
    expect((await leave(id)) && (await contactOf(`${name}@example.com`))).toBeUndefined();
    await app.tick();
    expect(await importOf(csv)).toMatchObject({ status: 'completed', created: 1, rejected: 2 });
    expect(await importOf(json)).toMatchObject({ status: 'completed', created: 0, rejected: 1 });
    expect(await importOf(trial)).toMatchObject({ status: 'completed', rejected: 2 });
    expect([await contactOf(`${name}@example.com`), (await contactOf(`${other}@example.com`)).first_name]).toEqual([
      undefined,
      'Wil',
    ]);
    for (const each of [csv, json, trial]) expect(await rejected(each)).not.toMatch(/victor|diabetes|(?:vic|xan)@/i);
    expect(await rejected(csv)).toContain('its person was erased after the file had been uploaded');
    await importFile(app, `email\n${name}@example.com\n`);
    expect((await contactOf(`${name}@example.com`)).suppressed).toEqual(['email', 'sms', 'push']);
  });

  it('leaves out of an upload that waits whom it names otherwise', async () => {
    const { id } = (await app.request('POST', '/contacts', { email: 'zed@example.com', external_id: 'crm-z' })).body;
    const { body } = await upload(app, 'external_id,ill\ncrm-z,diabetes\ncrm-y,no\n');
    await erase(id);
    await app.tick();
    expect(await importOf(body.id)).toMatchObject({ created: 1, rejected: 1 });
  });

  it('takes refused rows that name the external id, and what the sandbox took under any address', async () => {
    const { id } = (await app.request('POST', '/contacts', { email: 'first@example.com', external_id: '7' })).body;
    const rows = ['7,nobody,Nowhere/Land', '77,nobody,Nowhere/Land'];
    const csv = await importFile(app, `external_id,email,time_zone\n${rows.join('\n')}\n`);
    const json = await importFile(app, '{"external_id":"7","phone":1}\n{"external_id":"77","phone":1}\n', '', ndjson);
    const mailbox = app.app.get(SandboxMailbox);
    const sent = { at: new Date(), channel: 'email', to_name: null, subject: null, format: 'text', body: '' } as const;
    for (const contact_id of [id, id + 1, id])
      mailbox.add({ ...sent, to: 'first@example.com', run_id: 1, contact_id, attempt: 1 });
    await app.request('PATCH', `/contacts/${id}`, { email: 'second@example.com' });
    expect((await app.request('GET', `/contacts/${id}/export`)).body.records.sandbox_messages).toHaveLength(2);
    await erase(id);
    expect(mailbox.list(10)).toEqual([expect.objectContaining({ contact_id: id + 1 })]);
    expect((await rejected(csv.id)).trim().split('\r\n').slice(1)).toEqual([expect.stringContaining('77,nobody')]);
    expect((await rejected(json.id)).trim().split('\r\n').slice(1)).toEqual([expect.stringContaining('77')]);
  });

  it('of a contact that was deleted suppresses what it had, for whoever has it now', async () => {
    const was = {
      email: 'went@example.com',
      phone: '+4915155555555',
      push_subscriptions: ['p1', 'p2'].map((token) => ({ token, platform: 'ios' })),
    };
    const { id } = (await app.request('POST', '/contacts', was)).body;
    const refused = await importFile(app, 'email,time_zone\nWent@example.com,Nowhere/Land\nbob@x.org,Nowhere/Land\n');
    await app.request('DELETE', `/contacts/${id}`);
    await app.request('POST', '/suppressions', { address: was.phone, reason: 'manual' });
    const other = (await app.request('POST', '/contacts', { email: was.email })).body;
    expect(other.suppressed).toEqual([]);
    expect((await erase(id)).status).toBe(200);
    for (const address of [was.email, was.phone, 'p1', 'p2'])
      expect((await app.request('GET', `/suppressions?address=${encodeURIComponent(address)}`)).body).toEqual([
        expect.objectContaining({ channel: 'all', reason: 'erasure' }),
      ]);
    expect((await app.request('GET', `/contacts/${other.id}`)).body.suppressed).toEqual(['email', 'sms', 'push']);
    expect(await rejected(refused.id)).not.toMatch(/went/i);
    expect(await rejected(refused.id)).toContain('bob@x.org');
  });
});

describe('an export', () => {
  it('tells the rows of imports that were refused and name the person, and no others', async () => {
    const contact = { email: 'row@example.com', phone: '+4915144444444', external_id: 'crm-9' };
    const { id } = (await app.request('POST', '/contacts', contact)).body;
    const rows = ['ROW@example.com,', 'nobody,0151 44444444', 'arrow@example.com.invalid,', 'crow@example.com,'];
    const csv = await importFile(app, `email,phone,time_zone\n${rows.map((row) => `${row},Nowhere/Land\n`).join('')}`);
    const { refused_rows } = (await app.request('GET', `/contacts/${id}/export`)).body;
    expect(refused_rows.map(({ line }: { line: number }) => line)).toEqual([2, 3]);
    expect(refused_rows[0]).toEqual({
      ...{ import_id: csv.id, line: 2, reason: expect.stringContaining('time_zone') },
      cells: ['ROW@example.com', '', 'Nowhere/Land'],
    });
    await app.request('POST', `/contacts/${id}/erase`);
    expect(await rejected(csv.id)).not.toMatch(/row@example.com,|4444/i);
  });

  it('tells why and since when the addresses are suppressed', async () => {
    const { id } = (await app.request('POST', '/contacts', { email: 'told@example.com' })).body;
    await app.request('POST', '/suppressions', { address: 'told@example.com', channel: 'email', reason: 'complaint' });
    const { suppressions } = (await app.request('GET', `/contacts/${id}/export`)).body;
    expect(suppressions).toEqual([
      { id: expect.any(Number), channel: 'email', reason: 'complaint', created_at: expect.any(String) },
    ]);
  });
});
