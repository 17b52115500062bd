import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, expectBalanced } from './support/engine.js';
import { explain } from './support/explaining.js';
import { latestRun, makeCampaign, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';
import { namesSentTo } from './support/world.js';

const HOUR = 3_600_000;
const pro = { attribute: 'plan', op: 'eq', value: 'pro' };

describe('whom a campaign is for', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { BATCH_SIZE: '2' } });
    for (const name of ['vip', 'news', 'had enough']) await makeSegment(app, name);
    await app.request('POST', '/segments', { name: 'pros', rule: pro });
    await app.request('POST', '/segments', { name: 'not vip', rule: { not: { segment: 'vip' } } });
    const people: [string, string | null, string[]][] = [
      ['ada', 'pro', ['vip', 'news']],
      ['bob', 'pro', ['news']],
      ['cyd', 'free', ['vip']],
      ['dan', null, ['news', 'had enough']],
      ['eve', 'pro', ['had enough']],
      ['fay', null, []],
    ];
    const contacts = people.map(([name, plan, segments]) => ({
      email: `${name}@example.com`,
      attributes: plan ? { plan } : {},
      segments,
    }));
    await app.request('POST', '/contacts/bulk', { contacts });
  });
  afterAll(() => app.close());

  const sent = async (aim: Record<string, unknown>) => {
    app.providers.email.messages.length = 0;
    const run = await carryOut(app, aim);
    expect(run.status).toBe('completed');
    await expectBalanced(app, run.id);
    return namesSentTo(app).sort().join(' ');
  };
  const idOf = async (name: string) =>
    (await app.sql(sql<{ id: number }>`select id from contact where email = ${`${name}@example.com`}`))[0]!.id;
  const now = (plusMs = 0) => new Date(app.clock.now().getTime() + plusMs).toISOString();

  it.each([
    [{ target_segment: 'pros' }, 'ada bob eve'],
    [{ include: ['vip', 'news'] }, 'ada bob cyd dan'],
    [{ include: ['vip', 'pros'] }, 'ada bob cyd eve'],
    [{ include: ['news', 'vip', 'had enough'], exclude: ['pros'] }, 'cyd dan'],
    [{ target_segment: 'pros', exclude: ['had enough'] }, 'ada bob'],
    [{ exclude: ['had enough', 'vip'] }, 'bob fay'],
    [{ include: ['not vip'], exclude: ['news'] }, 'eve fay'],
    [{ include: ['vip'], exclude: ['had enough'], send_window: { from: '00:00', to: '23:59' } }, 'ada cyd'],
    [{ target_segment: 'pros', exclude: ['pros who left'] }, null],
  ])('%j', async (aim, expected) => {
    if (expected !== null) expect(await sent(aim)).toBe(expected);
    else
      expectProblem(await app.request('POST', '/campaigns', { ...body, ...aim }), 400, 'UNKNOWN_SEGMENT', '/exclude');
  });
  const body = { name: 'A', type: 'one_time', schedule_time: '2027-01-01', message: 'Hi' };

  it('is shown and changed, one way of saying it in place of the other', async () => {
    const { id, ...made } = await makeCampaign(app, { include: ['vip', 'news'], schedule_time: '2027-01-01' });
    expect(made).toMatchObject({ target_segment: null, include: ['vip', 'news'], exclude: [], only_new: false });
    const patch = async (change: object) => (await app.request('PATCH', `/campaigns/${id}`, change)).body;
    expect(await patch({ exclude: ['pros'] })).toMatchObject({ include: ['vip', 'news'], exclude: ['pros'] });
    expect(await patch({ target_segment: 'vip' })).toMatchObject({ target_segment: 'vip', include: null });
    expect(await patch({ include: ['pros'], exclude: null })).toMatchObject({
      target_segment: null,
      include: ['pros'],
      exclude: [],
    });
    expect(await patch({ include: null, only_new: true })).toMatchObject({ include: null, only_new: true });
    const listed = (await app.request('GET', '/campaigns?limit=200')).body;
    expect(listed.find((one: { id: number }) => one.id === id)).toMatchObject({ include: null, only_new: true });
    await app.request('DELETE', `/campaigns/${id}`);
  });

  it('is refused where it contradicts itself', async () => {
    const before = await contents(app);
    const post = (aim: object) => app.request('POST', '/campaigns', { ...body, ...aim });
    expectProblem(await post({ target_segment: 'vip', include: ['news'] }), 400, 'INVALID_CAMPAIGN', '/include');
    expectProblem(await post({ include: ['vip'], exclude: ['pros', 'vip'] }), 400, 'INVALID_CAMPAIGN', '/exclude/1');
    expectProblem(await post({ include: [] }), 400, 'VALIDATION_FAILED', '/include');
    expectProblem(await post({ include: ['vip', 'vip'] }), 400, 'VALIDATION_FAILED', '/include');
    expectProblem(await post({ include: ['nobody'] }), 400, 'UNKNOWN_SEGMENT', '/include');
    expect(await contents(app)).toEqual(before);
  });

  it('holds the segments it names until it is deleted', async () => {
    const { body: segment } = await app.request('POST', '/segments', { name: 'held', rule: pro });
    const campaign = await makeCampaign(app, { exclude: ['held'], schedule_time: '2027-01-01' });
    expectProblem(await app.request('DELETE', `/segments/${segment.id}`), 409, 'SEGMENT_IN_USE');
    await app.request('DELETE', `/campaigns/${campaign.id}`);
    expect((await app.request('DELETE', `/segments/${segment.id}`)).status).toBe(204);
  });

  it('is for the new ones only where that is wanted, and an open run keeps the rules it was opened with', async () => {
    const { body: segment } = await app.request('POST', '/segments', { name: 'growing', rule: pro });
    const daily = { type: 'recurring', frequency: 'daily', target_segment: 'growing', only_new: true };
    const campaign = await makeCampaign(app, daily);
    app.providers.email.messages.length = 0;
    await app.tick();
    expect(namesSentTo(app).sort()).toEqual(['ada', 'bob', 'eve']);
    const first = await latestRun(app, campaign.id);
    await app.request('PATCH', `/segments/${segment.id}`, { rule: { any: [pro, { segment: 'vip' }] } });
    app.clock.advance(24 * HOUR);
    await app.tick();
    expect(namesSentTo(app).slice(3)).toEqual(['cyd']);
    expect(await latestRun(app, campaign.id)).toMatchObject({ audience: 1, sent: 1 });
    app.clock.advance(24 * HOUR);
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', audience: 0 });

    const said = async (name: string, run = '') =>
      (await explain(app, campaign.id, `?contact_id=${await idOf(name)}${run}`)).rules;
    expect((await said('ada')).only_new).toEqual({
      verdict: 'stop',
      detail: `Run ${first.id} reached it, and this campaign is for the new ones only.`,
    });
    expect((await said('cyd')).segment!.detail).toBe('It is in the segment "growing": it is in the segment "vip".');
    const then = await said('cyd', `&run_id=${first.id}`);
    expect(then.segment).toEqual({
      verdict: 'stop',
      detail: 'It is not in the segment "growing": it is not so that attribute plan is "pro".',
    });
    expect(then.audience!.verdict).toBe('stop');
    await app.request('POST', `/campaigns/${campaign.id}/cancel`);
  });

  it('may be who got, opened and clicked another campaign', async () => {
    const run = await carryOut(app, { target_segment: 'pros' });
    const fact = (contact_id: number, kind: string) => sql`
      insert into engagement (run_id, contact_id, kind, at) values (${run.id}, ${contact_id}, ${kind}::engagement_kind, ${now()})`;
    await app.sql(fact(await idOf('ada'), 'opened'));
    await app.sql(fact(await idOf('ada'), 'clicked'));
    await app.sql(fact(await idOf('bob'), 'opened'));
    const campaign = run.campaign_id;
    const fits = async (rule: object) => {
      const { body } = await app.request('POST', '/segments/preview', { rule });
      return body.sample
        .map(({ email }: { email: string }) => email.split('@')[0])
        .sort()
        .join(' ');
    };
    expect(await fits({ received: { campaign } })).toBe('ada bob eve');
    expect(await fits({ opened: { campaign } })).toBe('ada bob');
    expect(await fits({ clicked: { campaign, channel: 'email' } })).toBe('ada');
    expect(await fits({ clicked: { campaign, channel: 'sms' } })).toBe('');
    expect(await fits({ all: [{ received: { campaign } }, { not: { opened: { campaign } } }] })).toBe('eve');
    app.clock.advance(40 * 24 * HOUR);
    expect(await fits({ opened: { within_last: '30 days' } })).toBe('');
    expect(await fits({ opened: { within_last: '41 days', campaign } })).toBe('ada bob');
    expect(await fits({ received: { within_last: '30 days' } })).toBe('');
    await app.request('POST', '/segments', { name: 'cold', rule: { not: { opened: { campaign } } } });
    expect(await sent({ target_segment: 'cold', exclude: ['had enough'] })).toBe('cyd fay');
    const later = await makeCampaign(app, { target_segment: 'cold' });
    const { rules } = await explain(app, later.id, `?contact_id=${await idOf('ada')}`);
    expect(rules.segment!.detail).toBe(`It is not in the segment "cold": it opened a message of campaign ${campaign}.`);
  });

  it('is forecast and simulated as it would be frozen', async () => {
    const aim = { include: ['pros', 'vip'], exclude: ['had enough'], only_new: true };
    const daily = { ...aim, type: 'recurring', frequency: 'daily', schedule_time: now(HOUR) };
    const campaign = await makeCampaign(app, daily);
    const { body } = await app.request('POST', `/campaigns/${campaign.id}/forecast`);
    expect(body.audience).toEqual({ contacts: 3, reachable: 3, excluded: [] });
    const before = await contents(app);
    const played = await app.request('POST', `/campaigns/${campaign.id}/simulate`, { days: 3 });
    expect(played).toMatchObject({ status: 200, body: { audience: 3, contacts: 3 } });
    expect(played.body.runs.map(({ sent }: { sent: number }) => sent).sort()).toEqual([0, 0, 3]);
    expect(await contents(app)).toEqual(before);
  });
});
