import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { WinnerService } from '../src/delivery/winner.service.js';
import { startApp, type TestApp } from './support/app.js';
import { explain } from './support/explaining.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { AB, carryOutTest, click, contactIds, groupsOf, subjectsSent, variantsOf } from './support/variants.js';

const COUNT = 320;
const HOUR = 3_600_000;
/** 80 percent take part, 10 get nothing, 10 wait. */
const ENDS = { A: 0.4, B: 0.8, none: 0.9, rest: 1 };
const PARTS = { test_share: 80, hold_out: 10, format: 'html' };
const winner = { by: 'clicks', after_minutes: 60 };

let one: TestApp;
let two: TestApp;
let ids: number[];
beforeAll(async () => {
  const env = { BATCH_SIZE: '50' };
  one = await startApp({ env });
  two = await startApp({ env, databaseUrl: one.databaseUrl, clock: one.clock });
  await makeContacts(one, COUNT);
  ids = await contactIds(one);
});
afterAll(async () => {
  await two.close();
  await one.close();
});
afterEach(async () => {
  await one.sql(sql`update run set status = 'cancelling' where finished_at is null`);
  await one.tick();
  for (const { providers } of [one, two]) providers.email.messages.splice(0);
});

/** Starts a test of which some people click; answers its run and who is in which group. */
async function tested(overrides: object = {}, clicks = { A: 0, B: 0 }) {
  const run = await carryOutTest(one, { ...PARTS, winner, ...overrides });
  const groups = groupsOf(run.id, ids, ENDS) as Record<keyof typeof ENDS, number[]>;
  await click(one, run.id, [...groups.A.slice(0, clicks.A), ...groups.B.slice(0, clicks.B)]);
  return { run, groups, rest: groups.rest.length };
}
const choose = (runId: number, variant: string) => one.request('POST', `/runs/${runId}/winner`, { variant });
const winnerOf = async (runId: number) => (await variantsOf(one, runId)).winner;

