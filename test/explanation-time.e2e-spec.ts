import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { explain, notPassed } from './support/explaining.js';
import { carryOut } from './support/engine.js';
import { makeCampaign } from './support/factories.js';
import { address, endAll, makeWorld, tenOClock } from './support/world.js';

const daytime = { from: '09:00', to: '20:00' };
/** Half past seven in the evening in Berlin, 13:30 in Lima, 03:30 in Tokyo. */
const EVENING = '2027-01-08T18:30:00Z';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { QUIET_HOURS_PUSH: '21:00-08:00' } });
  await makeWorld(app);
  await app.sql(sql`update contact set push_subscriptions = jsonb_build_array(jsonb_build_object('token', email))`);
});
afterAll(() => app.close());
afterEach(() => endAll(app));

const windowed = { time_zone: 'Europe/Berlin', target_segment: 'world', send_window: daytime };
/** What the rules say to one of the world's people. */
async function explainTo(campaignId: number, name: string) {
  const [contact] = await app.sql(sql<{ id: number }>`select id from contact where email = ${address(name)}`);
  return explain(app, campaignId, `?contact_id=${contact!.id}`);
}
const onlyIn = 'only in the send window, 09:00 to 20:00';

describe('whose time zone counts, and why', () => {
  it('is the contact’s own, else the campaign’s', async () => {
    app.clock.set(EVENING);
    const { campaign_id: id } = await carryOut(app, windowed);
    const said = async (name: string) => (await explainTo(id, name)).rules.time_zone!.detail;
    expect(await said('tokyo')).toBe('Its own time zone, Asia/Tokyo, counts.');
    expect(await said('nowhere')).toBe("It has no time zone: the campaign's, Europe/Berlin, counts.");
    expect(await said('mars')).toBe(
      'Its time zone, "Mars/Olympus", is none that can be used: the campaign\'s, Europe/Berlin, counts.',
    );
  });

  it('does not matter where everyone is due at once, at any hour', async () => {
    app.clock.set(EVENING);
    const { campaign_id: id } = await carryOut(app, { target_segment: 'world' });
    const { rules } = await explainTo(id, 'mars');
    expect(rules.time_zone).toEqual({ verdict: 'pass', detail: expect.stringContaining('does not matter') });
    expect(rules.hours!.detail).toBe('It may be sent at any hour.');
    expect(rules.due!.detail).toBe('It was due at 2027-01-08T18:30:00.000Z (18:30 on Fri 8 Jan 2027 in UTC).');
  });

  it('is known before a run opens, and not of a deleted contact', async () => {
    app.clock.set('2027-01-01T00:00:00Z');
    const { id } = await tenOClock(app, { send_window: daytime });
    const { rules } = await explainTo(id, 'lima');
    expect(rules.time_zone!.detail).toBe('Its own time zone, America/Lima, counts.');
    expect(rules.hours).toEqual({ verdict: 'pass', detail: `Asked right before it is sent: ${onlyIn}.` });
    expect(rules.due).toEqual({ verdict: 'pass', detail: 'Its time is set when the audience is frozen.' });
    const atAnyHour = await tenOClock(app);
    expect((await explainTo(atAnyHour.id, 'lima')).rules.time_zone).toEqual(rules.time_zone);
    expect((await explain(app, id, '?contact_id=999999')).rules.time_zone!.verdict).toBe('unknown');
  });
});

describe('when a recipient is due', () => {
  it('is the wall time in its zone, and stops where that was past', async () => {
    app.clock.set('2027-01-08T08:00:00Z');
    const { id } = await tenOClock(app, { late: 'skip' });
    await app.tick();
    const lima = await explainTo(id, 'lima');
    expect(notPassed(lima)).toEqual(['due: wait', 'outcome: wait']);
    const at = '2027-01-08T15:00:00.000Z';
    expect(lima.rules.due!.detail).toBe(`It is due at ${at} (10:00 on Fri 8 Jan 2027 in America/Lima).`);
    expect(lima.body.next_try_at).toBe(at);
    const nowhere = (await explainTo(id, 'nowhere')).rules.due!.detail;
    expect(nowhere).toBe('It is due at 2027-01-08T09:00:00.000Z (10:00 on Fri 8 Jan 2027 in Europe/Berlin).');
    const tokyo = await explainTo(id, 'tokyo');
    expect(notPassed(tokyo)).toEqual(['due: stop', 'outcome: stop']);
    expect(tokyo.rules.due!.detail).toMatch(/10:00 on Fri 8 Jan 2027 in Asia\/Tokyo\), which was past/);
  });

  it('has come for one that is to be tried again', async () => {
    app.clock.set('2027-01-08T18:30:00Z');
    app.providers.email.answer = () => ({ outcome: 'deferred', scope: 'recipient', code: 'busy' });
    const { campaign_id: id } = await carryOut(app, { target_segment: 'world' });
    const { detail } = (await explainTo(id, 'tokyo')).rules.due!;
    expect(detail).toBe('It has been due since 2027-01-08T18:30:00.000Z (03:30 on Sat 9 Jan 2027 in Asia/Tokyo).');
  });
});

