import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { expectBalanced } from './support/engine.js';
import { forgetSuppressions, makeCampaign, makeContacts } from './support/factories.js';

const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36';
const MINUTE = 60_000;
const ROUNDS = 16;
const TRAP = 1;
const CONTACTS = 12;
const OUTCOMES = ['sent', 'failed', 'skipped', 'in_doubt'] as const;
const KINDS = ['opened', 'clicked'] as const;

let app: TestApp;
const runs: { id: number; campaign_id: number }[] = [];

/** The same numbers every time (Lehmer). */
let state = 20_261_122;
const below = (most: number): number => Math.floor(((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * most);

const later: SendResult = { outcome: 'deferred', scope: 'recipient', code: 'smtp_450' };
const answers: SendResult[] = [
  ...Array.from({ length: 6 }, (): SendResult => ({ outcome: 'sent', providerMessageId: null })),
  { outcome: 'rejected', code: 'smtp_550', response: '550 no such user' },
  { outcome: 'rejected', code: 'smtp_552' },
  later,
  { outcome: 'unknown', code: 'smtp_no_answer' },
];
const anyRun = () => runs[below(runs.length)]!.id;
const post = (url: string, body?: object) => app.request('POST', url, body);

const acts: (() => Promise<unknown>)[] = [
  () => post(`/runs/${anyRun()}/retry-failed`),
  () => post(`/runs/${anyRun()}/in-doubt/resend`),
  () => settle(anyRun()),
  () => lateEvidence(),
  () => post(`/campaigns/${runs[below(runs.length)]!.campaign_id}/cancel`),
  () => hits(),
  () => hits(),
];

/** People say what became of half of those in doubt. */
const settle = (runId: number) =>
  post(`/runs/${runId}/in-doubt/settle`, { outcome: below(2) ? 'sent' : 'failed', contact_ids: [1, 3, 5, 7, 9, 11] });

/** Somebody knows better what became of some messages. */
function lateEvidence() {
  const keys = app.providers.email.messages.map(({ deliveryKey }) => deliveryKey);
  const items = Array.from({ length: 6 }, () => ({
    delivery_key: keys[below(keys.length)],
    verdict: below(2) ? 'accepted' : 'refused',
  }));
  return post('/evidence', items);
}

/** What was sent cannot be recorded, and the lease runs out. */
async function loseLease() {
  // What the engine does beside sending, and corrections, count under numbers below zero.
  await app.sql(sql`alter table run_minute add constraint refused check (lane < 0) not valid`);
  await begin();
  await app.sql(sql`alter table run_minute drop constraint refused`);
  app.clock.advance(2_000);
}

async function begin() {
  const { id } = await makeCampaign(app, {
    on_doubt: below(2) ? 'hold' : 'resend',
    type: 'one_time',
    message: 'Hello {{ first_name }}',
    format: runs.length % 2 ? 'html' : 'text',
  });
  await app.tick();
  const [run] = (await app.request('GET', `/campaigns/${id}/runs`)).body;
  runs.push({ id: run.id, campaign_id: id });
}

/** People and machines open messages and follow links, some of them twice; and some give themselves away afterwards. */
async function hits() {
  for (let n = 0; n < 8; n += 1) {
    const message = { runId: anyRun(), contactId: 1 + below(CONTACTS) };
    const userAgent = ['Googlebot/2.1', '', BROWSER, BROWSER][below(4)]!;
    await hit(message, [0, 2, 2, 3, 1][below(5)]!, userAgent);
    if (n % 3 === 0) await hit(message, TRAP, userAgent);
  }
}

async function hit(message: { runId: number; contactId: number }, number: number, userAgent: string) {
  app.clock.advance(below(20) * 1_000);
  const origin = { userAgent, address: null, relayed: false };
  const heard = { ...message, number, at: app.clock.now(), ...origin, prefetch: below(9) === 0 };
  await app.app.get(HitBuffer).add(heard);
  await app.app.get(HitBuffer).flush();
}

beforeAll(async () => {
  const env = { BATCH_SIZE: '5', WINDOW_SIZE: '2', SENDER_LANES: '1', LEASE_MS: '1000', RETRY_MAX_ATTEMPTS: '3' };
  app = await startApp({ env: { ...env, BRAKE_FAILURE_RATE: '1', BREAKER_MS: '1000' } });
  await makeContacts(app, CONTACTS);
  app.providers.email.answer = ({ to, runId, contactId, attempt }) =>
    to === 'c9@example.com' ? later : answers[(runId * 5 + contactId * 7 + attempt * 3) % answers.length]!;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 3 === 0) await begin();
    await (round % 8 === 7 ? loseLease() : acts[round < 3 ? 5 : below(acts.length)]!());
    await forgetSuppressions(app);
    // Longer than any retry waits.
    app.clock.advance((10 + below(80)) * MINUTE);
    await app.tick();
  }
  // What nothing that comes later takes back.
  await begin();
  await settle(runs.at(-1)!.id);
  await lateEvidence();
  await loseLease();
  await app.tick();
}, 30_000);
afterAll(() => app.close());