describe('who waits for the winner', () => {
  it('gets the variant of which surely more people clicked, in the same run', async () => {
    const { run, groups, rest } = await tested({}, { A: 10, B: 40 });
    expect(run).toMatchObject({ status: 'processing', pending: rest, skipped: groups.none.length });
    expect(subjectsSent(one)).toEqual({ First: groups.A.length, Second: groups.B.length });
    const before = await variantsOf(one, run.id);
    expect(before).toMatchObject({ waiting: { audience: rest, pending: rest }, winner: null });
    expect(Date.parse(before.decides_at)).toBe(Date.parse(run.opened_at) + HOUR);
    const waits = { awaiting_winner: rest, pending: rest };
    expect(run).toMatchObject({ ...waits, decides_at: before.decides_at });
    expect((await one.request('GET', '/overview')).body.running).toEqual([
      expect.objectContaining({ ...waits, run_id: run.id, decides_at: before.decides_at, finishes_at: null }),
    ]);
    expect((await one.request('GET', `/analytics/${run.campaign_id}`)).body).toMatchObject({ ...waits, runs: [waits] });
    const { rules, body } = await explain(one, run.campaign_id, `?contact_id=${groups.rest[0]}`);
    expect([rules.audience!.verdict, body.variant, body.next_try_at]).toEqual(['wait', null, before.decides_at]);

    one.clock.advance(HOUR - 1);
    await one.tick();
    expect((await latestRun(one, run.campaign_id)).pending).toBe(rest);
    one.clock.advance(1);
    await one.tick();
    expect(subjectsSent(one)).toEqual({ First: groups.A.length, Second: groups.B.length + rest });
    expect(await latestRun(one, run.campaign_id)).toMatchObject({
      ...{ status: 'completed', pending: 0, awaiting_winner: 0, decides_at: null },
    });
    const after = await variantsOf(one, run.id);
    expect(after).toMatchObject({ waiting: { audience: 0 }, decides_at: null });
    expect(after.variants[1]).toMatchObject({ audience: groups.B.length + rest, sent: groups.B.length + rest });
    expect(after.winner).toMatchObject({ variant: 'B', decided_by: 'clicks', chosen_by: null });
    expect(after.winner.p_value).toBeLessThan(0.001);
    expect(after.winner.results).toEqual([
      { name: 'A', sent: groups.A.length, opened: 0, clicked: 10 },
      { name: 'B', sent: groups.B.length, opened: 0, clicked: 40 },
    ]);
    const told = await explain(one, run.campaign_id, `?contact_id=${groups.rest[0]}`);
    expect([told.body.variant, told.body.outcome]).toEqual(['B', 'sent']);
    expectProblem(await choose(run.id, 'A'), 409, 'WINNER_DECIDED');
  });

  it('gets the leader where none is surely better', async () => {
    const { run, groups, rest } = await tested({}, { A: 11, B: 10 });
    one.clock.advance(HOUR);
    await one.tick();
    expect(subjectsSent(one)).toMatchObject({ Second: groups.B.length });
    const { variant, decided_by, p_value } = await winnerOf(run.id);
    expect([variant, decided_by]).toEqual(['A', 'leader']);
    expect(p_value).toBeGreaterThan(0.05);
    expect(subjectsSent(one).First).toBe(groups.A.length + rest);
  });

  it('waits for people where that is wanted, and for nobody else', async () => {
    const { run, groups, rest } = await tested({ winner: { ...winner, on_undecided: 'wait' } });
    one.clock.advance(HOUR);
    await one.tick();
    expect(await winnerOf(run.id)).toMatchObject({ variant: null, decided_by: 'undecided' });
    await click(one, run.id, groups.A);
    one.clock.advance(HOUR);
    await one.tick();
    expect(await latestRun(one, run.campaign_id)).toMatchObject({ awaiting_winner: rest, decides_at: null });
    expectProblem(await choose(run.id, 'C'), 400, 'INVALID_WINNER', '/variant');
    const { status, body } = await choose(run.id, 'B');
    expect([status, body.variant, body.decided_by, body.chosen_by]).toEqual([200, 'B', 'hand', 'test']);
    await one.tick();
    expect(subjectsSent(one).Second).toBe(groups.B.length + rest);
    expectProblem(await choose(run.id, 'B'), 409, 'WINNER_DECIDED');
  });

  it('gets what people chose before the time, and then the time decides nothing', async () => {
    const { run, groups, rest } = await tested({ winner: { by: 'hand' }, tracking: { clicks: false } });
    expect((await variantsOf(one, run.id)).decides_at).toBeNull();
    one.clock.advance(24 * HOUR);
    await one.tick();
    expect(subjectsSent(one)).toEqual({ First: groups.A.length, Second: groups.B.length });
    expect((await choose(run.id, 'A')).status).toBe(200);
    one.clock.advance(HOUR);
    await one.tick();
    expect(subjectsSent(one)).toEqual({ First: groups.A.length + rest, Second: groups.B.length });
    expect((await latestRun(one, run.campaign_id)).status).toBe('completed');
  });

  it('is skipped as expired where nobody ever chose', async () => {
    const { run, rest, groups } = await tested({ winner: { by: 'hand' } });
    one.clock.advance(72 * HOUR);
    await one.tick();
    const ended = await latestRun(one, run.campaign_id);
    expect(ended).toMatchObject({ status: 'completed', skipped: rest + groups.none.length });
    expect((await variantsOf(one, run.id)).waiting).toMatchObject({ audience: rest, skipped: rest, pending: 0 });
    expectProblem(await choose(run.id, 'A'), 409, 'TOO_LATE_TO_DECIDE');
  });

  it('has its whole time after a decision that came late', async () => {
    const { run, groups } = await tested({ winner: { by: 'hand' } });
    one.clock.advance(71 * HOUR);
    await choose(run.id, 'A');
    const { rules } = await explain(one, run.campaign_id, `?contact_id=${groups.rest[0]}`);
    expect(rules.deadline!.detail).toContain(new Date(one.clock.now().getTime() + 72 * HOUR).toISOString());
  });

  it('may wait longer than a run may otherwise go on', async () => {
    const { run } = await tested({ winner: { ...winner, after_minutes: 6 * 24 * 60 } });
    one.clock.advance(6 * 24 * HOUR);
    await one.tick();
    expect(await latestRun(one, run.campaign_id)).toMatchObject({ status: 'completed', pending: 0 });
    expect((await winnerOf(run.id)).decided_by).toBe('leader');
  });
});

