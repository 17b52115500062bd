import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { contactsByEmail, importFile } from './support/importing.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };

describe('what comes out of the product is imported again', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  const refused = async (id: number, query = '', headers: Record<string, string> = {}) =>
    (await app.request('GET', `/imports/${id}/rejected${query}`, undefined, headers)).body as string;

  it('a contact with all that one may have, whatever it is made of', async () => {
    const token = (at: number) => `${at}`.padEnd(2_048, '"');
    const contact = {
      email: 'full@example.com',
      attributes: { text: '"'.repeat(8_000) },
      push_subscriptions: Array.from({ length: 20 }, (_, at) => ({ token: token(at), platform: 'android' })),
    };
    expect(await app.request('POST', '/contacts', contact)).toMatchObject({ status: 201 });
    const segments = Array.from({ length: 1_000 }, (_, at) => `${at}`.padEnd(49, '";'));
    const lists = JSON.stringify({ email: contact.email, segments });
    expect(await importFile(app, lists, '', NDJSON)).toMatchObject({ updated: 0, unchanged: 1, rejected: 0 });
    const { 'full@example.com': held } = await contactsByEmail(app);
    expect(held.segments).toHaveLength(1_000);
    const elsewhere = await startApp();
    for (const [format, type] of [
      ['csv', 'text/csv'],
      ['ndjson', 'application/x-ndjson'],
    ]) {
      const { body } = await app.request('GET', `/contacts/export?format=${format}`);
      const done = await importFile(elsewhere, body, '', { 'content-type': type! });
      expect(done).toMatchObject({ status: 'completed', total: 1, rejected: 0 });
    }
    const { 'full@example.com': copy } = await contactsByEmail(elsewhere);
    await elsewhere.close();
    const { attributes, push_subscriptions } = held;
    expect(copy).toMatchObject({ attributes, push_subscriptions });
    expect(copy.segments.toSorted()).toEqual(segments.toSorted());
  });

  it('refused records of NDJSON, as often as they are refused', async () => {
    const records = [
      '{"email":"r1@example.com","phone":"not one","big":1}',
      '{ "email" : "r2@example.com", "big": 12345678901234567890 }',
      '{}',
      '["r4@example.com"]',
    ];
    const first = await importFile(app, records.join('\n'), '', NDJSON);
    expect(first).toMatchObject({ total: 4, rejected: 4 });
    const told = await refused(first.id, '', { accept: 'application/x-ndjson' });
    expect(told.split('\n').map((line) => line.replace(/"import_reason":"[^"]*"/, '…'))).toEqual([
      '{"import_line":1,…,"email":"r1@example.com","phone":"not one","big":1}',
      '{"import_line":2,…,"email" : "r2@example.com", "big": 12345678901234567890 }',
      '{"import_line":3,…}',
      '{"import_line":4,…,"record":"[\\"r4@example.com\\"]"}',
      '',
    ]);
    const second = await importFile(app, told, '', NDJSON);
    expect(second).toMatchObject({ total: 4, rejected: 4, created: 0 });
    expect((await refused(second.id, '?format=ndjson')).split('\n').slice(0, 3)).toEqual(told.split('\n').slice(0, 3));
    const corrected = told
      .replace('"not one"', '"+4915112345678"')
      .replace(', "big": 12345678901234567890', ', "big": 5');
    expect(await importFile(app, corrected, '', NDJSON)).toMatchObject({ created: 2, rejected: 2 });
    const { 'r1@example.com': one, 'r2@example.com': two } = await contactsByEmail(app);
    expect([one.attributes, two.attributes]).toEqual([{ big: 1 }, { big: 5 }]);
    expect((await refused(first.id)).split('\r\n')[0]).toBe('import_line,import_reason,record');
  });

  it('refused rows of CSV as NDJSON, too, with what their columns mean', async () => {
    const file = 'Mail,phone,plan,segments,attributes\nc1@example.com,bad,\'=1,a;b,"{""n"":1}"\nc2@example.com,x\n';
    const done = await importFile(app, file, '?map=Mail:email');
    const told = await refused(done.id, '?format=ndjson');
    const [row, short] = told
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { import_line: _, import_reason: why, ...members } = row;
    expect(why).toMatch(/^phone must be/);
    expect(members).toEqual({
      Mail: 'c1@example.com',
      phone: 'bad',
      plan: '=1',
      segments: ['a', 'b'],
      attributes: { n: 1 },
    });
    expect(short).toMatchObject({ import_line: 3, record: ['c2@example.com', 'x'] });
    const corrected = told.replace('"bad"', '"+4915112345679"');
    expect(await importFile(app, corrected, '?map=Mail:email', NDJSON)).toMatchObject({ created: 1, rejected: 1 });
    expect((await contactsByEmail(app))['c1@example.com']).toMatchObject({
      attributes: { n: 1, plan: '=1' },
      segments: ['a', 'b'],
    });
  });
});
