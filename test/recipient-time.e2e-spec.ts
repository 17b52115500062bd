import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, countsOf, expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun, makeCampaign, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { address, endAll, makeWorld, namesSentTo, putOffLima, sentUntil, tenOClock } from './support/world.js';

const MINUTE = 60_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '2' } });
  await makeWorld(app);
});
afterAll(() => app.close());
afterEach(() => endAll(app));

/** Ten o'clock, one zone after the other; without a zone of their own people have the campaign's. */
const around = {
  '01-07T20:00': ['kiritimati'],
  '01-08T01:00': ['osaka', 'tokyo'],
  '01-08T09:00': ['berlin', 'mars', 'nowhere'],
  '01-08T15:00': ['lima'],
  '01-08T20:00': ['honolulu'],
};

describe('a campaign at its recipients’ own wall time', () => {
  it('goes around the earth with the hour, once to everyone', async () => {
    app.clock.set('2027-01-07T19:00:00Z');
    const { id, next_run_at, schedule_time } = await tenOClock(app);
    expect([schedule_time, next_run_at]).toEqual(['2027-01-08T09:00:00.000Z', '2027-01-07T20:00:00.000Z']);
    expect(await sentUntil(app, '2027-01-09T00:00:00Z')).toEqual(around);
    const run = await latestRun(app, id);
    expect(run).toMatchObject({
      ...{ status: 'completed', audience: 8, sent: 8, zone_fallback: 2, opened_after_ms: 0 },
      ...{ scheduled_for: '2027-01-08T09:00:00.000Z', local_time: '2027-01-08T10:00:00' },
    });
    await expectBalanced(app, run.id);
  });

  it('is frozen into batches of one due time each, and adds up from the beginning', async () => {
    app.clock.set('2027-01-07T20:00:00Z');
    const { id } = await tenOClock(app);
    await app.tick();
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ status: 'processing', frozen: true, audience: 8, sent: 1, pending: 7 });
    const batches = (await batchesOf(app, run.id)).map(({ due_at, size }) => [due_at.toISOString().slice(5, 13), size]);
    expect(batches).toEqual([
      ['01-07T20', 1],
      ['01-08T01', 2],
      ['01-08T09', 2],
      ['01-08T09', 1],
      ['01-08T15', 1],
      ['01-08T20', 1],
    ]);
    await expectBalanced(app, run.id);
  });

  it('freezes in slices as any other', async () => {
    await makeSegment(app, 'crowd');
    const contacts = Array.from({ length: 450 }, (_, n) => {
      const time_zone = ['Asia/Tokyo', 'Europe/Berlin', null][n % 3];
      return { email: `crowd${n}@example.com`, time_zone, segments: ['crowd'] };
    });
    await app.request('POST', '/contacts/bulk', { contacts });
    app.clock.set('2027-01-08T01:00:00Z');
    const { id } = await tenOClock(app, { target_segment: 'crowd' });
    await app.tick();
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ frozen: true, audience: 450, sent: 150, pending: 300, zone_fallback: 150 });
    await expectBalanced(app, run.id);
  });

  it('sends at once where the time is past already, or skips it, as `late` says', async () => {
    app.clock.set('2027-01-08T08:00:00Z');
    const now = await tenOClock(app);
    await app.tick();
    expect(namesSentTo(app).sort()).toEqual(['kiritimati', 'osaka', 'tokyo']);
    app.providers.email.messages.length = 0;

    const skipping = await tenOClock(app, { late: 'skip' });
    await app.tick();
    expect(namesSentTo(app)).toEqual([]);
    const run = await latestRun(app, skipping.id);
    expect(run).toMatchObject({ status: 'processing', audience: 8, skipped: 3, pending: 5 });
    expect((await ledgerOf(app, run.id))[address('tokyo')]).toMatchObject({
      ...{ outcome: 'skipped', reason: 'zone_past', attempts: 0 },
    });
    await expectBalanced(app, run.id);
    await sentUntil(app, '2027-01-09T00:00:00Z');
    expect(await latestRun(app, skipping.id)).toMatchObject({ status: 'completed', sent: 5, skipped: 3 });
    expect(await latestRun(app, now.id)).toMatchObject({ status: 'completed', sent: 8 });
  });

  it('ends at once when it is past everywhere', async () => {
    app.clock.set('2027-01-10T00:00:00Z');
    const { id } = await tenOClock(app, { late: 'skip' });
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', audience: 8, skipped: 8 });
    expect(namesSentTo(app)).toEqual([]);
  });

  it('launched by hand goes out to everyone at once', async () => {
    app.clock.set('2027-01-01T00:00:00Z');
    const { id } = await tenOClock(app);
    await app.request('POST', `/campaigns/${id}/launch`);
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: 8, local_time: null });
  });

  it('has its deadline after its last zone', async () => {
    app.clock.set('2027-01-07T20:00:00Z');
    const { id } = await tenOClock(app);
    putOffLima(app);
    await app.tick();
    app.clock.set('2027-01-11T21:59:00Z'); // 98 hours on: 26 around the earth, and 72
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ sent: 7, pending: 1 });
    app.clock.advance(MINUTE);
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: 7, skipped: 1 });
  });
});