describe('a decision', () => {
  it('is made once by two processes that make it at the same time', async () => {
    const { run, rest, groups } = await tested({}, { A: 40, B: 10 });
    one.clock.advance(HOUR);
    const decide = ({ app }: TestApp) => app.get(WinnerService).decideDue();
    await Promise.all([decide(one), decide(two), choose(run.id, 'B'), decide(two), decide(one)]);
    const { variant, decided_by } = await winnerOf(run.id);
    expect([
      ['A', 'clicks'],
      ['B', 'hand'],
    ]).toContainEqual([variant, decided_by]);
    await Promise.all([one.tick(), two.tick()]);
    const sent = [...one.providers.email.messages, ...two.providers.email.messages];
    expect(new Set(sent.map(({ contactId }) => contactId)).size).toBe(sent.length);
    expect(sent).toHaveLength(COUNT - groups.none.length);
    const [won, lost] = variant === 'A' ? ['First', 'Second'] : ['Second', 'First'];
    const of = (subject: string) => sent.filter((message) => message.subject === subject).length;
    const test = { First: groups.A.length, Second: groups.B.length } as Record<string, number>;
    expect([of(won), of(lost)]).toEqual([test[won]! + rest, test[lost]]);
  });

  it('that breaks off half way was never made, and is made by the next', async () => {
    const { run, rest } = await tested({}, { A: 10, B: 40 });
    await one.sql(sql`create function break_off() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`);
    await one.sql(sql`
      create trigger break_off before update of variant on run_batch for each row execute function break_off()`);
    one.clock.advance(HOUR);
    await one.tick();
    await one.sql(sql`drop function break_off cascade`);
    expect(await variantsOf(one, run.id)).toMatchObject({ winner: null, waiting: { pending: rest } });
    await two.tick();
    expect(await winnerOf(run.id)).toMatchObject({ variant: 'B', decided_by: 'clicks' });
    expect((await latestRun(one, run.campaign_id)).status).toBe('completed');
  });

  it('reaches those who are frozen after it', async () => {
    const { id } = await makeCampaign(one, { ...PARTS, variants: AB, winner });
    await one.app.get(Dispatcher).dispatchDue();
    const run = await latestRun(one, id);
    expect(run.frozen).toBe(true);
    await one.sql(sql`
      with gone as (delete from run_batch where run_id = ${run.id} returning 1),
           unsaid as (delete from delivery where run_id = ${run.id} returning 1),
           uncounted as (delete from run_minute where run_id = ${run.id} returning 1)
      update run set frozen = false, frozen_through = 0 where id = ${run.id}`);
    expect((await choose(run.id, 'B')).status).toBe(200);
    await one.tick();
    const groups = groupsOf(run.id, ids, ENDS);
    expect(subjectsSent(one)).toEqual({ First: groups.A!.length, Second: groups.B!.length + groups.rest!.length });
    expect((await variantsOf(one, run.id)).waiting.audience).toBe(0);
  });

  it('is made for a paused run, which sends it when it is resumed', async () => {
    const { run, rest } = await tested({}, { A: 10, B: 40 });
    await one.request('POST', `/campaigns/${run.campaign_id}/pause`);
    one.clock.advance(HOUR);
    await one.tick();
    expect(await winnerOf(run.id)).toMatchObject({ variant: 'B' });
    const paused = await latestRun(one, run.campaign_id);
    expect(paused).toMatchObject({ status: 'paused', pending: rest });
    await one.request('POST', `/campaigns/${run.campaign_id}/resume`);
    await one.tick();
    expect((await latestRun(one, run.campaign_id)).status).toBe('completed');
  });

  it('is not made for a cancelled run: who waited is skipped', async () => {
    const { run, rest } = await tested();
    await one.request('POST', `/campaigns/${run.campaign_id}/cancel`);
    expectProblem(await choose(run.id, 'A'), 409, 'TOO_LATE_TO_DECIDE');
    one.clock.advance(HOUR);
    await one.tick();
    expect((await latestRun(one, run.campaign_id)).status).toBe('cancelled');
    expect(await variantsOf(one, run.id)).toMatchObject({ winner: null, waiting: { skipped: rest } });
  });
});
