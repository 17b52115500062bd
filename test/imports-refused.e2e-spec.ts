import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as open } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { AccessService } from '../src/access/access.service.js';
import { WRONG_ZONE } from '../src/audience/domain/time-zone.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually } from './support/engine.js';
import { contactsByEmail, importFile, upload, uploadedChunks } from './support/importing.js';
import { expectProblem } from './support/problems.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };

describe('a file that is not as it should be', () => {
  let app: TestApp;
  let port: number;
  let authorization: string;
  beforeAll(async () => {
    app = await startApp();
    await app.app.listen(0, '127.0.0.1');
    port = (app.app.getHttpServer().address() as AddressInfo).port;
    authorization = `Bearer ${await app.app.get(AccessService).createKey('sender', ['write'])}`;
  });
  afterAll(() => app.close());
  const latest = async () => (await app.request('GET', '/imports?limit=1')).body[0];

  /** A connection that sends pieces of a file when it is told to. */
  const sender = () => {
    const headers = { authorization, 'content-type': 'text/csv', 'transfer-encoding': 'chunked' };
    const outgoing = open({ port, host: '127.0.0.1', method: 'POST', path: '/imports', headers });
    const answered = new Promise<number>((resolve, reject) => {
      outgoing.on('response', (answer) => resolve(answer.resume().statusCode!));
      outgoing.on('error', reject);
    });
    answered.catch(() => undefined);
    return { outgoing, answered };
  };

  it.each([
    ['nothing', '', /empty/],
    ['no column that says who', 'name,plan\nAda,pro\n', /none of the columns is email, phone or external_id/],
    ['a column twice', 'email,plan,plan\nx@example.com,a,b\n', /columns 2 and 3/],
    ['two names for one field', 'email,E mail,EMAIL\nx@example.com,a,b\n', /columns 1 and 3/],
    ['a column without a name', 'email,,plan\nx@example.com,a,b\n', /column 2 has no name/],
    ['a column that every object has', 'email,constructor\nx@example.com,a\n', /column 2/],
    ['101 columns', `email,${Array.from({ length: 100 }, (_, index) => `c${index}`).join(',')}\n`, /101 columns/],
    ['another encoding', Buffer.from('email,name\nx@example.com,J\xfcrgen\n', 'latin1'), /line 2: it is not UTF-8/],
    ['UTF-16', Buffer.from('\uFEFFemail,name\n', 'utf16le'), /UTF-16/],
    ['a line without end', 'email,'.repeat(60_000), /line 1: .* longer than 262144/],
  ])('is refused at once with %s, and says why', async (_, file, why) => {
    const answer = await upload(app, file);
    expectProblem(answer, 400, 'UNREADABLE_FILE');
    expect(answer.body.detail).toMatch(why);
    expect(await latest()).toMatchObject({ status: 'failed', reason: answer.body.detail, total: 0 });
    expect(await app.sql(uploadedChunks)).toEqual([]);
  });

  it('is refused in another format, and without a type', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data'])
      expectProblem(await upload(app, '{}', '', { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await app.request('POST', '/imports'), 400, 'UNREADABLE_FILE');
    expectProblem(
      await upload(app, 'email\n', '?dry_run=perhaps&mode=fast'),
      400,
      'VALIDATION_FAILED',
      '/dry_run',
      '/mode',
    );
  });

  it('is refused when it is a bomb or not whole as gzip', async () => {
    const bomb = gzipSync(`email,note\n${'a@example.com,'.padEnd(200, 'x')}\n`.repeat(60_000));
    expect(bomb.length).toBeLessThan(100_000);
    const headers = { 'content-type': 'application/gzip' };
    const answer = await upload(app, bomb, '', headers);
    expectProblem(answer, 400, 'UNREADABLE_FILE');
    expect(answer.body.detail).toMatch(/100 times/);
    const broken = gzipSync('email\nx@example.com\n').subarray(0, 25);
    expectProblem(await upload(app, broken, '', headers), 400, 'UNREADABLE_FILE');
    expect(await app.sql(uploadedChunks)).toEqual([]);
  });

  it('fails at a field without end, and keeps what came before it', async () => {
    const file = `email,note\nbefore@example.com,x\nwide@example.com,"${'x'.repeat(2_000_000)}"\nafter@example.com,y\n`;
    const done = await importFile(app, `${'email,note\n'}${'before@example.com,x\n'.repeat(5_000)}${file.slice(11)}`);
    expect(done.status).toBe('failed');
    expect(done.reason).toMatch(/^line 5003: a record is longer than 1048576 characters; is a quote not closed/);
    expect(done).toMatchObject({ created: 1, duplicates: 5_000, total: 5_001 });
    expect(Object.keys(await contactsByEmail(app))).toEqual(['before@example.com']);
  });

  it('that is not UTF-8 in one line fails there, and keeps what came before it', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `u${n % 3}@example.com,x\n`).join('');
    const done = await importFile(app, Buffer.concat([Buffer.from(`email,note\n${rows}`), Buffer.from([0xfc, 10])]));
    expect(done).toMatchObject({ status: 'failed', total: 20_000, created: 3 });
    expect(done.reason).toMatch(/^line 20002: it is not UTF-8/);
  });

  it('loses a row that is too long, and not those around it', async () => {
    const rows = [
      'l1@example.com,x',
      `l2@example.com,${'y'.repeat(270_000)}`,
      `l3@example.com,"${'z\n'.repeat(300_000)}"`,
      `l4@example.com,${'ü'.repeat(2_000_001)}`,
    ];
    const csv = await importFile(app, `email,note\n${rows.join('\n')}\nl5@example.com,y\n`);
    expect(csv).toMatchObject({ status: 'completed', total: 5, created: 2, rejected: 3 });
    const lines = (await app.request('GET', `/imports/${csv.id}/rejected`)).body as string;
    expect(lines).toContain('3,a field is longer than 262144 characters,"l2@example.com,yyy');
    expect(lines).toContain('4,it is longer than 524288 characters,"l3@example.com,');
    expect(lines).toContain('300005,it is longer than 524288 characters,"l4@example.com,üüü');
    expect(await importFile(app, lines)).toMatchObject({ status: 'completed', created: 0, rejected: 3 });
    const json = ['l6@example.com', 'x'.repeat(4_000_000), 'l7@example.com'].map((email) => JSON.stringify({ email }));
    const done = await importFile(app, json.join('\n'), '', NDJSON);
    expect(done).toMatchObject({ status: 'completed', total: 3, created: 2, rejected: 1 });
  });

  it('loses a row with a number that would not be kept as it is', async () => {
    const ndjson = ['9007199254740993', '1e400', '5.25'].map((n, at) => `{"email":"n${at}@example.com","score":${n}}`);
    const done = await importFile(app, ndjson.join('\n'), '', NDJSON);
    expect(done).toMatchObject({ created: 1, rejected: 2 });
    const { body } = await app.request('GET', `/imports/${done.id}/rejected`);
    expect(body).toContain('the number 9007199254740993 has more digits');
    const csv = 'email,attributes\nn3@example.com,"{""score"":12345678901234567890}"\n';
    expect(await importFile(app, csv)).toMatchObject({ created: 0, rejected: 1 });
  });

  it('is refused in either format with a mapping to what every object has', async () => {
    const map = '?map=w:attributes.__proto__';
    expectProblem(await upload(app, '{"email":"p@example.com","w":1}', map, NDJSON), 400, 'VALIDATION_FAILED', '/map');
    expectProblem(await upload(app, 'email,w\np@example.com,1\n', map), 400, 'VALIDATION_FAILED', '/map');
  });

  it('may have a header and nothing more', async () => {
    for (const file of ['email,name\n', 'email,name'])
      expect(await importFile(app, file)).toMatchObject({ status: 'completed', total: 0, reason: null });
  });

  it('loses its wrong rows only, which can be looked at, corrected and sent again', async () => {
    await app.request('POST', '/contacts', { email: 'taken@example.com', phone: '+4915112345678' });
    const rows = [
      'ok@example.com,,Europe/Berlin,=1+1',
      'nobody,,,',
      'zone@example.com,,Mars/Olympus,',
      'phone@example.com,+4915112345678,,',
      ',,,"only, a note"',
      'long@example.com',
    ];
    const done = await importFile(app, `email,phone,time_zone,note\n${rows.join('\n')}\n`);
    expect(done).toMatchObject({ status: 'completed', total: 6, created: 1, rejected: 5 });
    const answer = await app.request('GET', `/imports/${done.id}/rejected`);
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    const lines = (answer.body as string).trimEnd().split('\r\n');
    expect(lines[0]).toBe('import_line,import_reason,email,phone,time_zone,note');
    expect(lines.slice(1).map((line) => line.replace(/^(\d+),("[^"]*"|[^,]*),.*$/, '$1 $2'))).toEqual([
      '3 "email must be one plain address, such as ada@example.com"',
      `4 "${WRONG_ZONE}"`,
      '5 another contact has this phone',
      '6 "give an email, a phone or an external_id"',
      '7 it has 1 fields where the header has 4',
    ]);
    expect(lines[3]).toContain("phone@example.com,'+4915112345678,");
    const corrected = (answer.body as string).replace('nobody', 'somebody@example.com');
    expect(await importFile(app, corrected)).toMatchObject({ total: 5, created: 1, rejected: 4 });
    expect((await contactsByEmail(app))['somebody@example.com'].attributes).toEqual({});
  });

  it('comes in however slowly it is sent', async () => {
    const { outgoing, answered } = sender();
    for (const piece of [
      'ema',
      'il,fi',
      'rst_name\nsl',
      'ow@example.com,J',
      Buffer.from([0xc3]),
      Buffer.from([0xbc]),
      'rgen\n',
    ]) {
      outgoing.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    outgoing.end();
    expect(await answered).toBe(202);
    await app.tick();
    expect((await contactsByEmail(app))['slow@example.com']).toMatchObject({ first_name: 'Jürgen' });
  });

  it('that breaks off on its way in fails, says how far it came, and imports nothing', async () => {
    const { outgoing } = sender();
    const row = 'broken@example.com,x\n';
    outgoing.write(`email,note\n${row.repeat(20_000)}`);
    const started = await eventually(latest, ({ status, bytes }) => status === 'uploading' && bytes > 0);
    outgoing.destroy();
    const failed = await eventually(latest, ({ status }) => status === 'failed');
    expect(failed.id).toBe(started.id);
    expect(failed.reason).toMatch(/^the upload broke off after \d+ bytes; nothing was imported$/);
    await app.tick();
    expect((await contactsByEmail(app))['broken@example.com']).toBeUndefined();
    expect(await app.sql(uploadedChunks)).toEqual([]);
  });

  it('whose process was killed while it came in fails as well', async () => {
    const [left] = await app.sql<{ id: number }>(sql`
      insert into import (format, bytes, created_at, lease_until)
      values ('csv', 4711, now(), ${app.clock.now()}::timestamptz - interval '1 s') returning id`);
    await app.tick();
    expect((await app.request('GET', `/imports/${left!.id}`)).body).toMatchObject({
      status: 'failed',
      reason: 'the upload broke off after 4711 bytes; nothing was imported',
    });
  });
});
