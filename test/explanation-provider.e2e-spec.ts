import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AnalyticsService } from '../src/analytics/analytics.service.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { explain, notPassed } from './support/explaining.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { endAll } from './support/world.js';

const HOUR = 3_600_000;
const few = { target_segment: 'few' };
const refusal = (code: string, scope: 'provider' | 'recipient', retryAfterMs?: number): SendResult => ({
  outcome: 'deferred',
  scope,
  code,
  retryAfterMs,
});

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { SMS_RATE_LIMIT: '4/hour', RETRY_BASE_MS: '1000' } });
  await makeSegment(app, 'few');
  await makeContacts(app, 10, { segments: ['few'] });
  await makeContacts(app, 290, { prefix: 'many' });
  await app.sql(sql`update contact set phone = '+4915100000' || (100 + id) where id <= 10`);
});
afterAll(() => app.close());
afterEach(async () => {
  await endAll(app);
  app.clock.advance(100 * HOUR);
});

const later = (ms: number) => new Date(app.clock.now().getTime() + ms).toISOString();
const accountSays = async (campaignId: number, query = '') => (await explain(app, campaignId, query)).rules.account;
/** One who is still to be sent to. */
const pendingOf = async (runId: number) =>
  (
    await app.sql(sql<{ id: number }>`
      select unnest(contact_ids) as id from run_batch where run_id = ${runId}
      except select contact_id from delivery where run_id = ${runId} order by id limit 1`)
  )[0]!.id;

describe('the account of a run’s provider', () => {
  it('takes messages, has its outcome behind it, or is not chosen yet', async () => {
    const sent = await carryOut(app, few);
    expect(await accountSays(sent.campaign_id, '?contact_id=1')).toEqual({
      verdict: 'pass',
      detail: 'It has its outcome and needs no provider.',
    });
    expect(await accountSays(sent.campaign_id)).toEqual({ verdict: 'pass', detail: 'No provider is needed now.' });
    app.providers.email.answer = () => refusal('busy', 'recipient');
    const going = await carryOut(app, few);
    for (const query of ['', '?contact_id=1'])
      expect(await accountSays(going.campaign_id, query)).toEqual({
        verdict: 'pass',
        detail: 'email/recording takes messages.',
      });
    const { id } = await makeCampaign(app, { ...few, schedule_time: later(HOUR) });
    expect((await accountSays(id, '?contact_id=1'))!.detail).toBe(
      'Its provider is chosen when the audience is frozen.',
    );
  });

  it('has used up its limit, until when', async () => {
    const run = await carryOut(app, { ...few, channel: 'sms' });
    expect(run).toMatchObject({ sent: 4, pending: 6 });
    const contact = `?contact_id=${await pendingOf(run.id)}`;
    const { body } = await app.request('GET', '/providers');
    const { blocked_until } = body.find(({ channel }: { channel: string }) => channel === 'sms');
    for (const query of ['', contact])
      expect(await accountSays(run.campaign_id, query)).toEqual({
        verdict: 'wait',
        detail: `sms/recording has used up its limit until ${blocked_until}.`,
      });
    expect(notPassed(await explain(app, run.campaign_id, contact))).toEqual(['account: wait', 'outcome: wait']);
  });

  it('is put off, until when and why, and no process is missed meanwhile', async () => {
    app.providers.email.answer = () => refusal('http_429', 'provider', HOUR);
    const run = await carryOut(app, few);
    const until = later(HOUR);
    app.clock.advance(30 * 60_000);
    for (const query of ['', `?contact_id=${await pendingOf(run.id)}`])
      expect(await accountSays(run.campaign_id, query)).toEqual({
        verdict: 'wait',
        detail: `email/recording is put off until ${until}: http_429.`,
      });
    // Seen from a process that does not carry it: nobody took what is due because nobody may.
    await app.sql(sql`update run set provider = 'smtp' where id = ${run.id}`);
    await app.sql(sql`update provider_account set name = 'smtp' where channel = 'email'`);
    await app.sql(sql`update run_batch set due_at = ${run.opened_at} where run_id = ${run.id} and state = 'ready'`);
    expect((await explain(app, run.campaign_id)).rules.provider).toMatchObject({ verdict: 'unknown' });
  });

  it('is tried with one message after trouble', async () => {
    app.providers.email.answer = () => refusal('smtp_connect', 'provider');
    const run = await carryOut(app, few);
    expect((await accountSays(run.campaign_id))!.detail).toMatch(
      /^email\/recording is put off until .*: smtp_connect\.$/,
    );
    app.clock.advance(30_001);
    expect(await accountSays(run.campaign_id)).toEqual({
      verdict: 'wait',
      detail: 'email/recording had trouble: smtp_connect. One message at a time tries whether it is well again.',
    });
  });
});

describe('a run that is paused', () => {
  it('by a brake says so, with the reason', async () => {
    let answered = 0;
    app.providers.email.answer = () =>
      ++answered <= 200 ? { outcome: 'sent', providerMessageId: null } : refusal('busy', 'recipient', HOUR);
    const run = await carryOut(app);
    const [bounced] = await app.sql(sql<{ ids: number[] }>`
      select array_agg(contact_id) as ids from delivery where run_id = ${run.id} and outcome = 'sent'`);
    const facts = bounced!.ids.map((contactId) => ({
      ...{ runId: run.id, contactId, kind: 'bounced' as const, at: app.clock.now() },
    }));
    await app.app.get(AnalyticsService).recordEngagement(facts.slice(0, 10));
    const reason = '10 of 200 messages bounced: look into it, then resume.';
    const { rules } = await explain(app, run.campaign_id);
    expect(rules.status).toEqual({ verdict: 'stop', detail: `A brake paused it: ${reason}` });
    expect(rules.run).toEqual({ verdict: 'wait', detail: `A brake paused run ${run.id}: ${reason}` });
    const contact = await explain(app, run.campaign_id, `?contact_id=${await pendingOf(run.id)}`);
    expect(contact.rules.run).toEqual(rules.run);
  });

  it('by its provider’s refusal, or by people, says that', async () => {
    app.providers.email.answer = () => ({ outcome: 'deferred', scope: 'account', code: 'smtp_535' });
    const refused = await carryOut(app, few);
    const said = async (id: number) => (await explain(app, id)).rules.run!.detail;
    expect(await said(refused.campaign_id)).toBe(
      `Run ${refused.id} is paused: the provider refuses the account: smtp_535.`,
    );
    app.providers.email.answer = () => refusal('busy', 'recipient', HOUR);
    const run = await carryOut(app, few);
    await app.request('POST', `/campaigns/${run.campaign_id}/pause`);
    expect(await said(run.campaign_id)).toBe(`Run ${run.id} is paused.`);
  });
});
