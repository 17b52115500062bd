import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { PushSubscriptionsService } from '../src/audience/push-subscriptions.service.js';
import { startApp, type TestApp } from './support/app.js';
import { makeContacts } from './support/factories.js';
import { importFile } from './support/importing.js';

let app: TestApp;
let year = 2030;
beforeAll(async () => {
  app = await startApp();
  await makeContacts(app, 1);
});
afterAll(() => app.close());
beforeEach(() => app.clock.set(`${++year}-01-01T00:00:00Z`));

const changedAt = async (table = 'contact') => {
  const [row] = await app.sql<{ updated_at: Date }>(
    sql`select updated_at from ${sql.table(table)} order by id limit 1`,
  );
  return row!.updated_at;
};
const person = { external_id: 'one', email: 'one@example.com' };
const subscription = { endpoint: 'https://push.example/1', keys: { p256dh: 'key', auth: 'auth' } };

it.each<[string, () => Promise<unknown>]>([
  ['edit', () => app.request('PATCH', '/contacts/1', { external_id: 'one', email: 'one@example.com' })],
  ['bulk call', () => app.request('POST', '/contacts/bulk', { contacts: [{ ...person, first_name: 'Ada' }] })],
  ['word of the person', () => unsubscribe()],
  ['imported row', () => importRow()],
  ['subscription that is gone', () => forget()],
])('a contact that changes by an %s is dated by the clock', async (_, change) => {
  await change();
  expect(await changedAt()).toEqual(app.clock.now());
});

it('a segment and an account that change are dated by the clock', async () => {
  const segment = await app.request('POST', '/segments', { name: 'tech' });
  await app.request('PATCH', `/segments/${segment.body.id}`, { description: 'Technology' });
  const account = { name: 'box', channel: 'email', kind: 'sandbox', settings: {} };
  const { body } = await app.request('POST', '/providers', account);
  expect((await app.request('PATCH', `/providers/${body.id}`, { enabled: false })).status).toBe(200);
  for (const table of ['segment', 'provider']) expect(await changedAt(table)).toEqual(app.clock.now());
});

async function unsubscribe(): Promise<void> {
  const { preferences_url } = (await app.request('GET', '/contacts/1/links')).body;
  await app.request('POST', `${new URL(preferences_url).pathname}/email/unsubscribe`, undefined, { authorization: '' });
}

const importRow = () => importFile(app, 'external_id,first_name\none,Bob\n');

async function forget(): Promise<void> {
  await app.sql(sql`update contact set push_subscriptions = ${JSON.stringify([subscription])}::jsonb where id = 1`);
  await app.app.get(PushSubscriptionsService).remove([{ contactId: 1, subscription } as never]);
}
