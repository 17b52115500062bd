import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { ConsentService } from '../src/audience/consent.service.js';
import { EvidenceService } from '../src/delivery/evidence.service.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { WebhookBeat } from '../src/webhooks/webhook-beat.js';
import { WebhookListener } from '../src/webhooks/webhook-listener.js';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { forgetSuppressions, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { importFile } from './support/importing.js';
import { expectProblem } from './support/problems.js';
import { deliveriesOf, isSigned, makeWebhook, sendWebhooks } from './support/webhooks.js';

const ALL = ['run.completed', 'delivery.failed', 'contact.unsubscribed'];
const DAY_MS = 86_400_000;

describe('webhooks', () => {
  let app: TestApp;
  let server: ApiServer;
  beforeAll(async () => {
    server = await ApiServer.start();
    app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true', PUBLIC_URL: 'https://news.example.com' } });
    await makeSegment(app, 'few');
    await makeContacts(app, 3, { segments: ['few'] });
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });
  afterEach(async () => {
    await app.sql(sql`delete from webhook_delivery`);
    await app.sql(sql`delete from webhook`);
    server.seen.length = 0;
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  });

  const failing = (...emails: string[]) => {
    app.providers.email.answer = ({ to }) =>
      emails.includes(to) ? { outcome: 'rejected', code: 'smtp_550' } : { outcome: 'sent', providerMessageId: null };
  };
  const told = async (id: number) =>
    (await deliveriesOf(app, id)).map(({ event, data }: { event: string; data: object }) => ({ event, data }));
  const idOf = async (email: string) => (await app.request('GET', `/contacts?email=${email}`)).body[0].id as number;

  it('tell that a run ended, with its totals, signed, under an id that names the event', async () => {
    const webhook = await makeWebhook(app, server.url, ['run.completed']);
    const run = await carryOut(app, { target_segment: 'few' });
    await sendWebhooks(app);
    const [request] = server.seen;
    expect(server.seen).toHaveLength(1);
    expect(isSigned(request!, webhook.secret)).toBe(true);
    expect(isSigned({ ...request!, raw: `${request!.raw} ` }, webhook.secret)).toBe(false);
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      'webhook-timestamp': String(app.clock.now().getTime() / 1000),
    });
    const { type, timestamp, data } = JSON.parse(request!.raw);
    expect([type, timestamp]).toEqual(['run.completed', app.clock.now().toISOString()]);
    expect(data).toEqual({
      ...{ run_id: run.id, campaign_id: run.campaign_id, campaign_name: 'A campaign', channel: 'email' },
      ...{ status: 'completed', scheduled_for: app.clock.now().toISOString() },
      ...{ finished_at: app.clock.now().toISOString(), audience: 3, sent: 3, failed: 0, skipped: 0, in_doubt: 0 },
    });
    const [delivery] = await deliveriesOf(app, webhook.id);
    expect(delivery).toMatchObject({ state: 'delivered', tries: 1, answer: 200, error: null, next_try_at: null });
    expect(delivery.event_id).toBe(request!.headers['webhook-id']);
  });

  it('tell once each time that a run ends: cancelled, or again after a retry', async () => {
    const webhook = await makeWebhook(app, server.url, ['run.completed']);
    failing('c1@example.com');
    const run = await carryOut(app, { target_segment: 'few' });
    failing();
    await app.request('POST', `/runs/${run.id}/retry-failed`, {});
    for (let count = 0; count < 2; count += 1) await app.tick();
    const campaign = await makeCampaign(app, { target_segment: 'few' });
    await app.app.get(Dispatcher).dispatchDue();
    await app.request('POST', `/campaigns/${campaign.id}/cancel`);
    for (let count = 0; count < 2; count += 1) await app.tick();
    const ends = (await told(webhook.id)).reverse().map(({ data }: { data: object }) => data);
    expect(ends).toMatchObject([
      { run_id: run.id, status: 'completed', sent: 2, failed: 1 },
      { run_id: run.id, status: 'completed', sent: 3, failed: 0 },
      { campaign_id: campaign.id, status: 'cancelled', audience: 3, sent: 0, skipped: 3 },
    ]);
  });

  it('tell of failed recipients of a run together, and of those that a provider refuses later', async () => {
    const webhook = await makeWebhook(app, server.url, ['delivery.failed']);
    failing('c1@example.com', 'c3@example.com');
    const run = await carryOut(app, { target_segment: 'few' });
    const about = { run_id: run.id, campaign_id: run.campaign_id, channel: 'email' };
    const [one, three] = [await idOf('c1@example.com'), await idOf('c3@example.com')];
    const deliveries = [one, three].map((contact_id) => ({ contact_id, reason: 'smtp_550' }));
    expect(await told(webhook.id)).toEqual([{ event: 'delivery.failed', data: { ...about, deliveries } }]);
    await app.sql(sql`update delivery set outcome = 'in_doubt' where run_id = ${run.id} and contact_id = ${one}`);
    await app.sql(sql`update run_batch set failed = failed - 1, in_doubt = in_doubt + 1 where run_id = ${run.id}`);
    await app.sql(sql`update run set failed = failed - 1, in_doubt = in_doubt + 1 where id = ${run.id}`);
    const [{ opened }] = (await app.sql(
      sql`select (extract(epoch from opened_at) * 1000)::bigint as opened from run where id = ${run.id}`,
    )) as [{ opened: number }];
    const delivery_key = `${run.id}.${one}.${opened.toString(36)}`;
    const [answer] = await app.app.get(EvidenceService).accept([{ delivery_key, verdict: 'refused' }]);
    expect(answer).toMatchObject({ result: 'settled', outcome: 'failed' });
    const late = [{ contact_id: one, reason: 'late_evidence' }];
    expect((await told(webhook.id))[0]).toEqual({ event: 'delivery.failed', data: { ...about, deliveries: late } });
  });

  it('cost the engine no transaction for failures while nobody listens to them', async () => {
    const webhook = await makeWebhook(app, server.url, ['run.completed']);
    const listener = app.app.get(WebhookListener);
    await listener.follow();
    failing('c1@example.com');
    let kept = 0;
    const keep = listener.keepFailed.bind(listener);
    listener.keepFailed = (fact) => ((kept += 1), keep(fact));
    await carryOut(app, { target_segment: 'few' });
    expect(kept).toBe(0);
    await app.request('PATCH', `/webhooks/${webhook.id}`, { events: ALL });
    await listener.follow();
    await carryOut(app, { target_segment: 'few' });
    expect(await told(webhook.id)).toHaveLength(3);
  });

  it('tell of whoever unsubscribes, once, by whatever way', async () => {
    await makeSegment(app, 'leaving');
    await makeContacts(app, 3, { prefix: 'l', segments: ['leaving'] });
    const webhook = await makeWebhook(app, server.url, ['contact.unsubscribed']);
    await carryOut(app, { target_segment: 'leaving', message: '{{ unsubscribe_url }}' });
    const link = app.providers.email.messages.at(-1)!;
    const path = link.body.replace('https://news.example.com', '');
    for (let count = 0; count < 2; count += 1) await app.request('POST', path, undefined, { authorization: '' });
    const others = ['l1@example.com', 'l2@example.com', 'l3@example.com'].filter((email) => email !== link.to);
    const [byApi, byMail] = [await idOf(others[0]!), await idOf(others[1]!)];
    await app.request('PATCH', `/contacts/${byApi}`, { consent: { email: 'unsubscribed' } });
    const origin = { source: 'sms:STOP', textVersion: null, actor: 'contact' };
    await app.app.get(ConsentService).sayFrom(others[1]!, 'email', 'unsubscribed', origin);
    await importFile(app, `email,sms_consent\n${others[0]},unsubscribed\n${others[1]},unsubscribed\n`);
    const event = 'contact.unsubscribed';
    const by = (contact_id: number, said_by: string, channel = 'email') => ({
      event,
      data: { contact_id, channel, said_by },
    });
    const expected = [by(await idOf(link.to), 'contact'), by(byApi, 'operator'), by(byMail, 'contact')];
    const imported = [by(byApi, 'operator', 'sms'), by(byMail, 'operator', 'sms')];
    expect((await told(webhook.id)).reverse()).toEqual([...expected, ...imported]);
  });

  it('tell of no opt-out where an address is only suppressed', async () => {
    const webhook = await makeWebhook(app, server.url, ALL);
    const contactId = await idOf('c2@example.com');
    await app.app.get(ConsentService).heed([{ contactId, channel: 'email', reason: 'complaint' }]);
    await app.request('POST', '/suppressions', { address: 'c3@example.com' });
    expect(await told(webhook.id)).toEqual([]);
    await forgetSuppressions(app);
  });

  it('keep nothing of what is undone, and nothing for who is paused', async () => {
    const webhook = await makeWebhook(app, server.url, ALL);
    const before = await idOf('c1@example.com');
    const listener = app.app.get(WebhookListener);
    const keep = listener.keepCompleted.bind(listener);
    listener.keepCompleted = async (fact) => {
      await keep(fact);
      throw new Error('undone');
    };
    await expect(carryOut(app, { target_segment: 'few' })).rejects.toThrow('undone');
    listener.keepCompleted = keep;
    expect(await told(webhook.id)).toEqual([]);
    await app.request('PATCH', `/webhooks/${webhook.id}`, { active: false });
    await app.tick();
    await app.request('PATCH', `/contacts/${before}`, { consent: { sms: 'unsubscribed' } });
    expect(await told(webhook.id)).toEqual([]);
  });

  it('show their secret once, and never again', async () => {
    const { id, secret, ...shown } = (
      await app.request('POST', '/webhooks', { url: server.url, events: ['run.completed'], description: 'CRM' })
    ).body;
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect((await app.request('GET', `/webhooks/${id}`)).body).toEqual({ id, ...shown });
    expect((await app.request('GET', '/webhooks')).body).toEqual([{ id, ...shown }]);
    const bare = secret.slice('whsec_'.length);
    for (const table of ['webhook', 'audit_entry', 'idempotency_key'])
      expect(JSON.stringify(await app.sql(sql`select * from ${sql.table(table)}`))).not.toContain(bare);
    const [entry] = (await app.request('GET', '/audit?limit=1')).body;
    expect(entry).toMatchObject({ action: 'webhook.created', target_id: String(id) });
  });

  it('are refused with every wrong field', async () => {
    const wrong = { url: 'ftp://x', events: ['run.opened'], description: 5, secret: 'mine' };
    const pointers = ['/url', '/events', '/description', '/secret'];
    expectProblem(await app.request('POST', '/webhooks', wrong), 400, 'VALIDATION_FAILED', ...pointers);
    const none = { url: 'https://', events: [] };
    expectProblem(await app.request('POST', '/webhooks', none), 400, 'VALIDATION_FAILED', '/url', '/events');
    const port = { url: 'https://crm.example:99999/', events: ALL };
    expectProblem(await app.request('POST', '/webhooks', port), 400, 'INVALID_WEBHOOK', '/url');
    const { id } = await makeWebhook(app, server.url, ALL);
    const nulls = { url: null, events: null, active: null };
    expectProblem(await app.request('PATCH', `/webhooks/${id}`, nulls), 400, 'VALIDATION_FAILED', '/url', '/active');
    const stale = await app.request('PATCH', `/webhooks/${id}`, { active: false }, { 'if-match': '"7"' });
    expectProblem(stale, 412, 'VERSION_MISMATCH');
    expectProblem(await app.request('POST', `/webhooks/${id}/replay`, { since: 'soon' }), 400, 'VALIDATION_FAILED');
    expectProblem(await app.request('POST', `/webhooks/${id}/deliveries/9/replay`), 404, 'WEBHOOK_DELIVERY_NOT_FOUND');
    for (const path of ['', '/deliveries'])
      expectProblem(await app.request('GET', `/webhooks/99999${path}`), 404, 'WEBHOOK_NOT_FOUND');
    expectProblem(await app.request('POST', '/webhooks/99999/test'), 404, 'WEBHOOK_NOT_FOUND');
  });

  it('in a private network are refused, by their address at once and by their name when they are called', async () => {
    const before = server.connections;
    const guarded = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    const make = (url: string) => guarded.request('POST', '/webhooks', { url, events: ['run.completed'] });
    for (const url of [
      'https://127.0.0.1/',
      'https://[::ffff:10.0.0.1]/',
      'https://169.254.169.254/x',
      'http://crm.example/',
    ])
      expectProblem(await make(url), 400, 'INVALID_WEBHOOK', '/url');
    const { id } = (await make(`https://localhost:${new URL(server.url).port}/`)).body;
    const { body } = await guarded.request('POST', `/webhooks/${id}/test`);
    expect(body).toMatchObject({ state: 'failed', answer: null, error: expect.stringMatching(/^private_address: /) });
    expect(server.connections).toBe(before);
    await guarded.close();
  });

  it('are forgotten with their endpoint, and after their time', async () => {
    const [gone, kept] = [await makeWebhook(app, server.url, ALL), await makeWebhook(app, server.url, ALL)];
    await carryOut(app, { target_segment: 'few' });
    expect((await app.request('DELETE', `/webhooks/${gone.id}`)).status).toBe(204);
    const left = sql<{ webhook_id: number }>`select webhook_id from webhook_delivery`;
    expect(await app.sql(left)).toEqual([{ webhook_id: kept.id }]);
    app.clock.advance(30 * DAY_MS);
    await app.app.get(WebhookBeat).forgetOld();
    expect(await app.sql(left)).toHaveLength(1);
    app.clock.advance(1);
    await app.app.get(WebhookBeat).forgetOld();
    expect(await app.sql(left)).toEqual([]);
  });
});
