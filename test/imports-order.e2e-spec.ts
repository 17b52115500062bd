import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { importFile } from './support/importing.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };

const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const status = maybe('subscribed', 'unsubscribed', 'pending');
const row = fc
  .record({
    external_id: maybe('x', 'y'),
    email: maybe('a@example.com', 'b@example.com', 'c@example.com'),
    phone: maybe('+4915112345671', '+4915112345672'),
    first_name: maybe('Ada', 'Grace'),
    attributes: maybe({ plan: 'pro' }, { plan: 'free', score: 1 }, { city: 'Rome' }),
    consent: fc.option(fc.record({ email: status, sms: status }), { nil: undefined }),
  })
  .filter(({ external_id, email, phone }) => (external_id ?? email ?? phone) !== undefined);
const file = fc.record({ there: fc.array(row, { maxLength: 3 }), rows: fc.array(row, { minLength: 2, maxLength: 6 }) });

describe('a file', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const send = (rows: object[], overwrite: boolean) =>
    importFile(app, rows.map((each) => JSON.stringify(each)).join('\n'), `?overwrite_consent=${overwrite}`, NDJSON);

  /** Begins with the same contacts, sends the rows in such files, and answers what is there then and how many were refused. */
  const outcome = async (there: object[], files: object[][], overwrite: boolean) => {
    await app.sql(sql`truncate contact, consent_change, suppression, import restart identity cascade`);
    for (const contact of there) await app.request('POST', '/contacts', contact);
    let refused = 0;
    for (const rows of files) {
      const { status: end, rejected, total } = await send(rows, overwrite);
      expect([end, total]).toEqual(['completed', rows.length]);
      refused += rejected;
    }
    const contacts = await app.sql(sql`
      select external_id, email, phone, first_name, attributes, email_consent, sms_consent, email_suppressed,
             sms_suppressed from contact order by external_id, email, phone`);
    const listed = await app.sql(
      sql`select encode(address_hash, 'hex') as hash, channel from suppression order by 1, 2`,
    );
    return { contacts, listed, refused };
  };

  it('makes the same of contacts, in one piece or row by row', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.boolean(), async ({ there, rows }, overwrite) => {
        const alone = await outcome(
          there,
          rows.map((each) => [each]),
          overwrite,
        );
        expect(await outcome(there, [rows], overwrite)).toEqual(alone);
      }),
      { numRuns: 12 },
    );
  });

  it('that names a contact by its email and then by its external_id has the last word of the last row', async () => {
    const there = [{ external_id: 'x', email: 'a@example.com' }];
    const rows = [
      { email: 'a@example.com', first_name: 'Early' },
      { external_id: 'x', first_name: 'Late' },
    ];
    expect((await outcome(there, [rows], false)).contacts).toMatchObject([{ first_name: 'Late' }]);
  });

  it('that brings external_ids gives them to the contacts who have its emails or phones, and none already', async () => {
    const phone = '+4915112345671';
    const there = [
      { email: 'a@example.com', first_name: 'Ada' },
      { phone },
      { external_id: 'b', email: 'b@example.com' },
    ];
    const rows = [
      { external_id: 'crm-1', email: 'a@example.com', attributes: { plan: 'pro' } },
      { external_id: 'crm-2', email: 'c@example.com', phone },
      { external_id: 'crm-3', email: 'b@example.com' },
      { external_id: 'crm-4', email: 'a@example.com' },
    ];
    const { contacts, refused } = await outcome(there, [rows], false);
    expect(contacts).toMatchObject([
      { external_id: 'b', email: 'b@example.com' },
      { external_id: 'crm-1', email: 'a@example.com', first_name: 'Ada', attributes: { plan: 'pro' } },
      { external_id: 'crm-2', email: 'c@example.com', phone },
    ]);
    expect(refused).toBe(2);
  });

  it('can give a contact the email that it took from another, and refuses its own wrong rows only', async () => {
    const there = [{ external_id: 'x', email: 'a@example.com' }];
    const rows = [
      { external_id: 'x', email: 'b@example.com' },
      { external_id: 'y', email: 'a@example.com' },
      { external_id: 'y', email: 'b@example.com', first_name: 'Lost' },
    ];
    const { contacts, refused } = await outcome(there, [rows], false);
    expect(contacts).toMatchObject([
      { external_id: 'x', email: 'b@example.com' },
      { external_id: 'y', email: 'a@example.com', first_name: null },
    ]);
    expect(refused).toBe(1);
  });
});
