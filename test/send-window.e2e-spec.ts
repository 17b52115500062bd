import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, carryOut, expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun, makeCampaign } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { address, endAll, makeWorld, sentUntil } from './support/world.js';

const HOUR = 3_600_000;
const daytime = { from: '09:00', to: '20:00' };
/** Half past seven in the evening in Berlin, 13:30 in Lima, 03:30 in Tokyo, 08:30 in Honolulu and Kiritimati. */
const EVENING = '2027-01-08T18:30:00Z';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '4', QUIET_HOURS_PUSH: '21:00-08:00' } });
  await makeWorld(app);
  await app.sql(sql`update contact set push_subscriptions = jsonb_build_array(jsonb_build_object('token', email))`);
});
afterAll(() => app.close());
afterEach(() => endAll(app));

const windowed = (overrides: Record<string, unknown> = {}) => ({
  time_zone: 'Europe/Berlin',
  target_segment: 'world',
  send_window: daytime,
  ...overrides,
});

/** The contact's zone as it is from now on. */
const move = (name: string, zone: string) =>
  app.sql(sql`update contact set time_zone = ${zone} where email = ${address(name)}`);

describe('a send window', () => {
  it('lets everyone wait for its opening where they are', async () => {
    app.clock.set(EVENING);
    const campaign = await makeCampaign(app, windowed());
    expect(campaign.send_window).toEqual({ ...daytime, weekdays: null });
    expect(await sentUntil(app, '2027-01-09T12:00:00Z')).toEqual({
      '01-08T18:30': ['berlin', 'lima', 'mars', 'nowhere'],
      '01-08T19:30': ['honolulu', 'kiritimati'],
      '01-09T00:30': ['osaka', 'tokyo'],
    });
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ status: 'completed', sent: 8, zone_fallback: 2, local_time: null });
    const dues = (await batchesOf(app, run.id)).map(({ due_at }) => due_at.toISOString().slice(5, 16));
    expect(dues).toEqual(['01-08T18:30', '01-08T19:00', '01-09T00:00']);
    expect((await ledgerOf(app, run.id))[address('tokyo')]).toMatchObject({ attempts: 1, failed_attempts: [] });
    await expectBalanced(app, run.id);
  });

  it('holds at the moment of sending too, burns no try, and gathers who waits by the opening', async () => {
    app.clock.set(EVENING);
    await move('berlin', 'Asia/Tokyo'); // frozen for Tokyo's morning, then gone to Berlin's small hours
    app.providers.email.answer = ({ to }) =>
      to === address('lima')
        ? { outcome: 'deferred', scope: 'recipient', code: 'smtp_450', retryAfterMs: HOUR }
        : { outcome: 'sent', providerMessageId: null };
    const { id } = await makeCampaign(app, windowed({ send_window: { from: '09:00', to: '14:00' } }));
    await app.tick();
    await move('berlin', 'Europe/Berlin');
    await move('tokyo', 'Europe/Berlin');
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    const sent = await sentUntil(app, '2027-01-09T20:00:00Z');
    await move('tokyo', 'Asia/Tokyo');
    expect(sent).toEqual({
      '01-08T19:30': ['honolulu', 'kiritimati'],
      '01-09T00:30': ['osaka'],
      '01-09T08:30': ['berlin', 'mars', 'nowhere', 'tokyo'],
      // The second try, due when it is 14:30 in Lima, waits for nine in the morning there.
      '01-09T14:30': ['lima'],
    });
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ status: 'completed', sent: 8 });
    const ledger = await ledgerOf(app, run.id);
    expect(ledger[address('berlin')]).toMatchObject({ outcome: 'sent', attempts: 1, failed_attempts: [] });
    expect(ledger[address('lima')]).toMatchObject({ outcome: 'sent', attempts: 2 });
    expect(ledger[address('lima')]!.failed_attempts).toHaveLength(1);
    const retries = (await batchesOf(app, run.id)).filter(({ parent_seq }) => parent_seq !== null);
    expect(retries.map(({ size, attempt, due_at }) => [size, attempt, due_at.toISOString().slice(5, 16)])).toEqual([
      [1, 2, '01-08T19:30'],
      [1, 2, '01-09T14:00'],
      [2, 1, '01-09T08:00'],
    ]);
    await expectBalanced(app, run.id);
  });

  it('that opens after the deadline skips its recipient, at the freeze and at the moment of sending', async () => {
    app.clock.set('2027-01-04T12:00:00Z'); // a Monday
    const mondays = { ...daytime, to: '17:00', weekdays: ['monday'] };
    const run = await carryOut(app, windowed({ send_window: mondays }));
    // It is afternoon in Berlin and morning nowhere else: in seven days it would be Monday again.
    expect(run).toMatchObject({ audience: 8, sent: 3, skipped: 3, pending: 2 });
    await move('lima', 'Pacific/Kiritimati');
    app.clock.set('2027-01-04T14:00:00Z');
    await app.tick();
    await move('lima', 'America/Lima');
    app.clock.set('2027-01-04T19:00:00Z');
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 4, skipped: 4 });
    const skipped = { outcome: 'skipped', reason: 'quiet_hours', attempts: 0 };
    const ledger = await ledgerOf(app, run.id);
    for (const name of ['kiritimati', 'tokyo', 'osaka', 'lima']) expect(ledger[address(name)]).toMatchObject(skipped);
    await expectBalanced(app, run.id);
  });

  it('is measured by the deadline as a pause has moved it', async () => {
    app.clock.set('2027-01-04T12:00:00Z');
    const { id } = await makeCampaign(app, windowed({ send_window: { ...daytime, weekdays: ['monday', 'thursday'] } }));
    await app.tick();
    await move('honolulu', 'Asia/Tokyo'); // due on Monday, then in a zone of which the next opening is on Thursday
    expect(await latestRun(app, id)).toMatchObject({ sent: 3, pending: 5 });
    await app.request('POST', `/campaigns/${id}/pause`);
    app.clock.set('2027-01-05T12:00:00Z');
    await app.request('POST', `/campaigns/${id}/resume`);
    await app.tick();
    await move('honolulu', 'Pacific/Honolulu');
    expect(await latestRun(app, id)).toMatchObject({ skipped: 0 });
  });

  it('goes with each recipient’s own wall time', async () => {
    app.clock.set('2027-01-07T00:00:00Z');
    const early = { schedule_time: '2027-01-08T07:00:00', recipient_time_zone: true };
    await makeCampaign(app, windowed(early));
    app.clock.set('2027-01-07T17:00:00Z');
    expect(await sentUntil(app, '2027-01-09T00:00:00Z')).toEqual({
      '01-07T19:00': ['kiritimati'],
      '01-08T00:00': ['osaka', 'tokyo'],
      '01-08T08:00': ['berlin', 'mars', 'nowhere'],
      '01-08T14:00': ['lima'],
      '01-08T19:00': ['honolulu'],
    });
  });

  it('is kept by an edit that does not name it, and taken away by null', async () => {
    const { id } = await makeCampaign(app, windowed({ schedule_time: '2028-01-01T00:00:00' }));
    const edit = async (body: object) => (await app.request('PATCH', `/campaigns/${id}`, body)).body;
    const narrow = { from: '10:00', to: '12:00', weekdays: ['friday'] };
    expect(await edit({ send_window: narrow })).toMatchObject({ send_window: narrow });
    expect(await edit({ name: 'Renamed' })).toMatchObject({ send_window: narrow });
    expect(await edit({ send_window: null })).toMatchObject({ send_window: null });
  });
});

