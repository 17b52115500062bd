import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeContacts(app, 2);
});
afterAll(() => app.close());

describe('what a contact was sent', () => {
  it('is listed run by run, the newest first, and no other contact’s is among it', async () => {
    const first = await carryOut(app, { name: 'First' });
    const second = await carryOut(app, { name: 'Second' });
    const [{ id }] = (await app.request('GET', '/contacts?search=c1@example.com')).body;
    const page = await app.request('GET', `/contacts/${id}/deliveries?limit=1`);
    const { at } = page.body[0];
    expect(page.body).toEqual([
      {
        run_id: second.id,
        campaign_id: second.campaign_id,
        campaign_name: 'Second',
        channel: 'email',
        outcome: 'sent',
        reason: null,
        attempts: 1,
        at,
      },
    ]);
    const next = /<([^>]+)>; rel="next"/.exec(String(page.headers.link))![1]!;
    const rest = await app.request('GET', next.replace(/^https?:\/\/[^/]+/, ''));
    expect(rest.body.map(({ run_id }: { run_id: number }) => run_id)).toEqual([first.id]);
    expect(rest.headers.link).toBeUndefined();
  });

  it('is looked at without a word in the audit log', async () => {
    const entries = await app.sql(sql`select from audit_entry`);
    const [{ id }] = (await app.request('GET', '/contacts')).body;
    await app.request('GET', `/contacts/${id}/deliveries`);
    expect(await app.sql(sql`select from audit_entry`)).toHaveLength(entries.length);
  });

  it('is refused for nobody, for a field that is not known and for a cursor that is none', async () => {
    expectProblem(await app.request('GET', '/contacts/999/deliveries'), 404, 'CONTACT_NOT_FOUND');
    const [{ id }] = (await app.request('GET', '/contacts')).body;
    const ask = (query: string) => app.request('GET', `/contacts/${id}/deliveries?${query}`);
    expectProblem(await ask('outcome=sent'), 400, 'VALIDATION_FAILED', '/outcome');
    expectProblem(await ask('cursor=x'), 400, 'INVALID_CURSOR', '/cursor');
  });
});
