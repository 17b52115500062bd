import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { explain } from './support/explaining.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { carryOutTest, contactIds, pointOf } from './support/variants.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'tech');
  await makeContacts(app, 10, { segments: ['tech'] });
  await makeContacts(app, 1, { prefix: 'outside' });
});
afterAll(() => app.close());

const at = (aheadMs: number) => new Date(app.clock.now().getTime() + aheadMs).toISOString();
const act = async (id: number, action: string) => {
  const answer = await app.request('POST', `/campaigns/${id}/${action}`);
  expect(answer.status).toBe(200);
  return answer.body;
};
const forecast = async (id: number) => {
  const { status, body } = await app.request('POST', `/campaigns/${id}/forecast`);
  expect(status).toBe(200);
  return body;
};
const recurring = (overrides: Record<string, unknown>) =>
  makeCampaign(app, { type: 'recurring', frequency: 'daily', target_segment: 'tech', ...overrides });
const ruleOf = async (id: number, query: string, rule: string) => {
  const { verdict, detail } = (await explain(app, id, query)).rules[rule]!;
  return `${verdict}: ${detail}`;
};

describe('a forecast', () => {
  it('of a campaign that is paused over its time leaves out what a resume leaves out', async () => {
    const { id } = await recurring({ schedule_time: at(HOUR) });
    await act(id, 'pause');
    app.clock.advance(3 * HOUR);
    const { finish, audience } = await forecast(id);
    expect(finish.opens_at).toBe(at(22 * HOUR));
    expect(audience.reachable).toBe(10);
    expect(await ruleOf(id, '', 'schedule')).toMatch(/^wait: .* is past is left out/);
    expect((await act(id, 'resume')).next_run_at).toBe(finish.opens_at);
  });

  it('of a draft whose time has just passed tells the run that its launch opens', async () => {
    const { id } = await recurring({ schedule_time: at(-5 * MINUTE), draft: true });
    const { finish, audience } = await forecast(id);
    expect(finish.opens_at).toBe(at(0));
    await act(id, 'launch');
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: audience.reachable });
  });

  it('of a campaign that is over promises nothing, unless it is asked for a time', async () => {
    const { id } = await recurring({ schedule_time: at(HOUR) });
    await act(id, 'cancel');
    expect(await forecast(id)).toMatchObject({ finish: null, volume_per_hour: [], audience: { reachable: 10 } });
    const { body } = await app.request('POST', `/campaigns/${id}/forecast`, { at: at(HOUR) });
    expect(body.finish.opens_at).toBe(at(HOUR));
  });
});

describe('an explanation', () => {
  it('of an occurrence that was missed tells whom it would have been for, and nothing of an audience', async () => {
    const { id } = await recurring({ schedule_time: at(HOUR) });
    await act(id, 'pause');
    app.clock.advance(3 * HOUR);
    await act(id, 'resume');
    const outside = (await app.request('GET', '/contacts?search=outside')).body[0].id;
    const [missed] = (await app.request('GET', `/campaigns/${id}/runs`)).body;
    const query = `?contact_id=${outside}&run_id=${missed.id}`;
    expect(await ruleOf(id, query, 'segment')).toMatch(/^stop: .*"tech"/);
    expect(await ruleOf(id, query, 'audience')).toBe(`stop: No audience was frozen: run ${missed.id} was missed.`);
    expect(await ruleOf(id, query, 'deadline')).toBe('pass: Nothing was to be sent.');
    expect(await ruleOf(id, '', 'audience')).toMatch(/^pass: No audience/);
    // Of the one that is to come where none is asked for.
    expect((await explain(app, id, `?contact_id=${outside}`)).body.run_id).toBeNull();
  });

  it('of who waits for people to choose a winner promises no time', async () => {
    const run = await carryOutTest(app, { target_segment: 'tech', test_share: 10, winner: { by: 'hand' } });
    const waiting = (await contactIds(app)).find((id) => pointOf(run.id, id) >= 0.1)!;
    const query = `?contact_id=${waiting}`;
    expect((await explain(app, run.campaign_id, query)).body.next_try_at).toBeNull();
    expect(await ruleOf(run.campaign_id, query, 'due')).toMatch(
      /^wait: It is due when somebody chooses .* is skipped\.$/,
    );
    expect(await ruleOf(run.campaign_id, query, 'outcome')).toBe(
      'wait: It waits until somebody chooses the variant that wins.',
    );
    expect(await ruleOf(run.campaign_id, '', 'sending')).toMatch(/somebody has to choose it/);
  });
});
