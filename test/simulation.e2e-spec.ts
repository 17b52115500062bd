import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { SandboxMailbox } from '../src/delivery/channels/sandbox/sandbox-mailbox.js';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

jest.setTimeout(60_000);

const daily = {
  type: 'recurring',
  frequency: 'daily',
  schedule_time: '2026-11-23T09:00:00',
  time_zone: 'Europe/Berlin',
  target_segment: 'tech',
};

describe('a simulation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeContacts(app, 120, { segments: ['tech'] });
    await makeContacts(app, 10, { prefix: 'outside' });
    await app.request('PATCH', '/contacts/1', { consent: { email: 'unsubscribed' } });
  });
  afterAll(() => app.close());

  const simulate = (id: number, wish?: object) => app.request('POST', `/campaigns/${id}/simulate`, wish);
  const scratchSchemas = async () =>
    (
      await app.sql<{ name: string }>(
        sql`select nspname as name from pg_namespace where starts_with(nspname, 'campanile_simulation_')`,
      )
    ).map(({ name }) => name);

  it('carries out 90 days of a daily campaign, and none of it is seen outside', async () => {
    const campaign = await makeCampaign(app, daily);
    const before = await contents(app);
    const shown = (await app.request('GET', `/campaigns/${campaign.id}`)).body;
    const { status, body } = await simulate(campaign.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ campaign_id: campaign.id, audience: 120, contacts: 120, seed: 1, failure_rate: 0 });
    expect(body.runs).toHaveLength(90);
    expect(body.runs[0]).toEqual({
      scheduled_for: '2026-11-23T08:00:00.000Z',
      local: '2026-11-23T09:00:00',
      note: null,
      status: 'completed',
      reason: null,
      missed_count: 0,
      audience: 120,
      sent: 119,
      failed: 0,
      skipped: 1,
      in_doubt: 0,
      finished_at: '2026-11-23T08:00:00.000Z',
    });
    expect(body.totals).toMatchObject({ occurrences: 90, completed: 90, audience: 10_800, sent: 10_710, skipped: 90 });
    expect(await contents(app)).toEqual(before);
    expect((await app.request('GET', `/campaigns/${campaign.id}`)).body).toEqual(shown);
    expect(app.providers.email.messages).toEqual([]);
    expect(app.app.get(SandboxMailbox).list(1)).toEqual([]);
    expect(await scratchSchemas()).toEqual([]);
  });

  it('answers the same for the same seed, and for another something else', async () => {
    const campaign = await makeCampaign(app, daily);
    const wish = { days: 10, seed: 7, failure_rate: 0.3 };
    const [first, again, other] = [
      await simulate(campaign.id, wish),
      await simulate(campaign.id, wish),
      await simulate(campaign.id, { ...wish, seed: 8 }),
    ];
    expect(again.body).toEqual(first.body);
    expect(other.body.runs.map(({ finished_at }: { finished_at: string }) => finished_at)).not.toEqual(
      first.body.runs.map(({ finished_at }: { finished_at: string }) => finished_at),
    );
    // Retried by the real policy: later than it began, and nearly everybody in the end.
    for (const run of first.body.runs) {
      expect(run.finished_at > run.scheduled_for).toBe(true);
      expect(run.sent + run.failed + run.skipped).toBe(120);
    }
    expect(first.body.totals.sent).toBeGreaterThan(1_150);
  });

  it('gives up who fails at every try', async () => {
    const campaign = await makeCampaign(app, daily);
    const { body } = await simulate(campaign.id, { days: 2, failure_rate: 1 });
    expect(body.totals).toMatchObject({ completed: 2, sent: 0, failed: 238, skipped: 2 });
  });

  it('names every occurrence that DST or a month end bends', async () => {
    const night = await makeCampaign(app, { ...daily, schedule_time: '2027-03-26T02:30:00' });
    const { body } = await simulate(night.id, { days: 130, contacts: 1 });
    expect(body.contacts).toBe(1);
    expect(body.exceptions).toEqual([
      {
        scheduled_for: '2027-03-28T01:30:00.000Z',
        local: '2027-03-28T03:30:00',
        kind: 'bent',
        reason: expect.stringContaining('02:30 does not exist on this day in Europe/Berlin'),
      },
    ]);
    expect(body.totals.bent).toBe(1);
    const monthly = await makeCampaign(app, { ...daily, frequency: 'monthly', schedule_time: '2026-12-31T09:00:00' });
    const { body: months } = await simulate(monthly.id, { days: 100, contacts: 1 });
    expect(months.exceptions.map(({ local }: { local: string }) => local)).toEqual(['2027-02-28T09:00:00']);
  });

  it('names what DST leaves out of a rhythm, and what it bends where the recipients are', async () => {
    const start = { ...daily, schedule_time: '2027-03-27T02:30:00' };
    const rhythm = await makeCampaign(app, { ...start, frequency: undefined, cron: '*/30 2 * * *' });
    const { body } = await simulate(rhythm.id, { days: 128, contacts: 1 });
    const left = { kind: 'skipped', reason: expect.stringContaining('does not exist on this day in Europe/Berlin') };
    expect(body.exceptions).toEqual([
      { ...left, scheduled_for: '2027-03-28T01:00:00.000Z', local: '2027-03-28T02:00:00' },
      { ...left, scheduled_for: '2027-03-28T01:00:00.000Z', local: '2027-03-28T02:30:00' },
    ]);
    await app.sql(sql`update contact set time_zone = 'Europe/Berlin'`);
    const abroad = await makeCampaign(app, { ...start, time_zone: 'UTC', recipient_time_zone: true });
    const { body: zoned } = await simulate(abroad.id, { days: 128, contacts: 1 });
    await app.sql(sql`update contact set time_zone = null`);
    expect(zoned.totals.bent).toBe(1);
    expect(zoned.exceptions).toMatchObject([{ kind: 'bent', local: '2027-03-28T03:30:00' }]);
  });

  it('skips what overlaps, as the engine does, and lets a queue wait', async () => {
    const often = { ...daily, frequency: 'minutely', schedule_time: '2026-11-22T12:05:00', max_runs: 5 };
    const skipping = await simulate((await makeCampaign(app, often)).id, { days: 1, failure_rate: 0.9, contacts: 20 });
    expect(skipping.body.totals.completed).toBe(5);
    expect(skipping.body.totals.overlapped).toBeGreaterThan(5);
    expect(skipping.body.exceptions[0]).toMatchObject({ kind: 'skipped', reason: 'an earlier run was still going' });
    const queue = await makeCampaign(app, { ...often, overlap: 'queue', misfire: 'run_all' });
    const queued = await simulate(queue.id, { days: 1, failure_rate: 0.9, contacts: 20 });
    expect(queued.body.totals.completed).toBe(5);
    // Ten may wait; what came before those gave way.
    expect(queued.body.totals.overlapped).toBeLessThan(skipping.body.totals.overlapped);
  });

  it('plays a draft as if it were launched, a paused campaign as if it were resumed', async () => {
    const draft = await makeCampaign(app, { ...daily, draft: true });
    expect((await simulate(draft.id, { days: 3 })).body.totals.completed).toBe(3);
    expect((await app.request('GET', `/campaigns/${draft.id}`)).body.status).toBe('draft');
    await app.request('POST', `/campaigns/${draft.id}/launch`);
    await app.request('POST', `/campaigns/${draft.id}/pause`);
    expect((await simulate(draft.id, { days: 3 })).body.totals.completed).toBe(3);
  });

  it('refuses what is over, too long, too much, or not there', async () => {
    const secondly = { ...daily, frequency: 'secondly' };
    const cancelled = await makeCampaign(app, daily);
    await app.request('POST', `/campaigns/${cancelled.id}/cancel`);
    expectProblem(await simulate(cancelled.id), 409, 'NOTHING_TO_SIMULATE');
    const { id } = await makeCampaign(app, secondly);
    const tooOften = await simulate(id, { days: 400 });
    expectProblem(tooOften, 400, 'SIMULATION_TOO_LARGE', '/days');
    expect(tooOften.body.detail).toContain('at most 5,000 occurrences');
    const hourly = await makeCampaign(app, { ...daily, frequency: 'minutely', interval: 20 });
    await makeContacts(app, 300, { prefix: 'many', segments: ['tech'] });
    const tooMany = await simulate(hourly.id, { days: 60, contacts: 1_000 });
    expectProblem(tooMany, 400, 'SIMULATION_TOO_LARGE', '/contacts');
    for (const days of [0, 401, 1.5, 'many'])
      expectProblem(await simulate(id, { days }), 400, 'VALIDATION_FAILED', '/days');
    expectProblem(await simulate(id, { failure_rate: 2 }), 400, 'VALIDATION_FAILED', '/failure_rate');
    expectProblem(await simulate(9_999), 404, 'CAMPAIGN_NOT_FOUND');
    expect(await scratchSchemas()).toEqual([]);
  });

  it('runs one at a time, while everything else goes on; what a killed one left is removed', async () => {
    await app.sql(sql`create schema campanile_simulation_0123456789ab`);
    await app.sql(sql`create table campanile_simulation_0123456789ab.campaign (id int)`);
    await app.sql(sql`create schema campanile_simulation_of_somebody`);
    const campaign = await makeCampaign(app, daily);
    const playing = simulate(campaign.id, { days: 30 });
    while ((await scratchSchemas()).every((name) => name.endsWith('0123456789ab') || name.endsWith('somebody')));
    expectProblem(await simulate(campaign.id), 409, 'SIMULATION_RUNNING');
    expect((await app.request('GET', '/campaigns/?limit=1')).status).toBe(200);
    expect((await playing).status).toBe(200);
    expect(await scratchSchemas()).toEqual(['campanile_simulation_of_somebody']);
    expect((await simulate(campaign.id, { days: 1 })).status).toBe(200);
  });

  it('is given up when its process stops, and leaves nothing', async () => {
    const stopping = await startApp({ databaseUrl: app.databaseUrl });
    const campaign = await makeCampaign(stopping, daily);
    const playing = stopping.request('POST', `/campaigns/${campaign.id}/simulate`, { days: 400 });
    while ((await scratchSchemas()).length < 2);
    await stopping.close();
    expectProblem(await playing, 503, 'SIMULATION_STOPPED');
    expect(await scratchSchemas()).toEqual(['campanile_simulation_of_somebody']);
  });

  it('says what is missing where the database user may make no schema', async () => {
    const name = new URL(app.databaseUrl).pathname.slice(1);
    const role = `poor_${name}`;
    await app.sql(sql`create role ${sql.id(role)} login password 'poor'`);
    await app.sql(sql`grant select, insert, update, delete on all tables in schema public to ${sql.id(role)}`);
    const url = new URL(app.databaseUrl);
    Object.assign(url, { username: role, password: 'poor' });
    const poor = await startApp({ databaseUrl: url.href });
    try {
      const campaign = await makeCampaign(app, daily);
      const refused = await poor.request('POST', `/campaigns/${campaign.id}/simulate`, {});
      expectProblem(refused, 503, 'SIMULATION_UNAVAILABLE');
      expect(refused.body.detail).toContain('GRANT CREATE ON DATABASE');
    } finally {
      await poor.close();
      await app.sql(sql`drop owned by ${sql.id(role)}`);
      await app.sql(sql`drop role ${sql.id(role)}`);
    }
  });
});
