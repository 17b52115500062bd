import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, gate, handedOver, openGates } from './support/engine.js';
import { explain as explanation, notPassed } from './support/explaining.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const HOUR = 3_600_000;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const greylisted: SendResult = {
  outcome: 'deferred',
  scope: 'recipient',
  code: 'smtp_450',
  response: '450 4.2.1 try again later',
  retryAfterMs: HOUR,
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { RETRY_BASE_MS: '1000', RETRY_MAX_ATTEMPTS: '2' } });
  await makeSegment(app, 'tech');
  await makeContacts(app, 4, { segments: ['tech'] });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => accepted;
  app.clock.advance(100 * HOUR);
});

const aim = { target_segment: 'tech' };
const now = (plusMs = 0) => new Date(app.clock.now().getTime() + plusMs).toISOString();
const idOf = async (email: string): Promise<number> =>
  (await app.sql(sql<{ id: number }>`select id from contact where email = ${email}`))[0]!.id;
const explain = (campaignId: number, query = '') => explanation(app, campaignId, query);
const explainTo = async (campaignId: number, email: string) => explain(campaignId, `?contact_id=${await idOf(email)}`);
const act = (campaignId: number, action: string) => app.request('POST', `/campaigns/${campaignId}/${action}`);

describe('why a contact got a message: every rule in order', () => {
  it('passes for one it was sent to', async () => {
    const run = await carryOut(app, aim);
    const { body, order } = await explainTo(run.campaign_id, 'c1@example.com');
    expect(order.map(({ rule, verdict }) => [rule, verdict])).toEqual(
      ['run', 'contact', 'segment', 'exclude', 'only_new', 'audience', 'time_zone', 'due', 'account']
        .concat(['consent', 'suppression', 'address', 'frequency_cap', 'deadline', 'hours', 'attempts', 'outcome'])
        .map((rule) => [rule, 'pass']),
    );
    expect(body).toMatchObject({ campaign_id: run.campaign_id, run_id: run.id, outcome: 'sent', next_try_at: null });
    expect(order[2]!.detail).toBe('It is in the segment "tech".');
    expect(order.at(-1)!.detail).toBe(`sent at ${now()}, after 1 try.`);
  });

  it('waits for the next try, in the provider’s words, and stops when there is none left', async () => {
    app.providers.email.answer = ({ to }) => (to === 'c1@example.com' ? greylisted : accepted);
    const run = await carryOut(app, aim);
    const waiting = await explainTo(run.campaign_id, 'c1@example.com');
    expect(notPassed(waiting)).toEqual(['attempts: wait', 'outcome: wait']);
    expect(waiting.rules.attempts!.detail).toBe(
      `1 try did not end in sent; the last, at ${now()}: 450 4.2.1 try again later. The next is due at ${now(HOUR)}.`,
    );
    expect(waiting.body).toMatchObject({
      outcome: null,
      next_try_at: now(HOUR),
      attempts: [{ attempt: 1, code: 'smtp_450', response: '450 4.2.1 try again later', transient: true }],
    });
    app.clock.advance(HOUR);
    await app.tick();
    const over = await explainTo(run.campaign_id, 'c1@example.com');
    expect(notPassed(over)).toEqual(['attempts: stop', 'outcome: stop']);
    expect(over.rules.outcome!.detail).toBe(`failed (attempts_exhausted) at ${now()}, after 2 tries.`);
    expect(over.body).toMatchObject({ outcome: 'failed', next_try_at: null });
  });

  it('says that a message is on its way, and that a doubt is one', async () => {
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'unknown', code: 'smtp_no_answer' }));
    const campaign = await makeCampaign(app, aim);
    const working = app.tick();
    await handedOver(app, 4);
    const { rules, body } = await explainTo(campaign.id, 'c1@example.com');
    expect(rules.outcome).toEqual({ verdict: 'wait', detail: 'It is being sent, or its answer is awaited.' });
    expect(body.next_try_at).toBeNull();
    held.open();
    await working;
    expect(notPassed(await explainTo(campaign.id, 'c1@example.com'))).toEqual([
      'attempts: unknown',
      'outcome: unknown',
    ]);
  });

  it('stops for one that opted out, has no address, is not meant, came later or is gone', async () => {
    const [made] = await makeContacts(app, 1, { prefix: 'out', segments: ['tech'] });
    const out = await idOf(made!);
    await app.request('PATCH', `/contacts/${out}`, { consent: { email: 'unsubscribed' } });
    const phone = await app.request('POST', '/contacts', { phone: '+4915112345678', segments: ['tech'] });
    const [stranger] = await makeContacts(app, 1, { prefix: 'stranger' });
    const gone = await app.request('POST', '/contacts', { email: 'gone@example.com', segments: ['tech'] });
    const run = await carryOut(app, aim);
    const [late] = await makeContacts(app, 1, { prefix: 'late', segments: ['tech'] });
    await app.request('DELETE', `/contacts/${gone.body.id}`);
    const said = async (id: number) => notPassed(await explain(run.campaign_id, `?contact_id=${id}`));
    expect(await said(out)).toEqual(['consent: stop', 'suppression: stop', 'outcome: stop']);
    expect(await said(phone.body.id)).toEqual(['address: stop', 'outcome: stop']);
    expect(await said(await idOf(stranger!))).toEqual(['segment: stop', 'audience: stop', 'outcome: stop']);
    expect(await said(await idOf(late!))).toEqual(['audience: stop', 'outcome: stop']);
    const { rules: without } = await explain(run.campaign_id, `?contact_id=${await idOf(late!)}`);
    expect([without.due, without.account, without.outcome].map((rule) => rule!.detail)).toEqual([
      'It is not in the audience and never due.',
      'It is not in the audience and needs no provider.',
      'It is not in the audience: it gets nothing.',
    ]);
    expect(await said(gone.body.id)).toEqual([
      'contact: stop',
      'segment: unknown',
      'consent: unknown',
      'address: stop',
    ]);
    const left = await idOf('c4@example.com');
    await app.request('PATCH', `/contacts/${left}`, { segments: [] });
    const { rules } = await explain(run.campaign_id, `?contact_id=${left}`);
    expect(rules.segment).toMatchObject({ verdict: 'pass', detail: expect.stringContaining('has left') });
    await app.request('PATCH', `/contacts/${left}`, { segments: ['tech'] });
    for (const id of [out, phone.body.id, await idOf(late!)]) await app.request('DELETE', `/contacts/${id}`);
  });

  it('waits as long as there is no run, and takes the run that is asked for', async () => {
    const daily = { ...aim, type: 'recurring', frequency: 'daily' };
    const campaign = await makeCampaign(app, { ...daily, schedule_time: now(HOUR) });
    const { rules, body } = await explainTo(campaign.id, 'c1@example.com');
    expect(body.run_id).toBeNull();
    expect([rules.run!.verdict, rules.audience!.verdict]).toEqual(['wait', 'wait']);
    const [first, second] = [await carryOut(app, aim), await carryOut(app, daily)];
    app.clock.advance(24 * HOUR);
    await app.tick();
    const latest = (await explainTo(second.campaign_id, 'c1@example.com')).body.run_id;
    expect(latest).toBeGreaterThan(second.id);
    const asked = `?contact_id=${await idOf('c1@example.com')}&run_id=`;
    expect((await explain(second.campaign_id, `${asked}${second.id}`)).body.run_id).toBe(second.id);
    const url = `/campaigns/${second.campaign_id}/explain`;
    expectProblem(await app.request('GET', `${url}${asked}${first.id}`), 404, 'RUN_NOT_FOUND');
    for (const query of ['contact_id=x', 'contact_id=0', 'run_id=1.5', 'contact=1'])
      expectProblem(await app.request('GET', `${url}?${query}`), 400, 'VALIDATION_FAILED');
    expectProblem(await app.request('GET', '/campaigns/999999/explain'), 404, 'CAMPAIGN_NOT_FOUND');
    for (const { id } of [campaign, { id: second.campaign_id }]) await act(id, 'cancel');
  });
});

