import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AnalyticsService } from '../src/analytics/analytics.service.js';
import type { EngagementKind } from '../src/analytics/domain/engagement.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    env: {
      CONSENT_RETENTION_DAYS: '30',
      BATCH_SIZE: '4',
      WINDOW_SIZE: '2',
      SENDER_LANES: '1',
      RETRY_MAX_ATTEMPTS: '1',
    },
  });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: 'p1' });
});

const create = async (body: object) => (await app.request('POST', '/contacts', body)).body;
const read = async (url: string) => (await app.request('GET', url)).body;
const idOf = async (email: string) => (await read(`/contacts?email=${email}`))[0].id as number;
const historyOf = async (id: number) =>
  (await read(`/contacts/${id}/consent/history`)).map(
    ({ channel, status, source, text_version, actor }: Record<string, string>) =>
      [channel, status, source, text_version, actor].map(String).join(' '),
  );

describe('what is said about consent', () => {
  it('is kept with its source, its text and who said it, where it is new', async () => {
    const { id } = await create({
      email: 'a@example.com',
      consent: { email: 'pending', source: 'form', text_version: '1' },
    });
    await app.request('PATCH', `/contacts/${id}`, { consent: { email: 'subscribed', sms: 'subscribed' } });
    await app.request('PUT', '/contacts', { email: 'a@example.com', consent: { email: 'subscribed' } });
    await app.request('POST', '/contacts/bulk', {
      contacts: [{ email: 'a@example.com', consent: { push: 'unsubscribed' } }, { email: 'quiet@example.com' }],
    });
    await app.request('PUT', '/contacts', {
      email: 'a@example.com',
      consent: { email: 'subscribed', text_version: '2' },
    });
    expect(await historyOf(id)).toEqual([
      'email subscribed null 2 test',
      'push unsubscribed null null test',
      'email subscribed null null test',
      'email pending form 1 test',
    ]);
    expect(await historyOf(await idOf('quiet@example.com'))).toEqual([]);
    const [email, sms, push] = await read(`/contacts/${id}/consent`);
    expect(email).toMatchObject({ channel: 'email', status: 'subscribed', text_version: '2', suppressed: false });
    expect(email.at).toBe(app.clock.now().toISOString());
    expect(sms).toMatchObject({ channel: 'sms', status: 'subscribed', source: null, actor: null, at: null });
    expect(push).toMatchObject({ channel: 'push', status: 'unsubscribed', actor: 'test' });
  });

  it('is told page by page', async () => {
    const { id } = await create({
      email: 'pages@example.com',
      consent: { email: 'pending', sms: 'pending', push: 'pending' },
    });
    const first = await app.request('GET', `/contacts/${id}/consent/history?limit=2`);
    const next = await read(/^<(.+)>/.exec(first.headers.link!)![1]!);
    expect([...first.body, ...next].map(({ channel }: { channel: string }) => channel)).toEqual([
      'push',
      'sms',
      'email',
    ]);
  });

  it('outlives a deleted contact as long as it is to be kept', async () => {
    const { id } = await create({ email: 'left@example.com', consent: { email: 'pending' } });
    const kept = () => app.sql(sql`select from consent_change where contact_id = ${id}`);
    await app.request('DELETE', `/contacts/${id}`);
    expectProblem(await app.request('GET', `/contacts/${id}/consent`), 404, 'CONTACT_NOT_FOUND');
    app.clock.advance(30 * DAY);
    await app.app.get(Sweeper).housekeep();
    expect(await kept()).toHaveLength(1);
    app.clock.advance(1_000);
    await app.app.get(Sweeper).housekeep();
    expect(await kept()).toHaveLength(0);
  });
});

describe('what happened to a message', () => {
  it.each<[EngagementKind, string, object, string]>([
    ['bounced', 'bounce', { status: 'subscribed' }, 'suppressed'],
    ['complained', 'complaint', { status: 'subscribed' }, 'suppressed'],
    ['unsubscribed', 'unsubscribe', { status: 'unsubscribed', source: 'message', actor: 'contact' }, 'unsubscribed'],
  ])('suppresses its address when it %s', async (kind, reason, consent, skipped) => {
    const [email] = await makeContacts(app, 1, { prefix: kind, segments: [(await makeSegment(app, kind), kind)] });
    const run = await carryOut(app, { target_segment: kind });
    const contactId = await idOf(email!);
    const fact = { runId: run.id, contactId, kind, at: app.clock.now() };
    await app.app.get(AnalyticsService).recordEngagement([fact, { ...fact, kind: 'opened' }]);
    const listed = await read(`/suppressions?address=${email}`);
    expect(listed).toEqual([expect.objectContaining({ channel: 'email', reason })]);
    expect((await read(`/contacts/${contactId}/consent`))[0]).toMatchObject({ suppressed: true, ...consent });
    await app.request('PATCH', `/contacts/${contactId}`, { consent: { email: 'subscribed' } });
    const again = await carryOut(app, { target_segment: kind });
    expect((await ledgerOf(app, again.id))[email!]).toMatchObject({ outcome: 'skipped', reason: skipped });
  });

  it('does not unsubscribe again who came back, when it is told again', async () => {
    const [email] = await makeContacts(app, 1, {
      prefix: 'back',
      segments: [(await makeSegment(app, 'back'), 'back')],
    });
    const run = await carryOut(app, { target_segment: 'back' });
    const contactId = await idOf(email!);
    const fact = { runId: run.id, contactId, kind: 'unsubscribed' as const, at: app.clock.now() };
    const tell = () => app.app.get(AnalyticsService).recordEngagement([fact, { ...fact, kind: 'opened' }]);
    expect(await tell()).toBe(2);
    const { preferences_url: url } = await read(`/contacts/${contactId}/links`);
    await app.request('POST', `${new URL(url).pathname}/email/subscribe`, undefined, { authorization: '' });
    expect(await tell()).toBe(0);
    expect((await read(`/contacts/${contactId}/consent`))[0]).toMatchObject({
      status: 'subscribed',
      suppressed: false,
    });
  });

  it('suppresses its address when a refusal says that there is none, also after it had been accepted', async () => {
    await makeContacts(app, 3, { prefix: 'dsn', segments: [(await makeSegment(app, 'dsn'), 'dsn')] });
    app.providers.email.answer = ({ to }) =>
      to === 'dsn1@example.com' ? { outcome: 'unknown', code: 'x' } : { outcome: 'sent', providerMessageId: null };
    await carryOut(app, { target_segment: 'dsn' });
    const words = ['550 5.1.1 no such user', '550 5.1.1 no such user', '452 4.2.2 mailbox full'];
    const { messages } = app.providers.email;
    const items = words.map((response, index) => ({
      delivery_key: messages.find(({ to }) => to === `dsn${index + 1}@example.com`)!.deliveryKey,
      verdict: 'refused',
      response,
    }));
    const { body } = await app.request('POST', '/evidence', items);
    expect(body.map(({ result }: { result: string }) => result)).toEqual(['settled', 'unchanged', 'unchanged']);
    const suppressed = [1, 2, 3].map(
      async (n) => (await read(`/contacts/${await idOf(`dsn${n}@example.com`)}`)).suppressed,
    );
    expect(await Promise.all(suppressed)).toEqual([['email'], ['email'], []]);
  });
});