describe('quiet hours of a channel', () => {
  it('are kept for it alone', async () => {
    app.clock.set('2027-01-08T21:30:00Z'); // 22:30 in Berlin, 16:30 in Lima, 06:30 in Tokyo
    const push = await makeCampaign(app, windowed({ channel: 'push', send_window: null }));
    const email = await carryOut(app, windowed({ send_window: null }));
    expect(email).toMatchObject({ status: 'completed', sent: 8 });
    const sent = () =>
      app.providers.push
        .addresses()
        .map((to) => to.split('@')[0]!)
        .sort();
    expect(sent()).toEqual(['honolulu', 'kiritimati', 'lima']);
    app.clock.set('2027-01-08T23:00:00Z');
    await app.tick();
    expect(sent()).toEqual(['honolulu', 'kiritimati', 'lima', 'osaka', 'tokyo']);
    app.clock.set('2027-01-09T07:00:00Z');
    await app.tick();
    expect(await latestRun(app, push.id)).toMatchObject({ status: 'completed', sent: 8 });
  });

  it('are a reason to refuse a window that lies within them', async () => {
    const once = { name: 'Night', type: 'one_time', schedule_time: '2027-12-01T10:00:00', message: 'Hello' };
    const night = { ...once, send_window: { from: '22:00', to: '23:00' } };
    const answer = await app.request('POST', '/campaigns', { ...night, channel: 'push' });
    expectProblem(answer, 400, 'INVALID_CAMPAIGN', '/send_window');
    expect(answer.body.errors[0].message).toMatch(/quiet hours of push, 21:00 to 08:00/);
    expect((await app.request('POST', '/campaigns', night)).status).toBe(201);
  });
});

it.each<[string, object | string | number, string, string]>([
  ['no times', {}, 'VALIDATION_FAILED', '/send_window/from'],
  ['a time that is none', { from: '9:00', to: '20:00' }, 'VALIDATION_FAILED', '/send_window/from'],
  ['hour 24', { from: '09:00', to: '24:00' }, 'VALIDATION_FAILED', '/send_window/to'],
  ['no length', { from: '09:00', to: '09:00' }, 'INVALID_CAMPAIGN', '/send_window/to'],
  ['no weekday', { ...daytime, weekdays: [] }, 'VALIDATION_FAILED', '/send_window/weekdays'],
  ['an unknown weekday', { ...daytime, weekdays: ['mo'] }, 'VALIDATION_FAILED', '/send_window/weekdays'],
  ['an unknown field', { ...daytime, zone: 'UTC' }, 'VALIDATION_FAILED', '/send_window/zone'],
  ['a text', '09:00-20:00', 'VALIDATION_FAILED', '/send_window'],
  ['a list', [daytime], 'VALIDATION_FAILED', '/send_window'],
])('a send window with %s is refused', async (_, send_window, code, pointer) => {
  const once = { name: 'Sale', type: 'one_time', schedule_time: '2027-12-01T10:00:00', message: 'Hello' };
  expectProblem(await app.request('POST', '/campaigns', { ...once, send_window }), 400, code, pointer);
});
