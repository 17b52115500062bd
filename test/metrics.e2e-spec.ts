import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AccessService } from '../src/access/access.service.js';
import { MetricsPortService } from '../src/operations/metrics-port.service.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, openGates } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { type Sample, samplesOf, valueOf } from './support/metrics.js';
import { freePort } from './support/product.js';
import { makeWebhook } from './support/webhooks.js';

const dashboard = new URL('../ops/grafana/campanile.json', import.meta.url);

/** What a metric's samples may be called besides its own name. */
const stem = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, '');

let app: TestApp;
let port: number;
beforeAll(async () => {
  port = await freePort();
  app = await startApp({ env: { METRICS_PORT: String(port), ROLES: 'sender' } });
  await makeSegment(app, 'some');
  await makeContacts(app, 4, { segments: ['some'] });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
});

const TRUST_MS = 5_000;

/** The metrics now: an answer is good for a while, and time stands still here. */
async function metrics(): Promise<Sample[]> {
  app.clock.advance(TRUST_MS);
  const { status, body, headers } = await app.request('GET', '/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  return samplesOf(body);
}
const deliveries = (samples: Sample[], outcome: string) =>
  valueOf(samples, 'campanile_deliveries_total', { channel: 'email', provider: 'recording', outcome }) ?? 0;

describe('the metrics', () => {
  it('count deliveries by outcome, and tell of who is in doubt', async () => {
    const before = await metrics();
    app.providers.email.answer = ({ to }) =>
      to.startsWith('c1@')
        ? { outcome: 'rejected', code: '550' }
        : to.startsWith('c2@')
          ? { outcome: 'unknown', code: 'no_answer' }
          : { outcome: 'sent', providerMessageId: null };
    await carryOut(app, { target_segment: 'some' });
    const after = await metrics();
    const added = (outcome: string) => deliveries(after, outcome) - deliveries(before, outcome);
    expect(['sent', 'failed', 'in_doubt', 'skipped'].map(added)).toEqual([2, 1, 1, 0]);
    expect(valueOf(after, 'campanile_in_doubt')).toBe(valueOf(before, 'campanile_in_doubt')! + 1);
  });

  it('tell how late runs are opened', async () => {
    const before = await metrics();
    await makeCampaign(app, { target_segment: 'some' });
    app.clock.advance(300);
    await app.tick();
    const late = (samples: Sample[], le: string) => valueOf(samples, 'campanile_run_lateness_seconds_bucket', { le });
    const after = await metrics();
    expect(late(after, '0.25')).toBe(late(before, '0.25'));
    expect(late(after, '0.5')).toBe(late(before, '0.5')! + 1);
  });

  it('tell how long a due campaign and a due batch have waited, and who holds which', async () => {
    const campaign = await makeCampaign(app, { target_segment: 'some' });
    app.clock.advance(60_000);
    expect(valueOf(await metrics(), 'campanile_opening_lag_seconds')).toBe(60 + TRUST_MS / 1000);
    await app.app.get(Dispatcher).dispatchDue();
    const waiting = await metrics();
    expect(valueOf(waiting, 'campanile_opening_lag_seconds')).toBe(0);
    expect(valueOf(waiting, 'campanile_sending_lag_seconds')).toBe(60 + (2 * TRUST_MS) / 1000);
    expect(valueOf(waiting, 'campanile_open_runs', { status: 'processing' })).toBe(1);

    await app.sql(sql`update run_batch set state = 'leased', owner = 'gone', lease_until = ${app.clock.now()}::timestamptz + interval '1 min',
      epoch = epoch + 1 where state = 'ready'`);
    const leased = await metrics();
    expect(valueOf(leased, 'campanile_sending_lag_seconds')).toBe(0);
    expect(valueOf(leased, 'campanile_leases', { state: 'held' })).toBe(1);
    app.clock.advance(60_000);
    const expired = await metrics();
    expect(valueOf(expired, 'campanile_leases', { state: 'expired' })).toBe(1);
    await app.tick();
    const recovered = await metrics();
    expect(valueOf(recovered, 'campanile_recovered_batches_total')).toBe(
      valueOf(expired, 'campanile_recovered_batches_total')! + 1,
    );
    expect((await app.request('GET', `/campaigns/${campaign.id}`)).body.status).toBe('completed');
  });

  it('tell how long webhooks wait, and which are told nothing any more', async () => {
    const { id } = await makeWebhook(app, 'https://crm.example/hook', ['contact.unsubscribed']);
    const disable = sql`update webhook set active = false, disabled_reason = 'gone' where id = ${id}`;
    await app.request('PATCH', '/contacts/1', { consent: { sms: 'unsubscribed' } });
    const waiting = await metrics();
    expect(valueOf(waiting, 'campanile_webhook_lag_seconds')).toBe(TRUST_MS / 1000);
    expect(valueOf(waiting, 'campanile_webhooks_disabled')).toBe(0);
    await app.sql(disable);
    const disabled = await metrics();
    expect(valueOf(disabled, 'campanile_webhook_lag_seconds')).toBe(0);
    expect(valueOf(disabled, 'campanile_webhooks_disabled')).toBe(1);
  });

  it('ask the database once in a while, however many ask', async () => {
    await metrics();
    await app.sql(
      sql`insert into provider_account (channel, name, blocked_until) values ('sms', 'slow', ${app.clock.now()}::timestamptz + interval '1 hour')`,
    );
    const again = samplesOf((await app.request('GET', '/metrics')).body);
    expect(valueOf(again, 'campanile_provider_put_off', { provider: 'slow' })).toBeUndefined();
    expect(valueOf(await metrics(), 'campanile_provider_put_off', { channel: 'sms', provider: 'slow' })).toBe(1);
    await app.sql(sql`delete from provider_account`);
  });

  it('know routes by their pattern, so that no id or token makes a series', async () => {
    for (const path of ['/campaigns/1', '/campaigns/2', '/campaigns/99999', '/no/such/route', '/c/token'])
      await app.request('GET', path);
    const samples = await metrics();
    const count = (route: string, status: string) =>
      valueOf(samples, 'campanile_http_request_duration_seconds_count', { method: 'GET', route, status });
    expect(count('/campaigns/:id', '404')).toBeGreaterThanOrEqual(1);
    expect(count('none', '404')).toBeGreaterThanOrEqual(1);
    const labels = samples.flatMap((sample) => Object.values(sample.labels)).join(' ');
    expect(labels).not.toContain('99999');
    expect(labels).not.toContain('such');
  });

  it('are for a key that may read', async () => {
    const key = await app.app.get(AccessService).createKey('prometheus', ['read']);
    const asked = await app.request('GET', '/metrics', undefined, { authorization: `Bearer ${key}` });
    expect(asked.status).toBe(200);
    expect((await app.request('GET', '/metrics', undefined, { authorization: '' })).status).toBe(401);
  });

  it('answer without a key, as does health, on a port of their own, whatever the process does; nothing else does there', async () => {
    await app.app.get(MetricsPortService).listen();
    const at = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const answer = await at('/metrics');
    expect(answer.status).toBe(200);
    const samples = samplesOf(await answer.text());
    expect(valueOf(samples, 'campanile_process_info', { roles: 'sender' })).toBe(1);
    expect(valueOf(samples, 'campanile_database_up')).toBe(1);
    for (const path of ['/health/live', '/health/ready'])
      expect([path, (await at(path)).status, await (await at(path)).json()]).toMatchObject([
        path,
        200,
        { status: 'ok' },
      ]);
    for (const path of ['/campaigns', '/docs', '/']) expect([path, (await at(path)).status]).toEqual([path, 404]);
    for (const path of ['/metrics', '/', '/%ff', '/health/live']) {
      const { headers } = await at(path);
      expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
      expect([path, headers.get('cache-control')]).toEqual([path, expect.stringMatching(/no-store|private, no-cache/)]);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });

  it('are all there that the dashboard for Grafana shows, and all of them are explained', async () => {
    const { body } = await app.request('GET', '/metrics');
    const known = new Set([...String(body).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect([...String(body).matchAll(/^# HELP \S+ \S+/gm)]).toHaveLength(known.size);
    const shown = new Set(readFileSync(dashboard, 'utf8').match(/campanile_\w+/g));
    expect(shown.size).toBeGreaterThan(12);
    for (const name of shown) expect([name, known.has(name) || known.has(stem(name))]).toEqual([name, true]);
  });
});