describe('recipient_time_zone', () => {
  const refused = async (body: object, pointer: string, reason: RegExp) => {
    const once = { name: 'Sale', type: 'one_time', schedule_time: '2027-12-01T10:00:00', message: 'Hello' };
    const answer = await app.request('POST', '/campaigns', { ...once, recipient_time_zone: true, ...body });
    expectProblem(answer, 400, 'INVALID_CAMPAIGN', pointer);
    expect(answer.body.errors[0].message).toMatch(reason);
  };

  it.each(['secondly', 'minutely', 'hourly'])('is refused for %s', (frequency) =>
    refused({ type: 'recurring', frequency }, '/recipient_time_zone', /needs a time of day/),
  );
  it.each(['2027-12-01T10:00:00Z', '2027-12-01T10:00-05:00'])('is refused with an instant such as %s', (time) =>
    refused({ schedule_time: time }, '/schedule_time', /leave out the offset/),
  );
  it.each(['*/15 * * * *', '0 9,17 * * *', '* 9 * * *'])('is refused for the cron expression %s', (cron) =>
    refused({ type: 'recurring', cron }, '/cron', /one time of day/),
  );
  it('takes a cron expression with one time of day', async () => {
    const { next_run_at } = await tenOClock(app, { type: 'recurring', cron: '30 9 * * mon' });
    expect(next_run_at).toBe('2027-01-10T19:30:00.000Z');
  });
  it('is what `late` "skip" goes with', () => refused({ recipient_time_zone: false, late: 'skip' }, '/late', /needs/));

  it('can be switched on, edited and switched off', async () => {
    app.clock.set('2027-01-01T00:00:00Z');
    const { id } = await makeCampaign(app, {
      type: 'recurring',
      frequency: 'daily',
      schedule_time: '2027-02-01T10:00:00',
    });
    const edit = async (body: object) => (await app.request('PATCH', `/campaigns/${id}`, body)).body;
    const opens = { next_run_at: '2027-01-31T20:00:00.000Z', schedule_time: '2027-02-01T10:00:00.000Z' };
    expect(await edit({ recipient_time_zone: true, late: 'skip' })).toMatchObject({ ...opens, late: 'skip' });
    expect(await edit({ name: 'Renamed' })).toMatchObject({ ...opens, recipient_time_zone: true, late: 'skip' });
    const off = { recipient_time_zone: false, late: 'send_now', next_run_at: '2027-02-01T10:00:00.000Z' };
    expect(await edit({ recipient_time_zone: false })).toMatchObject(off);
  });
});

it('a run of one instant asks nobody’s zone', async () => {
  app.clock.set('2027-01-07T19:00:00Z');
  const { id } = await makeCampaign(app, { target_segment: 'world' });
  await app.tick();
  const run = await latestRun(app, id);
  expect(run).toMatchObject({ sent: 8, local_time: null, zone_fallback: 0 });
  expect(await countsOf(app, run.id)).toMatchObject({ pending: 0 });
});