describe('why nobody gets a message of a campaign without a run', () => {
  it.each([
    ['draft', { draft: true }, [], 'No run has opened: the campaign is a draft.'],
    ['paused', {}, ['pause'], 'No run has opened: the campaign is paused.'],
    ['cancelled', {}, ['cancel'], 'No run has opened, and none will: the campaign is cancelled.'],
  ])('is told first where it is %s', async (_status, fields, actions, detail) => {
    const { id } = await makeCampaign(app, { ...aim, ...fields, schedule_time: now(HOUR) });
    for (const action of actions) await act(id, action);
    expect((await explainTo(id, 'c1@example.com')).rules.run).toEqual({ verdict: 'stop', detail });
    await act(id, 'cancel');
  });
});

describe('why a campaign has not started: every rule in order', () => {
  const first = async (campaignId: number) => {
    const { order } = await explain(campaignId);
    return order.find(({ verdict }) => verdict !== 'pass')!;
  };

  it('it is a draft, not due, paused, cancelled, over, or would not open', async () => {
    const draft = await makeCampaign(app, { draft: true });
    expect(await first(draft.id)).toMatchObject({
      rule: 'status',
      verdict: 'stop',
      detail: 'It is a draft: launch it.',
    });
    const later = await makeCampaign(app, { schedule_time: now(HOUR) });
    expect(await first(later.id)).toMatchObject({ rule: 'schedule', verdict: 'wait' });
    expect((await first(later.id)).detail).toContain(`not due until ${now(HOUR)}`);
    await act(later.id, 'pause');
    expect((await first(later.id)).detail).toContain('paused by a call to pause');
    await act(later.id, 'cancel');
    expect(await first(later.id)).toMatchObject({ rule: 'status', detail: 'It was cancelled.' });
    const over = await carryOut(app, aim);
    expect(await first(over.campaign_id)).toMatchObject({
      rule: 'status',
      detail: expect.stringContaining('has ended'),
    });
    const stuck = await makeCampaign(app, aim);
    await app.sql(sql`update campaign set status_reason = 'could not be opened: no space' where id = ${stuck.id}`);
    expect(await first(stuck.id)).toMatchObject({
      rule: 'opening',
      verdict: 'wait',
      detail: 'It could not be opened: no space. It is tried again.',
    });
    await act(stuck.id, 'cancel');
  });

  it('the engine paused it, in the words of its provider', async () => {
    app.providers.email.answer = () => ({
      outcome: 'deferred',
      scope: 'account',
      code: 'smtp_535',
      response: '535 bad credentials',
    });
    const run = await carryOut(app, aim);
    expect((await first(run.campaign_id)).detail).toMatch(/^The engine paused it: .*535 bad credentials/);
    await act(run.campaign_id, 'cancel');
    await app.tick();
  });

  it('its audience is not frozen, its provider is carried by nobody, it is being sent, it is past its deadline', async () => {
    const campaign = await makeCampaign(app, aim);
    await app.app.get(Dispatcher).dispatchDue();
    expect((await explain(campaign.id)).rules.sending).toMatchObject({ verdict: 'wait' });
    await app.sql(sql`update run set provider = 'smtp' where campaign_id = ${campaign.id}`);
    expect(await first(campaign.id)).toMatchObject({ rule: 'provider', verdict: 'unknown' });
    app.clock.advance(61_000);
    const { verdict, detail } = await first(campaign.id);
    expect([verdict, detail]).toEqual(['stop', expect.stringMatching(/^No process carries email\/smtp: .*recording/)]);
    app.clock.advance(72 * HOUR);
    expect(await first(campaign.id)).toMatchObject({ rule: 'deadline', verdict: 'stop' });
    await app.sql(sql`delete from run_batch where run_id = (select id from run where campaign_id = ${campaign.id})`);
    await app.sql(sql`update run set frozen = false, provider = null where campaign_id = ${campaign.id}`);
    expect(await first(campaign.id)).toMatchObject({ rule: 'audience', verdict: 'wait' });
    await act(campaign.id, 'cancel');
    await app.tick();
  });

  it('it waits for an earlier run of it to end', async () => {
    app.providers.email.answer = () => greylisted;
    const queue = { ...aim, type: 'recurring', frequency: 'minutely', overlap: 'queue' };
    const run = await carryOut(app, queue);
    app.clock.advance(60_000);
    const { order } = await explain(run.campaign_id);
    expect(order.filter(({ verdict }) => verdict !== 'pass')).toEqual([
      { rule: 'overlap', verdict: 'wait', detail: `Its next run waits for run ${run.id} to end.` },
      { rule: 'sending', verdict: 'wait', detail: expect.stringContaining('to be tried again') },
    ]);
    await act(run.campaign_id, 'cancel');
    await app.tick();
  });
});
