import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startApp, type TestApp } from './support/app.js';
import { contactsByEmail, importFile, upload, uploadedChunks } from './support/importing.js';
import { expectProblem } from './support/problems.js';

describe('a file of contacts', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('is taken in, and its rows become contacts with attributes of the unknown columns, in a segment made for them', async () => {
    const accepted = await upload(
      app,
      'email,First Name,plan\nAda@Example.com,Ada,pro\nbob@example.com,Bob,\n',
      '?segment=vip',
    );
    expect(accepted).toMatchObject({ status: 202, body: { id: expect.any(Number) } });
    expect(accepted.headers.location).toBe(`/imports/${accepted.body.id}`);
    const waiting = (await app.request('GET', accepted.headers.location!)).body;
    expect(waiting).toMatchObject({ status: 'queued', total: 0, bytes: 67, bytes_done: 0, started_at: null });
    await app.tick();
    const done = (await app.request('GET', accepted.headers.location!)).body;
    expect(done).toMatchObject({
      status: 'completed',
      total: 2,
      created: 2,
      rejected: 0,
      bytes_done: 67,
      segment: 'vip',
    });
    expect(done.columns).toEqual(['email', 'First Name', 'plan']);
    expect((await app.request('GET', '/imports')).body[0]).toEqual(done);
    const { 'ada@example.com': ada, 'bob@example.com': bob } = await contactsByEmail(app);
    expect(ada).toMatchObject({ first_name: 'Ada', attributes: { plan: 'pro' }, segments: ['vip'], version: 1 });
    expect(bob).toMatchObject({ first_name: 'Bob', attributes: {}, segments: ['vip'] });
    expect(await app.sql(uploadedChunks)).toEqual([]);
  });

  it('changes known contacts, leaves alone what it does not say, and counts what stays as it is', async () => {
    await importFile(app, 'email,first_name,last_name,plan\nchange@example.com,Ada,King,pro\nstay@example.com,Bob,,\n');
    const before = await contactsByEmail(app);
    const counts = await importFile(
      app,
      'email,first_name,last_name,city\nCHANGE@example.com,Augusta,,London\nstay@example.com,Bob,,\nnew@example.com,,,\n',
    );
    expect(counts).toMatchObject({ total: 3, created: 1, updated: 1, unchanged: 1, duplicates: 0, rejected: 0 });
    const after = await contactsByEmail(app);
    expect(after['change@example.com']).toMatchObject({
      id: before['change@example.com'].id,
      first_name: 'Augusta',
      last_name: 'King',
      attributes: { plan: 'pro', city: 'London' },
      version: 2,
    });
    expect(after['stay@example.com']).toEqual(before['stay@example.com']);
  });

  it.each([
    ['LF', 'email,note\na1@example.com,"two\nlines, and ""quotes"""\na2@example.com,x\n'],
    ['CRLF', 'email,note\r\na1@example.com,"two\nlines, and ""quotes"""\r\na2@example.com,x\r\n'],
    ['CR', 'email,note\ra1@example.com,"two\rlines, and ""quotes"""\ra2@example.com,x\r'],
    ['no last line end', 'email,note\na1@example.com,"two\nlines, and ""quotes"""\na2@example.com,x'],
    ['a BOM', '\uFEFFemail,note\na1@example.com,"two\nlines, and ""quotes"""\na2@example.com,x\n'],
    ['semicolons', 'email;note\na1@example.com;"two\nlines, and ""quotes"""\na2@example.com;x\n'],
    ['tabs', 'email\tnote\na1@example.com\t"two\nlines, and ""quotes"""\na2@example.com\tx\n'],
    ['blank lines', '\nemail,note\n\na1@example.com,"two\nlines, and ""quotes"""\n,\n\na2@example.com,x\n\n'],
    ['white space', ' email , note \n a1@example.com , "two\nlines, and ""quotes""" \n\ta2@example.com, x \n'],
  ])('is read with %s', async (_, file) => {
    await app.request('DELETE', `/contacts/${(await contactsByEmail(app))['a1@example.com']?.id ?? 0}`);
    await app.request('DELETE', `/contacts/${(await contactsByEmail(app))['a2@example.com']?.id ?? 0}`);
    expect(await importFile(app, file)).toMatchObject({ status: 'completed', total: 2, created: 2 });
    const { 'a1@example.com': first, 'a2@example.com': second } = await contactsByEmail(app);
    expect([first.attributes, second.attributes]).toEqual([{ note: 'two\nlines, and "quotes"' }, { note: 'x' }]);
  });

  it('may be NDJSON, and packed with gzip under either name', async () => {
    const lines = [
      {
        email: 'n1@example.com',
        consent: { email: 'unsubscribed' },
        attributes: { deep: { list: [1, null] } },
        score: 7,
      },
      { email: 'n2@example.com', first_name: null, segments: ['news', 'weekly'] },
    ];
    const file = lines.map((line) => JSON.stringify(line)).join('\n');
    expect(await importFile(app, file, '', { 'content-type': 'application/x-ndjson' })).toMatchObject({ created: 2 });
    const { 'n1@example.com': first, 'n2@example.com': second } = await contactsByEmail(app);
    expect(first).toMatchObject({
      consent: { email: 'unsubscribed' },
      attributes: { deep: { list: [1, null] }, score: 7 },
    });
    expect(second.segments).toEqual(['news', 'weekly']);
    const packed = gzipSync(file);
    const named: Record<string, string>[] = [
      { 'content-type': 'application/gzip' },
      { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    ];
    for (const headers of named)
      expect(await importFile(app, packed, '', headers)).toMatchObject({ format: 'ndjson', total: 2, unchanged: 2 });
  });

  it('maps columns as it is told', async () => {
    const map = encodeURIComponent('E-Mail:email,Tarif:attributes.plan,Notes:-,Vorname:first_name');
    await importFile(app, 'E-Mail,Tarif,Notes,Vorname\nmap@example.com,pro,secret,Ada\n', `?map=${map}`);
    const { 'map@example.com': contact } = await contactsByEmail(app);
    expect(contact).toMatchObject({ first_name: 'Ada', attributes: { plan: 'pro' } });
    expect(Object.keys(contact.attributes)).toEqual(['plan']);
    for (const wrong of ['E-Mail', 'E-Mail:mail', 'a:email,a:phone', ':email', 'Nobody:email'])
      expectProblem(
        await upload(app, 'E-Mail\nx@example.com\n', `?map=${encodeURIComponent(wrong)}`),
        400,
        wrong === 'Nobody:email' ? 'UNREADABLE_FILE' : 'VALIDATION_FAILED',
      );
  });

  it('takes consent away, and gives it back only where it is told to', async () => {
    await app.request('POST', '/contacts', {
      email: 'gone@example.com',
      consent: { email: 'unsubscribed', sms: 'pending' },
    });
    const file = 'email,email_consent,sms_consent,push_consent\ngone@example.com,subscribed,subscribed,unsubscribed\n';
    expect(await importFile(app, file)).toMatchObject({ updated: 1 });
    const consent = async () => (await contactsByEmail(app))['gone@example.com'].consent;
    expect(await consent()).toEqual({ email: 'unsubscribed', sms: 'pending', push: 'unsubscribed' });
    expect(await importFile(app, file, '?overwrite_consent=true')).toMatchObject({ updated: 1 });
    expect(await consent()).toEqual({ email: 'subscribed', sms: 'subscribed', push: 'unsubscribed' });
  });

  it('counts a contact once however often it has it: the last row wins, field by field', async () => {
    const rows = ['d1@example.com,Ada,King', 'd2@example.com,Bob,', 'D1@example.com,Augusta,', 'd1@example.com,,Byron'];
    const counts = await importFile(app, `email,first_name,last_name\n${rows.join('\n')}\n`);
    expect(counts).toMatchObject({ total: 4, created: 2, duplicates: 2, rejected: 0 });
    expect((await contactsByEmail(app))['d1@example.com']).toMatchObject({
      first_name: 'Augusta',
      last_name: 'Byron',
      version: 1,
    });
  });

  it('tells on a trial what it would do, and does nothing', async () => {
    await importFile(app, 'email,first_name\nt1@example.com,Ada\nt2@example.com,Bob\n');
    const before = await contactsByEmail(app);
    const file =
      'email,first_name\nt1@example.com,Augusta\nt2@example.com,Bob\nt3@example.com,C\nnobody,D\nt3@example.com,E\n';
    const counts = await importFile(app, file, '?dry_run=true&segment=tried');
    expect(counts).toMatchObject({
      dry_run: true,
      total: 5,
      created: 1,
      updated: 1,
      unchanged: 1,
      duplicates: 1,
      rejected: 1,
    });
    expect(await contactsByEmail(app)).toEqual(before);
    expect((await app.request('GET', '/segments')).body.map(({ name }: { name: string }) => name)).not.toContain(
      'tried',
    );
  });

  it('is imported once however often it is sent with the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await upload(app, 'email\nonce@example.com\n', '', headers);
    const again = await upload(app, 'email\nonce@example.com\n', '', headers);
    expect(again).toMatchObject({ status: 202, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expectProblem(await upload(app, 'email\nonce@example.com\n', '?segment=x', headers), 409, 'IDEMPOTENCY_KEY_REUSED');
    expectProblem(
      await upload(app, 'email\n', '', { 'idempotency-key': 'k'.repeat(256) }),
      400,
      'INVALID_IDEMPOTENCY_KEY',
    );
    await app.tick();
  });

  it('can be called off before its turn, and then nothing of it is imported', async () => {
    const { body } = await upload(app, 'email\noff@example.com\n');
    expect(await app.request('POST', `/imports/${body.id}/cancel`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled' },
    });
    await app.tick();
    expect((await contactsByEmail(app))['off@example.com']).toBeUndefined();
    expectProblem(await app.request('POST', `/imports/${body.id}/cancel`), 409, 'IMPORT_ENDED');
    expectProblem(await app.request('GET', '/imports/999999'), 404, 'IMPORT_NOT_FOUND');
  });
});
