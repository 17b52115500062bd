import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, eventually, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const SECRET_KEY = 'a secret of at least thirty-two characters';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    env: { SECRET_KEY, DEFAULT_COUNTRY: 'DE', BATCH_SIZE: '4', WINDOW_SIZE: '2', SENDER_LANES: '1' },
  });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
});

const suppress = (body: object) => app.request('POST', '/suppressions', body);
const release = (...suppressions: object[]) => app.request('DELETE', '/suppressions', { suppressions });
const create = async (body: object) => (await app.request('POST', '/contacts', body)).body;
const suppressedOf = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body.suppressed;
const entriesOf = async (address: string) =>
  (await app.request('GET', `/suppressions?address=${encodeURIComponent(address)}`)).body;

describe('a suppressed address', () => {
  it('is kept as an HMAC and never in clear', async () => {
    const { status, body } = await suppress({ address: ' Hidden@Example.com', channel: 'email' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      channel: 'email',
      reason: 'manual',
      created: true,
      created_at: expect.any(String),
    });
    const [row] = await app.sql(sql<{ hash: Buffer; text: string }>`
      select address_hash as hash, s::text as text from suppression s where id = ${body.id}`);
    const key = createHmac('sha256', SECRET_KEY).update('suppression').digest();
    expect(row!.hash).toEqual(createHmac('sha256', key).update('hidden@example.com').digest());
    expect(row!.text).not.toContain('hidden');
    const { created, ...entry } = body;
    expect(created).toBe(true);
    expect(await entriesOf('HIDDEN@example.com')).toEqual([entry]);
  });

  it('is skipped on its channel, and only there, for whoever has it', async () => {
    await makeSegment(app, 'ada');
    const { id } = await create({ email: 'ada@example.com', phone: '+4915112345678', segments: ['ada'] });
    await suppress({ address: 'ada@example.com', channel: 'email', reason: 'complaint' });
    expect(await suppressedOf(id)).toEqual(['email']);
    const run = await carryOut(app, { target_segment: 'ada' });
    expect(await ledgerOf(app, run.id)).toMatchObject({
      'ada@example.com': { outcome: 'skipped', reason: 'suppressed', attempts: 0 },
    });
    expect(await carryOut(app, { target_segment: 'ada', channel: 'sms' })).toMatchObject({ sent: 1 });
  });

  it('silences every channel of its owner when it is suppressed for all', async () => {
    const device = { token: 'device-7', platform: 'ios' };
    const { id } = await create({ email: 'all@example.com', phone: '+4915112340000', push_subscriptions: [device] });
    for (const address of ['all@example.com', '0151 12340000', 'device-7']) {
      await suppress({ address });
      expect(await suppressedOf(id)).toEqual(['email', 'sms', 'push']);
      expect((await release({ address })).body).toEqual({ removed: 1 });
      expect(await suppressedOf(id)).toEqual([]);
    }
  });

  it('is known again on a contact that is made, imported or given it later', async () => {
    await suppress({ address: 'later@example.com', channel: 'email' });
    const made = await create({ email: 'later@example.com' });
    expect(made.suppressed).toEqual(['email']);
    const moved = (await app.request('PATCH', `/contacts/${made.id}`, { email: 'other@example.com' })).body;
    expect(moved.suppressed).toEqual([]);
    await app.request('POST', '/contacts/bulk', {
      contacts: [{ email: 'later@example.com', consent: { email: 'subscribed' } }, { email: 'fine@example.com' }],
    });
    const listed = (await app.request('GET', '/contacts?limit=200')).body as { email: string; suppressed: string[] }[];
    const marks = Object.fromEntries(listed.map(({ email, suppressed }) => [email, suppressed]));
    expect(marks).toMatchObject({ 'later@example.com': ['email'], 'fine@example.com': [], 'other@example.com': [] });
    const put = (body: object) => app.request('PUT', '/contacts', body);
    await suppress({ address: 'crm@example.com', channel: 'email' });
    expect((await put({ external_id: 'crm-9', email: 'ok@example.com' })).body.suppressed).toEqual([]);
    expect((await put({ external_id: 'crm-9', email: 'crm@example.com' })).body.suppressed).toEqual(['email']);
  });

  it('is left out by a running run from its next window on', async () => {
    await makeContacts(app, 4, { prefix: 'r', segments: [(await makeSegment(app, 'running'), 'running')] });
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    const campaign = await makeCampaign(app, { target_segment: 'running' });
    const working = app.tick();
    await handedOver(app, 2);
    expect((await suppress({ address: 'r4@example.com' })).status).toBe(201);
    held.open();
    await working;
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ sent: 3, skipped: 1 });
    expect((await ledgerOf(app, run.id))['r4@example.com']).toMatchObject({ outcome: 'skipped', reason: 'suppressed' });
  });

  it.each(['the contact', 'the suppression'])(
    'is found when both come at the same moment, %s a little earlier',
    async (first) => {
      const address = `${first.split(' ')[1]}@race.example.com`;
      // Holds up whoever comes first between its look at the other table and its commit.
      const client = new Client({ connectionString: app.databaseUrl });
      await client.connect();
      const table = first === 'the contact' ? 'contact' : 'suppression';
      await client.query(`
      create function hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(7); return null; end $$;
      create constraint trigger hold after insert on ${table} deferrable initially deferred for each row execute function hold()`);
      await client.query('select pg_advisory_lock(7)');
      const requests = { contact: () => create({ email: address }), suppression: () => suppress({ address }) };
      const waiting = async () =>
        Number(
          (await client.query(`select count(*) from pg_locks where locktype = 'advisory' and not granted`)).rows[0]
            .count,
        );
      const early = requests[table]();
      await eventually(waiting, (count) => count === 1);
      const late = requests[table === 'contact' ? 'suppression' : 'contact']();
      await eventually(waiting, (count) => count === 2);
      await client.query('select pg_advisory_unlock(7)');
      await Promise.all([early, late]);
      await client.query(`drop trigger hold on ${table}; drop function hold`);
      await client.end();
      const [contact] = (await app.request('GET', `/contacts?email=${address}`)).body;
      expect(contact.suppressed).toEqual(['email', 'sms', 'push']);
    },
  );
});