describe('a person’s rights', () => {
  it('are to see everything that is kept', async () => {
    await makeSegment(app, 'rights');
    const contact = await create({
      email: 'rights@example.com',
      attributes: { plan: 'pro' },
      segments: ['rights'],
      consent: { sms: 'unsubscribed' },
    });
    app.providers.email.answer = () => ({
      outcome: 'rejected',
      code: 'smtp_550',
      response: 'no rights@example.com here',
    });
    const run = await carryOut(app, { target_segment: 'rights', name: 'To rights' });
    await app.app
      .get(AnalyticsService)
      .recordEngagement([{ runId: run.id, contactId: contact.id, kind: 'opened', at: app.clock.now() }]);
    const { status, body } = await app.request('GET', `/contacts/${contact.id}/export`);
    expect(status).toBe(200);
    expect(body.contact).toEqual(contact);
    expect(body.consent).toHaveLength(3);
    expect(body.consent_history).toEqual([expect.objectContaining({ channel: 'sms', status: 'unsubscribed' })]);
    const [delivery] = body.records.deliveries;
    expect(delivery).toMatchObject({ run_id: run.id, campaign: 'To rights', channel: 'email', outcome: 'failed' });
    expect(delivery.failed_attempts).toEqual([expect.objectContaining({ response: 'no rights@example.com here' })]);
    expect(body.records.engagement).toEqual([{ run_id: run.id, kind: 'opened', at: app.clock.now().toISOString() }]);
  });

  it('are to be erased, and the counts stay', async () => {
    const id = await idOf('rights@example.com');
    const [delivery] = (await read(`/contacts/${id}/export`)).records.deliveries;
    const before = await read(`/runs/${delivery.run_id}`);
    const { status, body } = await app.request('POST', `/contacts/${id}/erase`);
    expect(status).toBe(200);
    expect(body).toEqual({ contact_id: id, erased_at: app.clock.now().toISOString() });
    app.clock.advance(60_000);
    expect((await app.request('POST', `/contacts/${id}/erase`)).body).toEqual(body);
    expectProblem(await app.request('GET', `/contacts/${id}`), 404, 'CONTACT_NOT_FOUND');
    expectProblem(await app.request('GET', `/contacts/${id}/export`), 404, 'CONTACT_NOT_FOUND');
    expectProblem(await app.request('POST', '/contacts/999999/erase'), 404, 'CONTACT_NOT_FOUND');
    expect(await read(`/runs/${delivery.run_id}`)).toEqual(before);
    // A needle that any table could hold, in any column.
    const tables = await app.sql(sql<{ name: string }>`
      select format('%I', tablename) as name from pg_tables where schemaname = 'public'`);
    for (const { name } of tables)
      expect([
        name,
        await app.sql(sql`select from ${sql.raw(name)} t where t::text ilike '%rights@example.com%'`),
      ]).toEqual([name, []]);
    expect(await read('/suppressions?address=rights@example.com')).toEqual([
      expect.objectContaining({ channel: 'all', reason: 'erasure' }),
    ]);
    expect((await create({ email: 'rights@example.com' })).suppressed).toEqual(['email', 'sms', 'push']);
  });

  it('are obeyed by a running run from its next window on', async () => {
    await makeContacts(app, 4, { prefix: 'e', segments: [(await makeSegment(app, 'erasing'), 'erasing')] });
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    const campaign = await makeCampaign(app, { target_segment: 'erasing' });
    const working = app.tick();
    await handedOver(app, 2);
    const id = await idOf('e3@example.com');
    await app.request('POST', `/contacts/${id}/erase`);
    held.open();
    await working;
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ audience: 4, sent: 3, skipped: 1 });
    const lines = Object.values(await ledgerOf(app, run.id)).find((line) => line.contact_id === id);
    expect(lines).toMatchObject({ outcome: 'skipped', reason: 'contact_deleted' });
  });
});
