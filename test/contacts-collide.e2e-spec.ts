import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { blocked, eventually } from './support/engine.js';

let app: TestApp;
let other: Client;
beforeAll(async () => {
  app = await startApp();
  other = new Client({ connectionString: app.databaseUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await app.close();
});

it('a bulk call that meets another of the same contacts in the other order begins again, and both are done', async () => {
  const contacts = [{ external_id: 'one' }, { email: 'two@example.com' }];
  await app.request('POST', '/contacts/bulk', { contacts });
  // The other call names them by their other identities; of the two the product's is the one that is cut off.
  await other.query(`set deadlock_timeout = '1min'`);
  await other.query(`begin; update contact set last_name = 'Other' where email = 'two@example.com'`);
  const bulk = app.request('POST', '/contacts/bulk', {
    contacts: contacts.map((contact) => ({ ...contact, first_name: 'Bulk' })),
  });
  await eventually(async () => (await blocked(app)) === 1);
  await other.query(`update contact set last_name = 'Other' where external_id = 'one'; commit`);
  expect(await bulk).toMatchObject({ status: 200, body: { created: 0, updated: 2 } });
  const { body } = await app.request('GET', '/contacts');
  expect(body).toEqual(
    Array.from({ length: 2 }, () => expect.objectContaining({ first_name: 'Bulk', last_name: 'Other', version: 2 })),
  );
});