describe('the suppression list', () => {
  it('takes ten thousand at a time, once each, and gives them back', async () => {
    await makeContacts(app, 100, { prefix: 'many' });
    const many = Array.from({ length: 10_000 }, (_, index) => ({ address: `many${index}@example.com` }));
    const bulk = (suppressions: object[]) => app.request('POST', '/suppressions/bulk', { suppressions });
    expect((await bulk(many)).body).toEqual({ created: 10_000, known: 0 });
    expect((await bulk([...many.slice(1), many[1]!])).body).toEqual({ created: 0, known: 10_000 });
    const marked = async () =>
      (await app.sql(sql`select from contact where email like 'many%' and email_suppressed`)).length;
    expect(await marked()).toBe(100);
    expect((await release(...many)).body).toEqual({ removed: 10_000 });
    expect(await marked()).toBe(0);
    expectProblem(await bulk([...many, many[0]!]), 400, 'VALIDATION_FAILED', '/suppressions');
  });

  it('knows a phone number in every spelling, and takes anything for a token that is called one', async () => {
    const { id } = await create({ phone: '+4915199999993' });
    for (const address of ['tel:+49-151-99999993', '\uff0b4915199999993', '\u202a+49 151 99999993', '0151/99999993']) {
      expect((await suppress({ address })).status).toBe(201);
      expect(await suppressedOf(id)).toEqual(['email', 'sms', 'push']);
      expect((await release({ address })).body).toEqual({ removed: 1 });
    }
    expect((await suppress({ address: 'foo', channel: 'push' })).status).toBe(201);
    expect((await release({ address: 'foo' })).body).toEqual({ removed: 1 });
    expect((await suppress({ address: 'foo' })).body.errors[0].message).toMatch(/say which channel/);
  });

  it('keeps the first reason', async () => {
    const first = await suppress({ address: 'twice@example.com', reason: 'bounce' });
    const second = await suppress({ address: 'twice@example.com', reason: 'manual' });
    expect([first.body.created, second.body]).toEqual([true, { ...first.body, created: false }]);
    expect(await entriesOf('twice@example.com')).toHaveLength(1);
  });

  it('keeps what a person said where an operator adds the address once more, and says that it was there', async () => {
    const address = 'left@example.com';
    await suppress({ address, reason: 'unsubscribe' });
    const again = await suppress({ address, reason: 'manual' });
    expect(again.body).toMatchObject({ created: false, reason: 'unsubscribe' });
    await suppress({ address, reason: 'bounce' });
    expect((await entriesOf(address)).map(({ reason }: { reason: string }) => reason)).toEqual(['bounce']);
  });

  it.each(['one after the other', 'at once'])('keeps a reason that no person can take back, told %s', async (how) => {
    const address = `${how.split(' ')[0]}@example.com`;
    const tell = async (...reasons: string[]) => {
      const suppressions = reasons.map((reason) => ({ address, channel: 'email', reason }));
      if (how === 'at once') await app.request('POST', '/suppressions/bulk', { suppressions });
      else for (const each of suppressions) await suppress(each);
      return (await entriesOf(address)).map(({ reason }: { reason: string }) => reason);
    };
    expect(await tell('unsubscribe', 'complaint', 'unsubscribe')).toEqual(['complaint']);
    expect(await tell('bounce', 'erasure', 'unsubscribe', 'manual')).toEqual(['erasure']);
  });

  it.each(['complaint', 'erasure'])('gives back what is for %s only with a note, which is logged', async (reason) => {
    const said: unknown[] = [];
    const silent = () => undefined;
    Logger.overrideLogger({ log: silent, warn: (words: unknown) => said.push(words), error: silent });
    const addresses = [{ address: `${reason}1@example.com` }, { address: `${reason}2@example.com` }];
    await suppress({ ...addresses[0], reason });
    await suppress({ ...addresses[1], reason: 'bounce' });
    const { id } = await create({ email: addresses[0]!.address });
    expectProblem(await release(...addresses), 400, 'NOTE_REQUIRED', '/note');
    expect(await suppressedOf(id)).toHaveLength(3);
    expect(await entriesOf(addresses[1]!.address)).toHaveLength(1);
    const remove = (note: string) => app.request('DELETE', '/suppressions', { suppressions: addresses, note });
    expectProblem(await remove(' '), 400, 'VALIDATION_FAILED', '/note');
    expect((await remove('asked for it\nby letter')).body).toEqual({ removed: 2 });
    expect(said).toEqual([`taken back by "test", entries for ${reason}: 1; note: "asked for it\\nby letter"`]);
    expect(await suppressedOf(id)).toEqual([]);
    Logger.overrideLogger(false);
  });

  it('is listed by channel and reason, page by page', async () => {
    for (const address of ['p1@example.com', 'p2@example.com', 'p3@example.com'])
      await suppress({ address, channel: 'email', reason: 'bounce' });
    const first = await app.request('GET', '/suppressions?channel=email&reason=bounce&limit=2');
    expect(first.body).toHaveLength(2);
    const next = /^<(.+)>/.exec(first.headers.link!)![1]!;
    expect((await app.request('GET', next)).body).toHaveLength(1);
  });

  it.each([
    [{ address: 'no address', channel: 'email' }, '/address'],
    [{ address: '12', channel: 'sms' }, '/address'],
    [{ address: 'ada@example.com', channel: 'sms' }, '/address'],
    [{ address: '' }, '/address'],
    [{ address: 'ada.example.com' }, '/address'],
    [{ address: 'ada(at)example.com' }, '/address'],
    [{ address: 'ada at example.com' }, '/address'],
    [{ address: 'Mobile: +4915112345678' }, '/address'],
    [{ address: '+49 151 12345678 ext. 3' }, '/address'],
    [{ address: 'foo' }, '/address'],
    [{ address: 'ada@example.com', channel: 'fax' }, '/channel'],
    [{ address: 'ada@example.com', reason: 'because' }, '/reason'],
    [{ address: 'ada@example.com', note: 'x' }, '/note'],
  ])('refuses %j', async (body, pointer) => {
    expectProblem(await suppress(body), 400, 'VALIDATION_FAILED', pointer);
    expectProblem(
      await app.request('POST', '/suppressions/bulk', { suppressions: [{ address: 'fine@example.com' }, body] }),
      400,
      'VALIDATION_FAILED',
      `/suppressions/1${pointer}`,
    );
    expect(await entriesOf('fine@example.com')).toEqual([]);
  });
});
