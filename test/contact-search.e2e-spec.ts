import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { matching } from '../src/audience/contact-search.queries.js';
import { ContactSearchService } from '../src/audience/contact-search.service.js';
import { listContacts } from '../src/audience/contacts.queries.js';
import { contactsAt, markContacts } from '../src/audience/suppressions.queries.js';
import { hashKeyOf } from '../src/audience/domain/suppression.js';
import type { Db } from '../src/platform/database.js';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';
import { flawsOf, type PlanMode } from './support/plans.js';

const CONTACTS = 20_000;

let app: TestApp;
let client: Client;
beforeAll(async () => {
  app = await startApp();
  client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(`
    insert into contact (email, first_name, last_name, attributes)
    select 'bulk' || n || '@example.com', 'Name' || n % 1000, 'Last' || n, jsonb_build_object('plan', 'free', 'n', n % 2000)
    from generate_series(1, ${CONTACTS}) n`);
  for (const contact of people) await app.request('POST', '/contacts', contact);
  await client.query('analyze contact');
}, 60_000);
afterAll(async () => {
  await client.end();
  await app.close();
});

const people = [
  { email: 'ada@lovelace.example', first_name: 'Ada', last_name: 'King', attributes: { plan: 'pro', visits: 3 } },
  { email: 'x@example.com', first_name: 'ADALBERT', attributes: { plan: 'pro', address: { city: 'Köln' } } },
  { external_id: 'ada-7', last_name: '100% Ölund', attributes: { visits: '3', vip: true } },
  { phone: '+4915112345678', last_name: 'Adams_ko' },
  { email: 'äpfel@exämple.de', last_name: 'Apfel', attributes: { 'a.b': 'dot' } },
];
const find = async (query: string) => {
  const { status, body } = await app.request('GET', `/contacts?${query}`);
  expect(status).toBe(200);
  return body.map((row: Record<string, string>) => row.last_name ?? row.first_name);
};

describe('contacts are found', () => {
  it.each([
    ['ada', ['King', '100% Ölund']],
    [encodeURIComponent('Äpfel@exämple'), ['Apfel']],
    ['Ada@L', ['King']],
    ['%2B49 151 123', ['Adams_ko']],
    ['ADA-7', []],
    ['x@', ['ADALBERT']],
    ['ad_', []],
    ['bulk1999%25', []],
    ['lovelace', []],
    ['.', []],
    ['-', []],
    ['(', []],
    ['%20', []],
  ])('by the beginning %s of what identifies them', async (search, names) => {
    expect(await find(`search=${search}`)).toEqual(names);
  });

  it.each([
    ['plan:pro', ['King', 'ADALBERT']],
    ['visits:3', ['King', '100% Ölund']],
    ['vip:true', ['100% Ölund']],
    ['address.city:K%C3%B6ln', ['ADALBERT']],
    ['address:K%C3%B6ln', []],
    ['a.b:dot', ['Apfel']],
  ])('by the attribute %s', async (attribute, names) => {
    expect(await find(`attribute=${attribute}`)).toEqual(names);
  });

  it('by both, and by page, whether they are few or many', async () => {
    expect(await find('search=ada&attribute=plan:pro')).toEqual(['King']);
    for (const [query, count] of [
      ['search=ada', 2],
      ['search=bulk', 6],
      ['attribute=plan:free', 6],
      ['search=bulk&attribute=n:77', 6],
    ] as const) {
      const seen: number[] = [];
      let url: string | undefined = `/contacts?${query}&limit=2`;
      for (; url && seen.length < 6;) {
        const { body, headers } = await app.request('GET', url);
        seen.push(...body.map(({ id }: { id: number }) => id));
        url = /^<(.+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
      }
      expect(seen).toHaveLength(count);
      expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
    }
  });

  it('within a time, or else it is said that the search is too wide', async () => {
    const search = app.app.get(ContactSearchService);
    // Whoever waits for a table takes as long as whoever reads millions of rows.
    await client.query('begin; lock table contact');
    const asked = search.list({ search: 'ada', limit: 2 }, 50);
    await expect(asked).rejects.toMatchObject({ kind: 'invalid', code: 'SEARCH_TOO_WIDE' });
    await client.query('rollback');
    expect(await find('search=ada')).toEqual(['King', '100% Ölund']);
  });

  it.each(['attribute=plan', 'attribute=:x', 'search=', `search=${'a'.repeat(255)}`])('not by %s', async (query) => {
    expectProblem(await app.request('GET', `/contacts?${query}`), 400, 'VALIDATION_FAILED', `/${query.split('=')[0]}`);
  });
});

describe.each<PlanMode>(['force_custom_plan', 'force_generic_plan'])('twenty thousand contacts and %s', (mode) => {
  const list = (query: object) => async (db: Db) => {
    const asked = { limit: 50, ...query };
    return listContacts(db, asked, 0, await matching(db, asked));
  };
  const key = hashKeyOf(Buffer.alloc(32));
  it.each<[string, (db: Db) => Promise<unknown>]>([
    ['a few by their beginning', list({ search: 'bulk777' })],
    ['many by their beginning', list({ search: 'bulk' })],
    ['a few by an attribute', list({ attribute: 'n:77' })],
    ['many by an attribute', list({ attribute: 'plan:free' })],
    ['who has an address', (db) => contactsAt(db, ['bulk7@example.com', '+4915112345678', 'https://push.example/1'])],
    ['whom to mark', (db) => markContacts(db, key, [5, 7, 9])],
  ])('cost finding %s no more than what it is about', async (_, work) => {
    expect(await flawsOf(client, mode, work)).toEqual([]);
  });
});
