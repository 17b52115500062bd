import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { eventually, gate, openGates } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = '2027-01-04T10:00:00.000Z';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { LEASE_MS: String(24 * HOUR) } });
  await makeSegment(app, 'few');
  await makeContacts(app, 2, { segments: ['few'] });
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  await app.sql(sql`update campaign set next_run_at = null, status = 'cancelled'`);
  await app.tick();
});

const at = (aheadMs: number) => new Date(app.clock.now().getTime() + aheadMs).toISOString();
const act = (id: number, action: string) => app.request('POST', `/campaigns/${id}/${action}`);
const reschedule = (id: number, body: object) => app.request('PATCH', `/campaigns/${id}/reschedule`, body);

/** A campaign made at START. */
const make = async (overrides: Record<string, unknown>): Promise<number> => {
  app.clock.set(START);
  return (await makeCampaign(app, { schedule_time: at(MINUTE), target_segment: 'few', ...overrides })).id;
};
const recurring = (overrides: Record<string, unknown> = {}) =>
  make({ type: 'recurring', frequency: 'minutely', ...overrides });

/** Lets minutes pass and carries out what is due after each. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    app.clock.advance(MINUTE);
    await app.tick();
  }
}

/** The runs of a campaign by their times: from, until, status, and for how many occurrences with what reason. */
async function runsOf(id: number): Promise<string[]> {
  const rows = await app.sql<Record<'at' | 'until' | 'status' | 'reason' | 'count', string>>(sql`
    select to_char(scheduled_for at time zone 'UTC', 'HH24:MI') as at,
           to_char(missed_until at time zone 'UTC', '-HH24:MI') as until, status, reason, missed_count as count
    from run where campaign_id = ${id} order by scheduled_for`);
  return rows.map(({ at: from, until, status, reason, count }) =>
    reason ? `${from}${until} ${status}: ${reason} ${count}` : `${from} ${status}`,
  );
}

describe('what was due and will not be carried out is on record', () => {
  /** Two runs, then three minutes of pause. */
  async function paused(): Promise<number> {
    const id = await recurring();
    await pass(2);
    await act(id, 'pause');
    await pass(3);
    return id;
  }
  const played = ['10:01 completed', '10:02 completed'];

  it.each(['cancel', 'reschedule', 'delete'])('when a paused campaign meets a %s', async (end) => {
    const id = await paused();
    if (end === 'delete') await app.request('DELETE', `/campaigns/${id}`);
    else if (end === 'cancel') await act(id, 'cancel');
    else await reschedule(id, { schedule_time: at(2 * MINUTE) });
    expect(await runsOf(id)).toEqual([...played, '10:03-10:05 missed: paused 3']);
    if (end !== 'reschedule') return;
    await act(id, 'resume');
    await pass(2);
    expect((await runsOf(id)).slice(-2)).toEqual(['10:03-10:05 missed: paused 3', '10:07 completed']);
  });

  it('when another rule takes the place of the one it was paused under', async () => {
    const id = await paused();
    await app.request('PATCH', `/campaigns/${id}`, { frequency: 'hourly' });
    expect(await runsOf(id)).toEqual([...played, '10:03-10:05 missed: paused 3']);
  });

  it('when occurrences that wait for a run are rescheduled', async () => {
    const id = await recurring({ overlap: 'queue' });
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    app.clock.advance(MINUTE);
    const ticking = app.tick();
    await eventually(() => app.providers.email.messages.length === 2);
    app.clock.advance(3 * MINUTE);
    await reschedule(id, { schedule_time: at(HOUR) });
    openGates();
    await ticking;
    expect(await runsOf(id)).toEqual(['10:01 completed', '10:02-10:04 missed: rescheduled 3']);
  });

  it('but for those that the new time asks for in so many words', async () => {
    const id = await recurring({ misfire: 'run_all', overlap: 'allow' });
    await pass(2);
    app.clock.advance(15 * MINUTE);
    await reschedule(id, { schedule_time: at(-3 * MINUTE) });
    expect(await runsOf(id)).toEqual([...played, '10:03-10:13 missed: rescheduled 11']);
    await app.tick();
    expect((await runsOf(id)).slice(2)).toEqual([
      '10:03-10:13 missed: rescheduled 11',
      ...['10:14', '10:15', '10:16', '10:17'].map((time) => `${time} completed`),
    ]);
  });

  it('when it is resumed from a due time that has its run already', async () => {
    const id = await recurring({ misfire: 'run_all', overlap: 'queue' });
    await pass(4);
    await act(id, 'pause');
    await reschedule(id, { schedule_time: at(-2 * MINUTE) });
    await pass(3);
    await act(id, 'resume');
    await app.tick();
    const four = ['10:01', '10:02', '10:03', '10:04'].map((time) => `${time} completed`);
    expect(await runsOf(id)).toEqual([...four, '10:05-10:07 missed: paused 3']);
  });
});

describe('an anchor in the past', () => {
  it.each([
    ['run_latest', ['09:30-09:59 missed: misfire 30', '10:00 completed']],
    ['skip', ['09:30-10:00 missed: misfire 31']],
    ['run_all', ['09:30-09:50 missed: misfire 21', ...Array.from({ length: 9 }, (_, n) => `09:5${n + 1} completed`)]],
  ])('under %s leaves a record of what it does not carry out', async (misfire, expected) => {
    app.clock.set(START);
    const id = await recurring({ misfire, schedule_time: at(-30 * MINUTE) });
    for (let tick = 0; tick < 10; tick += 1) await app.tick();
    const found = await runsOf(id);
    expect(found).toEqual(misfire === 'run_all' ? [...expected, '10:00 completed'] : expected);
  });

  it('is asked of a draft when it is launched', async () => {
    const id = await recurring({ draft: true, schedule_time: '2027-01-04T09:30:00Z' });
    expect(await runsOf(id)).toEqual([]);
    await act(id, 'launch');
    expect(await runsOf(id)).toEqual(['09:30-09:59 missed: misfire 30']);
  });
});

describe('a one-time campaign with misfire skip', () => {
  it('is missed when nothing carried it out at its time', async () => {
    const id = await make({ misfire: 'skip' });
    app.clock.advance(3 * MINUTE);
    await app.tick();
    expect(await runsOf(id)).toEqual(['10:01-10:01 missed: misfire 1']);
    expect((await app.request('GET', `/campaigns/${id}`)).body).toMatchObject({ status: 'completed', runs: 0 });
    expect(app.providers.email.messages).toEqual([]);
  });

  it.each([
    ['skip', ['10:01-10:01 missed: paused 1']],
    ['run_latest', ['10:01 completed']],
  ])('paused over its time and resumed: %s', async (misfire, expected) => {
    const id = await make({ misfire });
    await act(id, 'pause');
    await pass(3);
    await act(id, 'resume');
    await app.tick();
    expect(await runsOf(id)).toEqual(expected);
    expect((await app.request('GET', `/campaigns/${id}`)).body.status).toBe('completed');
  });

  it('is due at once where its time is given as one that has passed', async () => {
    const id = await make({ misfire: 'skip', schedule_time: '2026-12-01T00:00:00Z' });
    await app.tick();
    expect(await runsOf(id)).toEqual(['10:00 completed']);
    app.clock.advance(HOUR);
    await reschedule(id, { schedule_time: '2026-12-02T00:00:00Z' });
    await app.tick();
    expect(await runsOf(id)).toEqual(['10:00 completed', '11:00 completed']);
  });
});
