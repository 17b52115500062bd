import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { AuditService } from '../src/access/audit.service.js';
import { startApp, type TestApp } from './support/app.js';
import { ManualClock } from './support/manual-clock.js';

/** An entry as somebody at the database writes it, with any hash. */
const forged = (id: string) => `
  insert into audit_entry (id, at, actor_kind, actor_name, action, target, details, hash)
  select ${id}, now(), 'cli', 'nobody', 'user.created', 'user', '{}', repeat('f', 64) from audit_head`;

describe('an audit log that somebody at the database writes to', () => {
  let app: TestApp;
  let owner: Client;
  beforeAll(async () => {
    // Long ago for the database as well: what is young cannot be pruned.
    app = await startApp({ clock: new ManualClock(new Date('2024-01-01T00:00:00Z')) });
    owner = new Client({ connectionString: app.databaseUrl });
    await owner.connect();
    for (const name of ['one', 'two', 'three']) await act(name);
  });
  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  const act = async (name: string) => expect((await app.request('POST', '/segments', { name })).status).toBe(201);
  const verify = (expected?: string) => app.app.get(AuditService).verify({ expected });
  const shown = async () =>
    (await app.request('GET', '/audit')).body.map(({ id, action }: { id: number; action: string }) => [id, action]);
  /** What a database does whose triggers somebody switched off for a moment. */
  const unguarded = async (...statements: string[]) => {
    await owner.query('begin');
    for (const statement of ['alter table audit_entry disable trigger user', ...statements])
      await owner.query(statement);
    await owner.query('alter table audit_entry enable trigger user');
    await owner.query('commit');
  };

  it('takes no entry beside the chain, and shows and believes none that was forced in', async () => {
    const refused = 'an audit entry follows on the head of the chain';
    for (const id of ['5000', '-7', 'entry_id', 'entry_id + 2'])
      await expect(owner.query(forged(id))).rejects.toThrow(refused);
    const before = await shown();
    for (const id of [5000, -7]) {
      await unguarded(forged(String(id)));
      expect((await verify()).broken).toEqual({ id, reason: 'it is not in the chain: somebody put it there' });
      expect(await shown()).toEqual(before);
      await unguarded(`delete from audit_entry where id = ${id}`);
    }
    expect((await verify()).broken).toBeNull();
  });

  it('takes what a process of the version before appends, which moves the head itself', async () => {
    const { rows } = await owner.query('select entry_id, hash from audit_head');
    const id = Number(rows[0].entry_id) + 1;
    await owner.query('begin');
    await owner.query('select from audit_head for update');
    await owner.query(
      `with head as (update audit_head set entry_id = ${id}, hash = repeat('f', 64)) ${forged(String(id))}`,
    );
    expect((await owner.query('select entry_id, hash from audit_head')).rows).toEqual([
      { entry_id: String(id), hash: 'f'.repeat(64) },
    ]);
    await owner.query('rollback');
  });

  it('fails where the hash that somebody kept elsewhere is gone', async () => {
    const { hash } = await verify();
    await act('four');
    expect((await verify(hash)).broken).toBeNull();
    expect((await verify('a'.repeat(64))).broken!.reason).toContain('no entry up to here has the expected hash');
  });

  it('fails where its beginning was cut off without an entry that says so', async () => {
    expect(await app.app.get(AuditService).prune({ kind: 'cli', id: null, name: 'root' }, 30)).toBe(0);
    expect((await verify()).broken).toBeNull();
    await owner.query('begin');
    await owner.query(`select set_config('campanile.audit_pruning', 'on', true)`);
    await owner.query(
      'update audit_head set base_id = 2, base_hash = (select hash from audit_entry where audit_entry.id = 2)',
    );
    await owner.query('delete from audit_entry where id <= 2');
    await owner.query('commit');
    expect((await verify()).broken).toEqual({ id: 2, reason: 'it and all before it are gone, and no pruning says so' });
  });

  it('goes on after an entry at its head that the chain does not bear out, and names it', async () => {
    const { rows } = await owner.query(forged('entry_id + 1').concat(' returning id'));
    await act('five');
    expect((await verify()).broken).toEqual({ id: Number(rows[0].id), reason: 'it is not what was written' });
  });
});

describe('an audit log whose entries are young', () => {
  let app: TestApp;
  let role: Client;
  beforeAll(async () => {
    app = await startApp({ clock: new ManualClock(new Date()) });
    role = new Client({ connectionString: app.databaseUrl });
    await role.connect();
    for (const name of ['one', 'two', 'three', 'four']) await app.request('POST', '/segments', { name });
  });
  afterAll(async () => {
    await role.end();
    await app.close();
  });

  /** What somebody tries who may write rows, in one transaction that says it prunes. */
  const tried = async (...statements: string[]) => {
    try {
      await role.query('begin');
      for (const statement of [`set local campanile.audit_pruning = 'on'`, ...statements]) await role.query(statement);
      await role.query('commit');
    } catch (error) {
      await role.query('rollback');
      throw error;
    }
  };
  const hashOf = (id: number) => `(select hash from audit_entry where id = ${id})`;
  const appendOnly = 'the audit log is append-only';
  const forward = 'the head of the audit log moves forward only';

  it.each([
    [appendOnly, ['delete from audit_entry where id = 4', `update audit_head set entry_id = 3, hash = ${hashOf(3)}`]],
    [appendOnly, ['delete from audit_entry where id = 1']],
    [forward, [`update audit_head set entry_id = 3, hash = ${hashOf(3)}`]],
    [forward, [`update audit_head set hash = ${hashOf(3)}`]],
    [forward, [`update audit_head set base_id = 1, base_hash = ${hashOf(1)}`, 'delete from audit_entry where id = 1']],
    [forward, ['delete from audit_head']],
    [forward, ['truncate audit_head']],
    ['the head of the audit log is an entry of it', [`update audit_head set entry_id = 5, hash = repeat('f', 64)`]],
    [
      appendOnly,
      [
        'create temporary table audit_head on commit drop as select 1 as id, 4 as entry_id, 4 as base_id',
        'delete from public.audit_entry where id = 4',
      ],
    ],
  ])('says that %s, and loses nothing: %j', async (refusal, statements) => {
    await expect(tried(...statements)).rejects.toThrow(refusal);
    expect((await app.app.get(AuditService).verify()).broken).toBeNull();
    expect((await app.request('GET', '/audit')).body).toHaveLength(4);
  });

  it('cannot be pruned of what is young, and goes on after that', async () => {
    const { id } = (await role.query('select max(id) + 1 as id from audit_entry')).rows[0];
    await expect(app.app.get(AuditService).prune({ kind: 'cli', id: null, name: 'root' }, -1)).rejects.toThrow(forward);
    await app.request('POST', '/segments', { name: 'after' });
    expect((await app.request('GET', '/audit')).body[0].id).toBe(Number(id));
  });
});
