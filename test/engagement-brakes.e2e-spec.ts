import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AnalyticsService } from '../src/analytics/analytics.service.js';
import type { EngagementFact, EngagementKind } from '../src/analytics/domain/engagement.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { forgetSuppressions, latestRun, makeContacts } from './support/factories.js';

const HOUR = 3_600_000;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const later: SendResult = { outcome: 'deferred', scope: 'recipient', code: 'smtp_450', retryAfterMs: HOUR };

let app: TestApp;
let run: { id: number; campaign_id: number };
let recipients: number[];
beforeAll(async () => {
  app = await startApp({ env: { BRAKE_COMPLAINT_RATE: '0.002' } });
  await makeContacts(app, 1_500);
});
afterAll(() => app.close());
afterEach(async () => {
  app.providers.email.answer = () => accepted;
  await act('cancel').catch(() => undefined);
  await app.tick();
  await forgetSuppressions(app);
});

const act = (action: string) => app.request('POST', `/campaigns/${run.campaign_id}/${action}`);
/** A run that has sent so many of its messages; the others wait for their second try. */
async function sendSome(count: number): Promise<void> {
  let answered = 0;
  app.providers.email.answer = () => (++answered <= count ? accepted : later);
  run = await carryOut(app);
  expect(run).toMatchObject({ status: 'processing', sent: count });
  recipients = await sentTo();
}
const sentTo = async () =>
  (
    await app.sql(
      sql<{
        contact_id: number;
      }>`select contact_id from delivery where run_id = ${run.id} and outcome = 'sent' order by at, contact_id`,
    )
  ).map(({ contact_id }) => contact_id);
const facts = (kind: EngagementKind, from: number, to: number): EngagementFact[] =>
  recipients.slice(from, to).map((contactId) => ({ runId: run.id, contactId, kind, at: app.clock.now() }));
const record = (told: EngagementFact[]) => app.app.get(AnalyticsService).recordEngagement(told);
const now = async () => {
  const { status, reason } = await latestRun(app, run.campaign_id);
  return { status, reason };
};
const going = { status: 'processing', reason: null };
const kept = () =>
  app.sql(sql`select contact_id, kind, at from engagement where run_id = ${run.id} order by contact_id`);

describe('a run of which too many messages bounce', () => {
  beforeEach(() => sendSome(200));

  it('is paused with its campaign and the reason, and not before', async () => {
    expect(await record(facts('bounced', 0, 9))).toBe(9);
    expect(await now()).toEqual(going);
    expect(await record(facts('bounced', 9, 10))).toBe(1);
    const reason = '10 of 200 messages bounced: look into it, then resume';
    expect(await now()).toEqual({ status: 'paused', reason });
    const { body } = await app.request('GET', `/campaigns/${run.campaign_id}`);
    expect(body).toMatchObject({ status: 'paused', status_reason: reason });
  });

  it('counts a fact that is told again once, the first time it happened', async () => {
    const told = facts('bounced', 0, 9);
    const once = told.map(({ contactId, kind, at }) => ({ contact_id: contactId, kind, at }));
    const again = told.map((fact) => ({ ...fact, at: new Date(fact.at.getTime() + HOUR) }));
    expect(await record([...again, ...told])).toBe(9);
    expect(await record([...again].reverse())).toBe(0);
    expect(await kept()).toEqual(once.sort((one, other) => one.contact_id - other.contact_id));
    expect(await now()).toEqual(going);
  });

  it('counts anew when it is resumed', async () => {
    await record(facts('bounced', 0, 20));
    expect((await now()).status).toBe('paused');
    await act('resume');
    await record(facts('bounced', 0, 25));
    expect(await now()).toEqual(going);
    let answered = 0;
    app.providers.email.answer = () => (++answered <= 200 ? accepted : later);
    app.clock.advance(HOUR);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'processing', sent: 400 });
    recipients = await sentTo();
    await record(facts('bounced', 0, 29));
    expect(await now()).toEqual(going);
    await record(facts('bounced', 29, 30));
    expect((await now()).reason).toMatch(/^10 of 200 messages bounced/);
  });

  it('is paused by a fact that is told again where the first teller got no further than to keep it', async () => {
    const told = facts('bounced', 0, 10);
    for (const { contactId, kind, at } of told)
      await app.sql(
        sql`insert into engagement (run_id, contact_id, kind, at) values (${run.id}, ${contactId}, ${kind}, ${at})`,
      );
    expect(await record(told)).toBe(0);
    expect((await now()).status).toBe('paused');
  });

  it('is not paused for what is opened or clicked, nor for facts about another run', async () => {
    await record(facts('opened', 0, 200));
    await record(facts('clicked', 0, 200));
    expect(await record(facts('bounced', 0, 200).map((fact) => ({ ...fact, runId: 999_999 })))).toBe(0);
    expect(await now()).toEqual(going);
    const { body } = await app.request('GET', `/analytics/${run.campaign_id}`);
    expect(body).toMatchObject({ opened: 200, clicked: 200, sent: 200 });
  });
});

it('a run that brings complaints is paused at the rate configured', async () => {
  await sendSome(1_000);
  await record(facts('complained', 0, 1));
  expect(await now()).toEqual(going);
  await record(facts('complained', 1, 2));
  expect((await now()).reason).toBe('2 of 1000 messages brought a complaint: look into it, then resume');
});

it('a run that has ended stays as it is, and its facts are kept', async () => {
  run = await carryOut(app);
  recipients = await sentTo();
  expect(await record(facts('bounced', 0, 1_500))).toBe(1_500);
  expect(await now()).toEqual({ status: 'completed', reason: null });
  expect(await kept()).toHaveLength(1_500);
});