type Row = Record<string, number>;
const get = async (url: string) => (await app.request('GET', url)).body;
const picked = (row: Row, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, row[name]]));
const added = (rows: Row[], names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, rows.reduce((sum, row) => sum + row[name]!, 0)]));
const COUNTS = [...OUTCOMES, ...KINDS];

/** Counted by hand, one query a try: who was tried so often at least, and whose last try it was. */
async function triesByHand(campaignId: number) {
  const of = sql`from delivery d join run r on r.id = d.run_id where r.campaign_id = ${campaignId} and outcome <> 'skipped'`;
  const [{ most }] = (await app.sql(sql<Row>`select max(attempts) as most ${of}`)) as [Row];
  const tries = [];
  for (let n = 1; n <= most!; n += 1) {
    const count = async (wanted: ReturnType<typeof sql>) =>
      (await app.sql(sql<{ n: number }>`select count(*) as n ${of} and ${wanted}`))[0]!.n;
    const ended = (outcome: string) => count(sql`attempts = ${n} and outcome::text = ${outcome}`);
    const [recipients, sent] = [await count(sql`attempts >= ${n}`), await ended('sent')];
    const counts = { recipients, sent, failed: await ended('failed'), in_doubt: await ended('in_doubt') };
    tries.push({ tries: n, ...counts, sent_share: expect.closeTo(sent / recipients, 3) });
  }
  return tries;
}

/** Counted by hand: what the ledger and the engagement of runs have in each minute. */
async function byHand(runId: number | null, grain: 'minute' | 'hour') {
  const rows = await app.sql(sql<{ at: Date; what: string; count: number }>`
    select date_trunc(${grain}, at, 'UTC') as at, what, count(*) as count from (
      select run_id, at, outcome::text as what from delivery
      union all select run_id, at, kind::text from engagement where kind in ('opened', 'clicked')) l
    where ${runId}::bigint is null or run_id = ${runId} group by 1, 2`);
  const steps = new Map<string, Row>();
  for (const { at, what, count } of rows) {
    const step = steps.get(at.toISOString()) ?? Object.fromEntries(COUNTS.map((name) => [name, 0]));
    steps.set(at.toISOString(), { ...step, [what]: count });
  }
  return Object.fromEntries([...steps].sort(([one], [other]) => (one < other ? -1 : 1)));
}
const busy = (steps: (Row & { from: never })[]) =>
  Object.fromEntries(
    steps.filter((step) => COUNTS.some((name) => step[name] !== 0)).map((step) => [step.from, picked(step, COUNTS)]),
  );

/** The same reports with machines among those who opened and clicked: those of the campaign, and by hand. */
async function expectMachinesAgree({ campaign_id: id, opened_all: opened, clicked_all: clicked, sent }: Row) {
  const timeline = await get(`/campaigns/${id}/timeline?by=day&hits=all`);
  expect(timeline).toMatchObject({ hits: 'all', totals: { opened, clicked, sent } });
  expect(added(await get(`/campaigns/${id}/cohort?age=30d&hits=all`), COUNTS)).toEqual(timeline.totals);
  const hand = await app.sql(sql<Row>`
    select count(distinct (run_id, contact_id)) as clicked from (
      select run_id, contact_id from hit where number > ${TRAP}
      union all select run_id, contact_id from engagement where kind = 'clicked') c
    where run_id in (select r.id from run r where r.campaign_id = ${id})`);
  expect(hand).toEqual([{ clicked }]);
}

