import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { AB, click, contactIds, groupsOf, variantsOf } from './support/variants.js';
import { endAll } from './support/world.js';

const HOUR = 3_600_000;
const ZONES = ['Asia/Tokyo', 'Europe/Berlin', 'America/Lima', null];
/** Half take part, none is held out, half wait. */
const PARTS = { test_share: 50, format: 'html', winner: { by: 'clicks', after_minutes: 120 } };
const ENDS = { A: 0.25, B: 0.5, rest: 1 };

let app: TestApp;
let ids: number[];
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '10' } });
  await makeContacts(app, 80);
  ids = await contactIds(app);
  for (const [index, zone] of ZONES.entries())
    await app.sql(sql`update contact set time_zone = ${zone} where id % 4 = ${index}`);
});
afterAll(() => app.close());
afterEach(() => endAll(app));

/** At ten o'clock on Friday 8 January by everybody's own clock; who has no zone lives as Berlin does. */
const tenOClock = (overrides: object) =>
  makeCampaign(app, {
    schedule_time: '2027-01-08T10:00:00',
    time_zone: 'Europe/Berlin',
    recipient_time_zone: true,
    variants: AB,
    ...overrides,
  });

type Sent = Record<string, Record<string, number[]>>;

/** Lets time pass by the hour; tells who got which subject at each hour, by ids. */
async function sentUntil(instant: string): Promise<Sent> {
  const sent: Sent = {};
  for (; app.clock.now() <= new Date(instant); app.clock.advance(HOUR)) {
    app.providers.email.messages.length = 0;
    await app.tick();
    for (const { contactId, subject } of app.providers.email.messages) {
      const hour = (sent[app.clock.now().toISOString().slice(5, 13)] ??= {});
      (hour[subject!] ??= []).push(contactId);
    }
  }
  for (const hour of Object.values(sent)) for (const who of Object.values(hour)) who.sort((one, other) => one - other);
  return sent;
}

/** Those of some contacts whose clocks are these. */
const in_ = (zones: (string | null)[], some: number[]) => some.filter((id) => zones.includes(ZONES[id % 4]!));
const japan = (some: number[]) => in_(['Asia/Tokyo'], some);
const berlin = (some: number[]) => in_(['Europe/Berlin', null], some);
const peru = (some: number[]) => in_(['America/Lima'], some);
const byPlace = (first: number[], second: number[], place: (some: number[]) => number[]) => ({
  First: place(first),
  Second: place(second),
});

