import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { AccessService } from '../src/access/access.service.js';
import { ContactsExportService } from '../src/audience/contacts-export.service.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contactsByEmail, importFile } from './support/importing.js';
import { expectProblem } from './support/problems.js';

const header =
  'id,external_id,email,phone,first_name,last_name,locale,time_zone,email_consent,sms_consent,push_consent,' +
  'segments,attributes,push_subscriptions,suppressed,version,created_at,updated_at';
const people = [
  {
    email: 'all@example.com',
    external_id: '=1+1',
    phone: '+4915112345678',
    first_name: ' A "quoted"\nname, ',
    last_name: "'=kept",
    locale: 'de-DE',
    time_zone: 'Europe/Berlin',
    attributes: { plan: 'pro', deep: { list: [1, null, 'x'] }, text: 'line\nbreak; "quote"' },
    consent: { email: 'unsubscribed', sms: 'pending', push: 'subscribed' },
    push_subscriptions: [{ token: 'abc', platform: 'android' }],
    segments: ['vip', 'tech'],
  },
  { external_id: '-cmd', first_name: '@SUM(1)', last_name: "''+x", segments: ['semi;colon'] },
  { phone: '+12025550123' },
];

describe('an export of contacts', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    for (const name of ['vip', 'tech', 'semi;colon']) await makeSegment(app, name);
    await app.request('POST', '/contacts/bulk', { contacts: people });
  });
  afterAll(() => app.close());
  /** What is said of each contact, but for what an installation gives by itself. */
  const essence = async (of: TestApp) =>
    (await of.request('GET', '/contacts?limit=200')).body.map(
      ({ id: _, version: __, created_at: ___, updated_at: ____, ...said }: Record<string, unknown>) => said,
    );

  it('has no cell that a spreadsheet computes, unless it is asked for raw', async () => {
    const { body, headers, status } = await app.request('GET', '/contacts/export');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="contacts.csv"');
    expect((body as string).split('\r\n')[0]).toBe(header);
    expect(body).not.toMatch(/(^|[,\n]"?)[=+\-@\t]/);
    expect(body).toContain(",'=1+1,all@example.com,'+4915112345678,");
    const raw = (await app.request('GET', '/contacts/export?raw=true')).body as string;
    expect(raw).toContain(',=1+1,all@example.com,+4915112345678,');
  });

  it.each([
    ['CSV', '', 'text/csv'],
    ['raw CSV', '?raw=true', 'text/csv'],
    ['NDJSON', '?format=ndjson', 'application/x-ndjson'],
  ])('as %s is imported elsewhere to the same contacts', async (_, query, type) => {
    const { body } = await app.request('GET', `/contacts/export${query}`);
    const elsewhere = await startApp();
    expect(await importFile(elsewhere, body, '', { 'content-type': type })).toMatchObject({ created: 3, rejected: 0 });
    const [here, there] = [await essence(app), await essence(elsewhere)];
    const order = (list: { phone: string | null; email: string | null }[]) =>
      list.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    await elsewhere.close();
    // `'=kept` written raw is taken for a guarded `=kept`: that is what raw means.
    const expected =
      query === '?raw=true' ? JSON.parse(JSON.stringify(here).replace("'=kept", '=kept').replace("''+x", "'+x")) : here;
    expect(order(there)).toEqual(order(expected));
    expect(await importFile(app, body, '', { 'content-type': type })).toMatchObject(
      query === '?raw=true' ? { created: 0 } : { created: 0, unchanged: 3 },
    );
  });

  it('of the demo audience is imported again, row for row', async () => {
    const fresh = await startApp();
    expect((await fresh.request('POST', '/seed')).status).toBeLessThan(300);
    const { body } = await fresh.request('GET', '/contacts/export');
    const counts = await importFile(fresh, body, '', { 'content-type': 'text/csv' });
    expect(counts).toMatchObject({ total: 60, unchanged: 60, rejected: 0 });
    await fresh.close();
  });

  it('is of a segment, in the form that Accept asks for', async () => {
    const accept = { accept: 'application/x-ndjson' };
    const { body, headers } = await app.request('GET', '/contacts/export?segment=vip', undefined, accept);
    expect(headers['content-type']).toBe('application/x-ndjson');
    const rows = (body as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toEqual([(await contactsByEmail(app))['all@example.com']]);
    expectProblem(await app.request('GET', '/contacts/export?segment=nobody'), 400, 'UNKNOWN_SEGMENT', '/segment');
    expectProblem(await app.request('GET', '/contacts/export?format=xml'), 400, 'VALIDATION_FAILED', '/format');
  });

  it('reads no further than its reader, and stops when the reader goes', async () => {
    await app.sql(sql`
      insert into contact (email, attributes)
      select 'many' || n || '@example.com', jsonb_build_object('text', repeat('x', 4000)) from generate_series(1, 8000) n`);
    const exports = app.app.get(ContactsExportService);
    const pages = exports.pages.bind(exports);
    let read = 0;
    let left = false;
    exports.pages = async (segment) => {
      const inner = await pages(segment);
      return (async function* () {
        try {
          for await (const page of inner) {
            read += 1;
            yield page;
          }
        } finally {
          left = true;
        }
      })();
    };
    await app.app.listen(0, '127.0.0.1');
    const { port } = app.app.getHttpServer().address() as AddressInfo;
    const authorization = `Bearer ${await app.app.get(AccessService).createKey('reader', ['read'])}`;
    const request = get({ port, host: '127.0.0.1', path: '/contacts/export', headers: { authorization } });
    const answer = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    await new Promise((resolve) => answer.once('data', resolve));
    answer.pause();
    // Another page would have come while these were answered.
    for (let asked = 0; asked < 20; asked += 1) await app.request('GET', '/contacts?limit=200');
    expect(read).toBeLessThan(8);
    const open = await app.sql(sql`
      select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`);
    expect([left, open]).toEqual([false, []]);
    answer.destroy();
    expect(await eventually(async () => left)).toBe(true);
    expect(read).toBeLessThan(8);
  });
});

describe('an export of deliveries', () => {
  it('has every recipient with what became of it', async () => {
    const app = await startApp();
    const emails = await makeContacts(app, 5);
    app.providers.email.answer = ({ to }) =>
      to === emails[0]
        ? { outcome: 'rejected', code: 'smtp_550', response: '=no such user' }
        : { outcome: 'sent', providerMessageId: null };
    const campaign = await makeCampaign(app);
    await app.tick();
    const run = await latestRun(app, campaign.id);
    const { body, headers } = await app.request('GET', `/runs/${run.id}/deliveries/export`);
    expect(headers['content-disposition']).toBe(`attachment; filename="run-${run.id}-deliveries.csv"`);
    const lines = (body as string).trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'run_id,contact_id,email,phone,outcome,reason,attempts,provider_message_id,at,last_code,last_response,variant',
    );
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatch(/,c1@example\.com,,failed,.*,smtp_550,'=no such user,$/);
    const sent = await app.request('GET', `/runs/${run.id}/deliveries/export?outcome=sent&format=ndjson`);
    const listed = await app.request('GET', `/runs/${run.id}/deliveries?outcome=sent`);
    expect(
      (sent.body as string)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(listed.body);
    expectProblem(await app.request('GET', '/runs/999999/deliveries/export'), 404, 'RUN_NOT_FOUND');
    await app.close();
  });
});
