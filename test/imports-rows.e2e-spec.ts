import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { contactsByEmail, importFile, upload } from './support/importing.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };

describe('rows of a file', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  const send = (rows: object[]) => importFile(app, rows.map((row) => JSON.stringify(row)).join('\n'), '', NDJSON);
  const history = (email: string) =>
    app.sql(sql`
      select h.channel, h.status, h.source, h.text_version from consent_change h join contact c on c.id = h.contact_id
      where c.email = ${email} order by h.id`);

  it('that say where consent comes from keep that in the history, and the others name the import', async () => {
    const email = 'source@example.com';
    const form = { source: 'form', text_version: '2026-03' };
    await send([{ email, consent: { email: 'subscribed', ...form } }]);
    const word = { channel: 'email', status: 'subscribed', ...form };
    expect(await history(email)).toEqual([word]);
    const { id } = await send([{ email, consent: { sms: 'unsubscribed' } }]);
    const later = { channel: 'sms', status: 'unsubscribed', source: `import ${id}`, text_version: null };
    expect(await history(email)).toEqual([word, later]);
    const { id: last } = await send([{ email, consent: { push: 'unsubscribed', text_version: '2026-04' } }]);
    const { 2: third } = await history(email);
    expect(third).toEqual({
      channel: 'push',
      status: 'unsubscribed',
      source: `import ${last}`,
      text_version: '2026-04',
    });
  });

  it('about one contact each keep what they say of its consent', async () => {
    const email = 'rows@example.com';
    const { id } = await send([
      { email, consent: { email: 'subscribed', source: 'form', text_version: '1' } },
      { email, first_name: 'Ada' },
      { email, consent: { email: 'subscribed', sms: 'unsubscribed', source: 'call' } },
      { email, consent: { push: 'unsubscribed' } },
      { email, consent: { sms: 'subscribed', source: 'too late' } },
    ]);
    expect(await history(email)).toEqual([
      { channel: 'email', status: 'subscribed', source: 'call', text_version: null },
      { channel: 'sms', status: 'unsubscribed', source: 'call', text_version: null },
      { channel: 'push', status: 'unsubscribed', source: `import ${id}`, text_version: null },
    ]);
  });

  it('name the consent they confirm, and not one that they may not give back', async () => {
    const email = 'confirmed@example.com';
    await send([{ email, consent: { sms: 'unsubscribed', source: 'form' } }]);
    await send([{ email, consent: { email: 'subscribed', sms: 'subscribed', source: 'shop' } }]);
    expect(await history(email)).toEqual([
      { channel: 'sms', status: 'unsubscribed', source: 'form', text_version: null },
      { channel: 'email', status: 'subscribed', source: 'shop', text_version: null },
    ]);
  });

  it.each([
    ['next to each other', 0],
    ['five thousand rows apart', 5_000],
  ])('find a contact of the file by another of its identities, %s', async (_, apart) => {
    const email = `a${apart}@example.com`;
    const between = Array.from({ length: apart }, () => ({ email: 'between@example.com' }));
    const done = await send([{ external_id: `x${apart}`, email }, ...between, { email, first_name: 'Ada' }]);
    expect(done).toMatchObject({ status: 'completed', rejected: 0 });
    expect((await contactsByEmail(app))[email]).toMatchObject({ external_id: `x${apart}`, first_name: 'Ada' });
  });

  it('for a segment that became a rule are not imported, and the import says why', async () => {
    const { body } = await upload(app, 'email\nlate@example.com\n', '?segment=turned');
    const rule = { field: 'email', op: 'exists' };
    expect(await app.request('POST', '/segments', { name: 'turned', rule })).toMatchObject({ status: 201 });
    await app.tick();
    expect((await app.request('GET', `/imports/${body.id}`)).body).toMatchObject({
      status: 'failed',
      reason: 'the segment "turned" is a rule; nobody can be put into it',
      total: 0,
    });
    expect((await contactsByEmail(app))['late@example.com']).toBeUndefined();
  });

  it('for a segment that is renamed meanwhile are put into it all the same', async () => {
    await importFile(app, 'email\nr1@example.com\n', '?segment=before');
    const { body } = await upload(app, 'email,segments\nr2@example.com,before;other\n', '?segment=before');
    const { body: segments } = await app.request('GET', '/segments?limit=200');
    const { id } = segments.find(({ name }: { name: string }) => name === 'before');
    expect(await app.request('PATCH', `/segments/${id}`, { name: 'after' })).toMatchObject({ status: 200 });
    await app.tick();
    expect((await app.request('GET', `/imports/${body.id}`)).body).toMatchObject({ status: 'completed', created: 1 });
    const { body: found } = await app.request('GET', '/contacts?email=r2@example.com');
    expect(found[0].segments.toSorted()).toEqual(['after', 'other']);
  });

  it('that name a rule are left out, and those beside them are not', async () => {
    const rule = { field: 'email', op: 'exists' };
    expect(await app.request('POST', '/segments', { name: 'by rule', rule })).toMatchObject({ status: 201 });
    const done = await send([
      { email: 'left@example.com', segments: ['by rule'] },
      { email: 'right@example.com', segments: ['static'] },
    ]);
    expect(done).toMatchObject({ status: 'completed', total: 2, created: 1, rejected: 1 });
    const { 'left@example.com': left, 'right@example.com': right } = await contactsByEmail(app);
    expect([left, right.segments]).toEqual([undefined, ['static']]);
  });

  it('for a segment that is deleted meanwhile are not imported, and nothing makes it anew', async () => {
    const segments = async () =>
      (await app.request('GET', '/segments?limit=200')).body as { id: number; name: string }[];
    const idOf = async (name: string) => (await segments()).find((each) => each.name === name)?.id;
    await importFile(app, 'email\nearly@example.com\n', '?segment=mayfly');
    const { body } = await upload(app, 'email\nlater@example.com\n', '?segment=mayfly');
    expect(await app.request('DELETE', `/segments/${await idOf('mayfly')}`)).toMatchObject({ status: 204 });
    await app.tick();
    expect((await app.request('GET', `/imports/${body.id}`)).body).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^the segment "mayfly" was deleted meanwhile; what was counted until then/),
      total: 0,
    });
    expect(await idOf('mayfly')).toBeUndefined();
    // In the middle, once the first rows have made it.
    await app.sql(sql`
      create function gone() returns trigger language plpgsql as $$
      begin delete from segment where name = 'dayfly'; return null; end $$`);
    await app.sql(sql`
      create trigger gone after update of total on import for each row when (new.total = 2500) execute function gone()`);
    const rows = Array.from({ length: 4_000 }, (_, n) => `fly${n}@example.com`);
    const cut = await importFile(app, `email\n${rows.join('\n')}\n`, '?segment=dayfly');
    await app.sql(sql`drop function gone() cascade`);
    expect(cut).toMatchObject({ status: 'failed', total: 2_500, created: 2_500 });
    expect(await idOf('dayfly')).toBeUndefined();
  });
});