describe('the hours of sending', () => {
  it('let one through, and tell another until when it waits', async () => {
    app.clock.set(EVENING);
    const { campaign_id: id } = await carryOut(app, windowed);
    const tokyo = await explainTo(id, 'tokyo');
    expect(notPassed(tokyo)).toEqual(['due: wait', 'hours: wait', 'outcome: wait']);
    expect(tokyo.rules.hours!.detail).toBe(
      `It is 03:30 in Asia/Tokyo; it waits until 2027-01-09T00:00:00.000Z (09:00 on Sat 9 Jan 2027 in Asia/Tokyo): ${onlyIn}.`,
    );
    expect(notPassed(await explainTo(id, 'berlin'))).toEqual([]);
  });

  it('hold back a second try too', async () => {
    app.clock.set(EVENING);
    const hour = 3_600_000;
    app.providers.email.answer = () => ({ outcome: 'deferred', scope: 'recipient', code: 'busy', retryAfterMs: hour });
    const { campaign_id: id } = await carryOut(app, windowed);
    const before = (await explainTo(id, 'nowhere')).rules.hours!;
    expect(before).toEqual({
      verdict: 'pass',
      detail: `It is 19:30 in Europe/Berlin, when it may be sent: ${onlyIn}.`,
    });
    app.clock.advance(hour);
    await app.tick();
    const { rules } = await explainTo(id, 'nowhere');
    expect(rules.hours!.verdict).toBe('wait');
    expect(rules.hours!.detail).toContain('It is 20:30 in Europe/Berlin; it waits until 2027-01-09T08:00:00.000Z');
  });

  it('of a channel are quiet ones', async () => {
    app.clock.set('2027-01-08T21:30:00Z');
    const { campaign_id: id } = await carryOut(app, { ...windowed, send_window: null, channel: 'push' });
    expect((await explainTo(id, 'berlin')).rules.hours).toEqual({
      verdict: 'wait',
      detail:
        'It is 22:30 in Europe/Berlin; it waits until 2027-01-09T07:00:00.000Z (08:00 on Sat 9 Jan 2027 in Europe/Berlin): ' +
        'not in the quiet hours, 21:00 to 08:00.',
    });
  });

  it('stop one for whom they come after the deadline', async () => {
    app.clock.set('2027-01-04T12:00:00Z'); // a Monday
    const mondays = { ...daytime, to: '17:00', weekdays: ['monday'] };
    const { campaign_id: id } = await carryOut(app, { ...windowed, send_window: mondays });
    const tokyo = await explainTo(id, 'tokyo');
    expect(notPassed(tokyo)).toEqual(['hours: stop', 'outcome: stop']);
    expect(tokyo.rules.hours!.detail).toMatch(/before the run's deadline: .*09:00 to 17:00 on monday\.$/);
    // Due later on this Monday, then somewhere where Monday is over.
    await app.sql(sql`update contact set time_zone = 'Asia/Tokyo' where email = ${address('honolulu')}`);
    const honolulu = await explainTo(id, 'honolulu');
    await app.sql(sql`update contact set time_zone = 'Pacific/Honolulu' where email = ${address('honolulu')}`);
    expect(notPassed(honolulu)).toEqual(['due: wait', 'hours: stop', 'outcome: wait']);
    expect(honolulu.rules.hours!.detail).toContain("it may not be sent before the run's deadline, 2027-01-07T12:00");
  });
});

describe('why a campaign does not go on', () => {
  const first = async (id: number) => (await explain(app, id)).order.find(({ verdict }) => verdict !== 'pass');

  it('is the first time zone, before its run opens and after', async () => {
    app.clock.set('2027-01-07T19:00:00Z');
    const { id } = await tenOClock(app, { target_segment: null });
    const { rules } = await explain(app, id);
    expect(rules.schedule!.verdict).toBe('wait');
    expect(rules.time_zones).toEqual({
      verdict: 'wait',
      detail:
        "It is due at 10:00 in each contact's own time zone, from 2027-01-07T20:00Z (UTC+14) to 2027-01-08T22:00Z (UTC-12).",
    });
    await app.sql(sql`update contact set time_zone = 'Asia/Tokyo' where email = ${address('kiritimati')}`);
    app.clock.set('2027-01-07T20:00:00Z');
    await app.tick();
    expect(await first(id)).toEqual({
      rule: 'time_zones',
      verdict: 'wait',
      detail: 'It is sent at 10:00 in each time zone; the first of the audience is due at 2027-01-08T01:00:00.000Z.',
    });
    await app.sql(sql`update contact set time_zone = 'Pacific/Kiritimati' where email = ${address('kiritimati')}`);
    app.clock.set('2027-01-08T01:00:00Z');
    await app.tick();
    expect((await first(id))!.detail).toBe(
      'It is sent at 10:00 in each time zone; the next of the audience is due at 2027-01-08T09:00:00.000Z.',
    );
  });

  it('is the hours of sending', async () => {
    app.clock.set('2027-01-08T02:00:00Z');
    const { id } = await makeCampaign(app, { ...windowed, send_window: { from: '05:00', to: '05:30' } });
    await app.tick();
    const { rules } = await explain(app, id);
    expect(rules.time_zones).toEqual({ verdict: 'pass', detail: 'This run is due everywhere at once.' });
    expect(rules.sending).toEqual({
      verdict: 'wait',
      detail: 'Nobody is due now, by time zone or hours of sending; the next is at 2027-01-08T04:00:00.000Z.',
    });
  });
});