describe('after a history of everything that can happen', () => {
  it('it was one', async () => {
    const seen = await app.sql(sql<{ reason: string }>`select distinct reason from delivery where reason is not null`);
    const reasons = [
      'smtp_550',
      'attempts_exhausted',
      'smtp_no_answer',
      'lease_lost',
      'late_evidence',
      'settled_by_hand',
    ];
    expect(seen.map(({ reason }) => reason)).toEqual(expect.arrayContaining(reasons));
    const [verdicts] = await app.sql(sql<Row>`
      select count(*) filter (where verdict = 'human') as human, count(*) filter (where verdict = 'machine') as machine from hit`);
    for (const count of Object.values(verdicts!)) expect(count).toBeGreaterThan(5);
  });

  it('the timeline of every run is its ledger by the minute, and its counts', async () => {
    for (const { id } of runs) {
      await expectBalanced(app, id);
      const run = await get(`/runs/${id}`);
      const whole = await get(`/runs/${id}/timeline?by=hour`);
      expect(picked(whole.totals, OUTCOMES)).toEqual(picked(run, OUTCOMES));
      expect(added(whole.steps, COUNTS)).toEqual(whole.totals);
      expect(busy(whole.steps)).toEqual(await byHand(id, 'hour'));
      const first = await get(`/runs/${id}/timeline?by=minute&preset=first_hour`);
      const hand = Object.entries(await byHand(id, 'minute')).filter(([at]) => new Date(at) < new Date(first.to));
      expect(busy(first.steps)).toEqual(Object.fromEntries(hand));
    }
  });

  it('campaigns, their comparison, their cohort and their failures say the same', async () => {
    for (const campaign of (await get('/analytics?limit=200')) as (Row & { rates: object })[]) {
      const id = campaign.campaign_id;
      const timeline = await get(`/campaigns/${id}/timeline?by=day&time_zone=Asia/Kathmandu`);
      expect(timeline.totals).toEqual(picked(campaign, COUNTS));
      expect(added(timeline.steps, COUNTS)).toEqual(timeline.totals);
      const cohort = await get(`/campaigns/${id}/cohort?age=30d`);
      expect(added(cohort, COUNTS)).toEqual(timeline.totals);
      await expectMachinesAgree(campaign);
      const failures = await get(`/campaigns/${id}/failures`);
      expect(failures.failed).toBe(campaign.failed);
      expect(failures.tries).toEqual(await triesByHand(id!));
      const tried = added(failures.tries, ['sent', 'failed', 'in_doubt']);
      expect(tried).toEqual(picked(campaign, ['sent', 'failed', 'in_doubt']));
      const maps = [
        await get(`/campaigns/${id}/click-heat-map`),
        await get(`/campaigns/${id}/click-heat-map?hits=all`),
      ];
      expect(maps.map(({ clicks }) => clicks)).toEqual([campaign.clicks, campaign.clicks_all]);
      for (const { cells, clicks } of maps) expect(added(cells, ['clicks'])).toEqual({ clicks });
      const waits = await get(`/campaigns/${id}/time-to-click?hits=all`);
      expect(added(waits.waits, ['recipients'])).toEqual({ recipients: waits.recipients });
    }
    const [one, other] = await get('/analytics?limit=2');
    const compared = await get(`/analytics/compare?campaign_id=${other.campaign_id}&campaign_id=${one.campaign_id}`);
    expect(compared).toMatchObject([other, one]);
  });

  it('the overview is the sum of it all, hour by hour', async () => {
    const overview = await get('/overview?period=7d');
    expect(busy(overview.timeline)).toEqual(await byHand(null, 'hour'));
    expect(picked(overview.totals, COUNTS)).toEqual(added(overview.timeline, COUNTS));
    const campaigns = await get('/analytics?limit=200');
    expect(picked(overview.totals, COUNTS)).toEqual(added(campaigns, COUNTS));
    const counting = sql`select count(*) as n from delivery d join run r on r.id = d.run_id and r.format = 'html' where outcome = 'sent'`;
    const [{ n: html }] = (await app.sql(counting)) as [Row];
    expect(overview.totals).toMatchObject({ open_base: html, click_base: html });
    expect(added(campaigns, ['open_base', 'click_base'])).not.toEqual({ open_base: 0, click_base: 0 });
    const hand = await app.sql(sql<Row>`
      select reason, count(*) as count from delivery where outcome = 'failed' group by 1 order by 2 desc, 1`);
    expect(overview.failures).toEqual(hand);
    for (const run of overview.running) expect(await get(`/runs/${run.run_id}`)).toMatchObject(picked(run, OUTCOMES));
  });
});