describe('variants by the recipients’ own clocks', () => {
  it('go to each share at its hour when all take part', async () => {
    app.clock.set('2027-01-07T19:00:00Z');
    const { id } = await tenOClock({});
    const sent = await sentUntil('2027-01-08T18:00:00Z');
    const run = await latestRun(app, id);
    const { A, B } = groupsOf(run.id, ids, { A: 0.5, B: 1 }) as { A: number[]; B: number[] };
    expect(sent).toEqual({
      '01-08T01': byPlace(A, B, japan),
      '01-08T09': byPlace(A, B, berlin),
      '01-08T15': byPlace(A, B, peru),
    });
    expect((await variantsOf(app, run.id)).variants).toMatchObject([{ sent: A.length }, { sent: B.length }]);
  });

  it('wait for a winner who is found once the last zone had its hour, and reaches the rest at the next such hour', async () => {
    app.clock.set('2027-01-07T20:00:00Z');
    const { id } = await tenOClock(PARTS);
    await app.tick();
    const run = await latestRun(app, id);
    const { A, B, rest } = groupsOf(run.id, ids, ENDS) as Record<keyof typeof ENDS, number[]>;
    expect((await variantsOf(app, run.id)).decides_at).toBe('2027-01-08T17:00:00.000Z');
    expect(await sentUntil('2027-01-08T16:00:00Z')).toEqual({
      '01-08T01': byPlace(A, B, japan),
      '01-08T09': byPlace(A, B, berlin),
      '01-08T15': byPlace(A, B, peru),
    });
    await click(app, run.id, B);
    // The beat that decides comes a little after the time.
    app.clock.advance(700);
    expect(await sentUntil('2027-01-09T16:00:00Z')).toEqual({
      '01-09T01': { Second: japan(rest) },
      '01-09T09': { Second: berlin(rest) },
      '01-09T15': { Second: peru(rest) },
    });
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: 80, pending: 0 });
    expect((await variantsOf(app, run.id)).winner).toMatchObject({
      variant: 'B',
      decided_at: '2027-01-08T17:00:00.700Z',
    });
  });

  it('reach those at once whose clocks showed the hour when the winner was due', async () => {
    app.clock.set('2027-01-07T20:00:00Z');
    const { id } = await tenOClock({ ...PARTS, winner: { by: 'clicks', after_minutes: 24 * 60 } });
    await sentUntil('2027-01-09T14:00:00Z');
    const run = await latestRun(app, id);
    expect((await variantsOf(app, run.id)).decides_at).toBe('2027-01-09T15:00:00.000Z');
    app.clock.advance(700);
    const { rest } = groupsOf(run.id, ids, ENDS) as Record<keyof typeof ENDS, number[]>;
    expect((await sentUntil('2027-01-09T15:30:00Z'))['01-09T15']).toEqual({ First: peru(rest) });
  });

  it('get what people chose meanwhile at the hour that is still to come', async () => {
    app.clock.set('2027-01-07T20:00:00Z');
    const { id } = await tenOClock({ ...PARTS, winner: { by: 'hand' } });
    await sentUntil('2027-01-08T04:00:00Z');
    const run = await latestRun(app, id);
    const { A, B, rest } = groupsOf(run.id, ids, ENDS) as Record<keyof typeof ENDS, number[]>;
    expect((await app.request('POST', `/runs/${run.id}/winner`, { variant: 'A' })).status).toBe(200);
    const first = (some: number[]) => [...some].sort((one, other) => one - other);
    expect(await sentUntil('2027-01-09T16:00:00Z')).toEqual({
      '01-08T09': { First: first(berlin([...A, ...rest])), Second: berlin(B) },
      '01-08T15': { First: first(peru([...A, ...rest])), Second: peru(B) },
      '01-09T01': { First: japan(rest) },
    });
  });

  it('do not lose who waits where the run opened after their hour and `late` skips the test', async () => {
    app.clock.set('2027-01-08T05:00:00Z');
    const { id } = await tenOClock({ ...PARTS, late: 'skip' });
    const sent = await sentUntil('2027-01-09T16:00:00Z');
    const run = await latestRun(app, id);
    const { A, B, rest } = groupsOf(run.id, ids, ENDS) as Record<keyof typeof ENDS, number[]>;
    expect(run).toMatchObject({ status: 'completed', skipped: japan([...A, ...B]).length });
    expect(sent['01-09T01']).toEqual({ First: japan(rest) });
  });
});

describe('variants in a send window', () => {
  const WINDOW = { time_zone: 'Europe/Berlin', send_window: { from: '09:00', to: '20:00' } };
  /** Half past seven in the evening in Berlin, 13:30 in Lima, 03:30 in Tokyo. */
  const EVENING = '2027-01-08T18:30:00Z';

  it('go out at the opening of each clock', async () => {
    app.clock.set(EVENING);
    const { id } = await makeCampaign(app, { ...WINDOW, variants: AB });
    const sent = await sentUntil('2027-01-09T12:00:00Z');
    const { A, B } = groupsOf((await latestRun(app, id)).id, ids, { A: 0.5, B: 1 }) as { A: number[]; B: number[] };
    const now = (some: number[]) => [...berlin(some), ...peru(some)].sort((one, other) => one - other);
    expect(sent).toEqual({ '01-08T18': byPlace(A, B, now), '01-09T00': byPlace(A, B, japan) });
  });

  it('are compared only after the last clock let its share go', async () => {
    app.clock.set(EVENING);
    const { id } = await makeCampaign(app, { ...WINDOW, ...PARTS, variants: AB });
    await app.tick();
    const run = await latestRun(app, id);
    // Nine in the morning in Tokyo, and two hours.
    expect((await variantsOf(app, run.id)).decides_at).toBe('2027-01-09T02:00:00.000Z');
    const { B, rest } = groupsOf(run.id, ids, ENDS) as Record<keyof typeof ENDS, number[]>;
    await click(app, run.id, B);
    const sent = await sentUntil('2027-01-10T12:00:00Z');
    expect(sent['01-09T02']).toEqual({ Second: japan(rest) });
    expect(sent['01-09T08']).toEqual({ Second: berlin(rest) });
    expect(sent['01-09T14']).toEqual({ Second: peru(rest) });
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: 80 });
  });
});
