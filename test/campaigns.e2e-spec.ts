import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const NOW = '2026-11-22T12:00:00.000Z';
const daily = { type: 'recurring', frequency: 'daily', schedule_time: '2026-12-01T10:00:00' };

describe('campaigns', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeContacts(app, 2, { segments: ['tech'] });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    // Every test has its own campaigns and the same morning: what others left waiting must not wake up in it.
    app.clock.set(NOW);
    const { body: waiting } = await app.request('GET', '/campaigns/?limit=200');
    for (const { id } of waiting) await app.request('POST', `/campaigns/${id}/cancel`);
  });
  const read = async (id: number) => (await app.request('GET', `/campaigns/${id}`)).body;
  const act = (id: number, action: string) => app.request('POST', `/campaigns/${id}/${action}`);
  const edit = (id: number, body: object) => app.request('PATCH', `/campaigns/${id}`, body);
  const reschedule = (id: number, body: object) => app.request('PATCH', `/campaigns/${id}/reschedule`, body);

  describe('when made', () => {
    it('have a default for everything that is not given', async () => {
      const body = { name: 'Plain', type: 'one_time', schedule_time: '2026-11-28T00:00:00', message: 'Hi' };
      const answer = await app.request('POST', '/campaigns', body);
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        ...body,
        schedule_time: '2026-11-28T00:00:00.000Z',
        ...{ status: 'pending', status_reason: null, channel: 'email', subject: null, format: 'text' },
        ...{ target_segment: null, time_zone: 'UTC', frequency: null, interval: 1, weekdays: null, cron: null },
        ...{ until: null, max_runs: null, misfire: 'run_latest', overlap: 'skip', on_doubt: 'hold' },
        ...{ next_run_at: '2026-11-28T00:00:00.000Z', last_run_at: null, runs: 0, version: 1 },
        recurrence_message: 'Once on Sat 28 Nov 2026 at 00:00 UTC',
      });
      expect(await read(answer.body.id)).toEqual(answer.body);
    });

    it('read wall time in their zone, and an offset as that instant', async () => {
      const zone = { time_zone: 'America/New_York' };
      const wall = await makeCampaign(app, { ...daily, ...zone });
      expect(wall.schedule_time).toBe('2026-12-01T15:00:00.000Z');
      const exact = await makeCampaign(app, { ...daily, ...zone, schedule_time: '2026-12-01T10:00:00+01:00' });
      expect(exact.schedule_time).toBe('2026-12-01T09:00:00.000Z');
      expect(exact.recurrence_message).toMatch(/^Every day at 04:00 America\/New_York/);
    });

    it('have their zone in its own spelling', async () => {
      const { id, time_zone } = await makeCampaign(app, { ...daily, time_zone: 'europe/berlin' });
      expect(time_zone).toBe('Europe/Berlin');
      const edit = await app.request('PATCH', `/campaigns/${id}`, { time_zone: 'ASIA/KOLKATA' });
      expect(edit.body).toMatchObject({ time_zone: 'Asia/Kolkata' });
    });

    it('are due at once when a one-time one lies in the past', async () => {
      const { id } = await makeCampaign(app, { schedule_time: '2020-01-01T00:00:00', target_segment: 'tech' });
      expect(await app.tick()).toBe(1);
      expect(await latestRun(app, id)).toMatchObject({ sent: 2, scheduled_for: '2020-01-01T00:00:00.000Z' });
    });

    it.each([
      ['run_latest', '2026-11-22T11:30:00', '2026-11-22T11:30:00.000Z'],
      ['run_latest', '2026-11-22T10:00:00', '2026-11-23T10:00:00.000Z'],
      ['skip', '2026-11-22T11:30:00', '2026-11-23T11:30:00.000Z'],
      ['run_all', '2026-11-19T13:00:00', '2026-11-19T13:00:00.000Z'],
      ['run_all', '2026-01-01T13:00:00', '2026-11-12T13:00:00.000Z'],
    ])('with %s and an anchor at %s are due first at %s', async (misfire, schedule_time, next) => {
      const campaign = await makeCampaign(app, { ...daily, misfire, schedule_time });
      expect(campaign).toMatchObject({ schedule_time: next, next_run_at: next, status: 'pending' });
    });

    it('as drafts wait for their launch', async () => {
      const { id, ...draft } = await makeCampaign(app, { draft: true, schedule_time: '2026-11-22T11:00:00' });
      expect(draft).toMatchObject({ status: 'draft', next_run_at: null });
      expect(await app.tick()).toBe(0);
      expect((await act(id, 'launch')).body).toMatchObject({ status: 'pending' });
      expect(await app.tick()).toBe(1);
      expect(await read(id)).toMatchObject({ status: 'completed', runs: 1 });
    });

    it('as drafts cannot be launched when their schedule is over', async () => {
      const { id } = await makeCampaign(app, { ...daily, until: '2026-12-02T10:00:00', draft: true });
      app.clock.set('2026-12-03T00:00:00Z');
      expectProblem(await act(id, 'launch'), 409, 'SCHEDULE_IS_OVER');
      expect(await read(id)).toMatchObject({ status: 'draft', version: 1 });
    });
  });

  describe('when edited', () => {
    it('keep what is not named', async () => {
      const policies = { misfire: 'skip', overlap: 'allow', on_doubt: 'resend' };
      const content = { channel: 'push', subject: 'Hi', time_zone: 'Europe/Berlin', target_segment: 'tech' };
      const made = await makeCampaign(app, { ...daily, ...policies, ...content, max_runs: 5 });
      const { body } = await edit(made.id, { name: 'Renamed', target_segment: null });
      const { updated_at: _, ...rest } = made;
      expect(body).toMatchObject({ ...rest, name: 'Renamed', target_segment: null, version: 2 });
      const later = await reschedule(made.id, { schedule_time: '2027-02-01T10:00:00' });
      expect(later.body).toMatchObject({ ...policies, channel: 'push', next_run_at: '2027-02-01T09:00:00.000Z' });
    });

    it('take one rule or one end in place of the other', async () => {
      const { id } = await makeCampaign(app, { ...daily, frequency: 'weekly', interval: 2, weekdays: ['friday'] });
      const cron = { frequency: null, interval: 1, weekdays: null, cron: '0 9 * * 1-5' };
      const byCron = await edit(id, { cron: '0 9 * * 1-5', until: '2027-01-01T00:00:00' });
      expect(byCron.body).toMatchObject({ ...cron, until: '2027-01-01T00:00:00.000Z', max_runs: null });
      expect((await edit(id, { max_runs: 3 })).body).toMatchObject({ ...cron, until: null, max_runs: 3 });
      const monthly = await edit(id, { frequency: 'monthly', until: '2028-01-01' });
      expect(monthly.body).toMatchObject({ frequency: 'monthly', cron: null, max_runs: null });
      expectProblem(await edit(id, { until: '2028-01-01', max_runs: 3 }), 400, 'INVALID_CAMPAIGN', '/max_runs');
    });

    it('count a changed rule from now, and never send what the new rule would have sent before', async () => {
      const { id } = await makeCampaign(app, { ...daily, schedule_time: '2026-11-01T11:30:00', misfire: 'run_all' });
      await app.tick();
      const sent = (await read(id)).runs;
      const { body } = await edit(id, { frequency: 'hourly' });
      expect(body.next_run_at).toBe('2026-11-22T12:30:00.000Z');
      await app.tick();
      expect((await read(id)).runs).toBe(sent);
    });

    it('take the edit in the runs that open later', async () => {
      const { id } = await makeCampaign(app, { ...daily, target_segment: 'tech', message: 'first' });
      app.clock.set('2026-12-01T10:00:00Z');
      await app.tick();
      await edit(id, { message: 'second' });
      app.clock.set('2026-12-02T10:00:00Z');
      await app.tick();
      const bodies = app.providers.email.messages.map(({ body }) => body).filter((body) => /first|second/.test(body));
      expect(bodies).toEqual(['first', 'first', 'second', 'second']);
      expect(await latestRun(app, id)).toMatchObject({ content_version: 2 });
    });

    it('keep a second occurrence of their own wall time when something else changes', async () => {
      const zone = { time_zone: 'Europe/Berlin', schedule_time: '2027-10-31T02:30:00+01:00' };
      const { id } = await makeCampaign(app, zone);
      await edit(id, { name: 'Renamed' });
      expect(await read(id)).toMatchObject({ schedule_time: '2027-10-31T01:30:00.000Z', name: 'Renamed' });
    });
  });

  describe('when rescheduled', () => {
    it('run again though they are completed', async () => {
      const { id } = await makeCampaign(app, { target_segment: 'tech' });
      await app.tick();
      expect(await read(id)).toMatchObject({ status: 'completed', runs: 1 });
      const { body } = await reschedule(id, { schedule_time: '2026-11-23T09:00:00' });
      expect(body).toMatchObject({ status: 'pending', next_run_at: '2026-11-23T09:00:00.000Z' });
      app.clock.set('2026-11-23T09:00:00Z');
      await app.tick();
      expect(await read(id)).toMatchObject({ status: 'completed', runs: 2 });
    });

    it('cannot have a second run at the instant of an earlier one', async () => {
      const { id } = await makeCampaign(app);
      await app.tick();
      expectProblem(await reschedule(id, { schedule_time: NOW }), 409, 'OCCURRENCE_TAKEN');
      expect((await read(id)).status).toBe('completed');
    });

    it('may get another rule with the new time', async () => {
      const { id } = await makeCampaign(app, daily);
      const rule = { frequency: 'weekly', weekdays: ['tuesday', 'friday'], time_zone: 'Europe/Berlin' };
      const { body } = await reschedule(id, { schedule_time: '2026-12-02T09:00:00', ...rule });
      expect(body).toMatchObject({ ...rule, next_run_at: '2026-12-04T08:00:00.000Z', status: 'pending' });
    });
  });

  describe('in their life', () => {
    it('pause and resume where they were, without what passed meanwhile', async () => {
      const { id } = await makeCampaign(app, daily);
      expect((await act(id, 'pause')).body).toMatchObject({ status: 'paused', runs: 0 });
      app.clock.set('2026-12-03T12:00:00Z');
      expect(await app.tick()).toBe(0);
      const { body } = await act(id, 'resume');
      expect(body).toMatchObject({ status: 'pending', next_run_at: '2026-12-04T10:00:00.000Z' });
      const missed = { status: 'missed', reason: 'paused', missed_count: 3, missed_until: '2026-12-03T10:00:00.000Z' };
      expect(await latestRun(app, id)).toMatchObject({ ...missed, scheduled_for: '2026-12-01T10:00:00.000Z' });
    });

    it('send a one-time campaign right after a pause that outlasted its time', async () => {
      const { id } = await makeCampaign(app, { schedule_time: '2026-11-23T00:00:00' });
      await act(id, 'pause');
      app.clock.set('2026-11-24T00:00:00Z');
      expect((await act(id, 'resume')).body.status).toBe('pending');
      await app.tick();
      expect((await read(id)).status).toBe('completed');
    });

    it('are cancelled for good', async () => {
      const { id } = await makeCampaign(app, daily);
      expect((await act(id, 'cancel')).body).toMatchObject({ status: 'cancelled', next_run_at: null });
      app.clock.set('2026-12-02T00:00:00Z');
      expect(await app.tick()).toBe(0);
      expect((await read(id)).recurrence_message).toMatch(/cancelled/);
    });

    it('run now when launched, beside their schedule, within their number of runs', async () => {
      const { id } = await makeCampaign(app, { ...daily, max_runs: 2 });
      const { body } = await act(id, 'launch');
      expect(body).toMatchObject({ status: 'processing', runs: 1, next_run_at: '2026-12-01T10:00:00.000Z' });
      await app.tick();
      expect(await read(id)).toMatchObject({ status: 'pending', runs: 1, last_run_at: NOW });
      app.clock.set('2026-12-01T09:00:00Z');
      expect((await act(id, 'launch')).body).toMatchObject({ runs: 2, next_run_at: null });
      await app.tick();
      expect(await read(id)).toMatchObject({ status: 'completed', runs: 2 });
    });

    it('end after max_runs, and after until', async () => {
      const twice = await makeCampaign(app, { ...daily, max_runs: 2 });
      const until = await makeCampaign(app, { ...daily, until: '2026-12-02T10:00:00' });
      for (const day of ['2026-12-01', '2026-12-02', '2026-12-03']) {
        app.clock.set(`${day}T10:00:00Z`);
        await app.tick();
      }
      for (const { id } of [twice, until])
        expect(await read(id)).toMatchObject({ status: 'completed', runs: 2, next_run_at: null });
    });

    it('leave every list when deleted, while their runs stay readable', async () => {
      const { id } = await makeCampaign(app, { target_segment: 'tech' });
      await app.tick();
      const run = await latestRun(app, id);
      expect(await app.request('DELETE', `/campaigns/${id}`)).toMatchObject({ status: 204, body: null });
      for (const url of [`/campaigns/${id}`, `/campaigns/${id}/occurrences`, `/analytics/${id}`])
        expectProblem(await app.request('GET', url), 404, 'CAMPAIGN_NOT_FOUND');
      const { body: left } = await app.request('GET', '/campaigns/?limit=200');
      expect(left.map((campaign: { id: number }) => campaign.id)).not.toContain(id);
      expect(await latestRun(app, id)).toEqual(run);
      expect((await app.request('GET', `/runs/${run.id}/deliveries`)).body).toHaveLength(2);
    });

    it('are listed by status', async () => {
      const { id } = await makeCampaign(app, { draft: true, schedule_time: '2026-12-01' });
      const { body: drafts } = await app.request('GET', '/campaigns/?status=draft');
      expect(drafts.map((campaign: { id: number }) => campaign.id)).toEqual([id]);
    });
  });
});
