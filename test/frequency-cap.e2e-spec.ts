import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, countsOf, expectBalanced, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  const env = { FREQUENCY_CAP_EMAIL: '1/day, 2/3 days', FREQUENCY_CAP_PUSH: '0/day', RETRY_BASE_MS: '1000' };
  app = await startApp({ env });
  other = await startApp({ env, databaseUrl: app.databaseUrl, clock: app.clock });
});
afterAll(async () => {
  await other.close();
  await app.close();
});
afterEach(() => {
  openGates();
  for (const { providers } of [app, other]) {
    providers.email.messages.length = 0;
    providers.email.answer = () => accepted;
  }
  app.clock.advance(30 * DAY);
});

/** A segment of its own with so many contacts of its own, by its name. */
async function crowd(name: string, count = 1): Promise<{ target_segment: string }> {
  await makeSegment(app, name);
  await makeContacts(app, count, { prefix: name, segments: [name] });
  return { target_segment: name };
}
const outcomes = async (runId: number) =>
  Object.values(await ledgerOf(app, runId)).map(({ outcome, reason }) => `${outcome} ${reason ?? ''}`.trim());
const send = async (aim: object) => outcomes((await carryOut(app, { ...aim })).id);

describe('a cap of one a day', () => {
  it('is foreseen: who has had enough is counted out before the run, and no longer than the cap says', async () => {
    const aim = await crowd('foreseen', 3);
    const one = await crowd('foreseen-one');
    expect(await send(one)).toEqual(['sent']);
    const [{ id }] = (await app.request('GET', `/contacts?segment=${one.target_segment}`)).body;
    await app.request('PATCH', `/contacts/${id}`, { segments: [aim.target_segment] });
    const inHours = (hours: number) => new Date(app.clock.now().getTime() + hours * HOUR).toISOString();
    const campaign = await makeCampaign(app, { ...aim, schedule_time: inHours(23) });
    const foreseen = async (at?: string) =>
      (await app.request('POST', `/campaigns/${campaign.id}/forecast`, { at })).body.audience;
    const { contacts, reachable, excluded } = await foreseen();
    expect([contacts - reachable, excluded]).toEqual([1, [{ reason: 'frequency_cap', contacts: 1 }]]);
    const run = await carryOut(app, aim);
    expect(run).toMatchObject({ audience: contacts, sent: reachable, skipped: 1 });
    expect(await foreseen(inHours(23))).toMatchObject({ contacts, reachable: 0, excluded: [{ contacts }] });
    expect(await foreseen(inHours(25))).toMatchObject({ contacts, reachable: contacts, excluded: [] });
  });

  it('lets the first message through and skips the second, of whichever campaign', async () => {
    const aim = await crowd('first');
    expect(await send(aim)).toEqual(['sent']);
    app.clock.advance(DAY - 1);
    const run = await carryOut(app, aim);
    expect(run).toMatchObject({ sent: 0, skipped: 1 });
    expect(await outcomes(run.id)).toEqual(['skipped frequency_cap']);
    await expectBalanced(app, run.id);
  });

  it('forgets a message once it is a day old', async () => {
    const aim = await crowd('old');
    expect(await send(aim)).toEqual(['sent']);
    app.clock.advance(DAY);
    expect(await send(aim)).toEqual(['sent']);
  });

  it('and two in three days hold together', async () => {
    const aim = await crowd('both');
    const days: string[][] = [];
    for (let day = 0; day < 5; day++) {
      days.push(await send(aim));
      app.clock.advance(DAY);
    }
    expect(days.flat()).toEqual(['sent', 'sent', 'skipped frequency_cap', 'sent', 'sent']);
  });

  it('does not count what failed, what was skipped, nor another channel', async () => {
    const aim = await crowd('failing');
    app.providers.email.answer = () => ({ outcome: 'rejected', code: 'smtp_554' });
    expect(await send(aim)).toEqual(['failed smtp_554']);
    app.providers.email.answer = () => accepted;
    expect(await send({ ...aim, channel: 'sms' })).toEqual(['skipped no_address']);
    expect(await send(aim)).toEqual(['sent']);
    expect(await send(aim)).toEqual(['skipped frequency_cap']);
  });

  it('counts what is in doubt: it may have arrived', async () => {
    const aim = await crowd('doubtful');
    app.providers.email.answer = () => ({ outcome: 'unknown', code: 'smtp_no_answer' });
    expect((await send(aim))[0]).toMatch(/^in_doubt/);
    app.providers.email.answer = () => accepted;
    expect(await send(aim)).toEqual(['skipped frequency_cap']);
  });

  it('does not keep a message from being tried again', async () => {
    const aim = await crowd('retried');
    const answers: SendResult[] = [{ outcome: 'deferred', scope: 'recipient', code: 'smtp_450' }, accepted];
    app.providers.email.answer = () => answers.shift()!;
    const run = await carryOut(app, aim);
    app.clock.advance(5_000);
    await app.tick();
    expect(await countsOf(app, run.id)).toMatchObject({ sent: 1, skipped: 0 });
  });
});

describe('campaigns at the same moment', () => {
  it('send one message to everybody between them, though the first is not answered yet', async () => {
    const aim = await crowd('slow', 3);
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => accepted);
    const first = await makeCampaign(app, aim);
    const sending = app.tick();
    await handedOver(app, 3);
    const second = await makeCampaign(other, aim);
    await other.tick();
    expect(await outcomes((await latestRun(app, second.id)).id)).toEqual(Array(3).fill('skipped frequency_cap'));
    held.open();
    await sending;
    expect(await latestRun(app, first.id)).toMatchObject({ sent: 3, skipped: 0 });
  });

  it('send one between them in whatever order two processes come to them', async () => {
    const aim = await crowd('storm', 150);
    const campaigns = [];
    for (let index = 0; index < 6; index++) campaigns.push(await makeCampaign(app, aim));
    await Promise.all([app.tick(), other.tick()]);
    await app.tick();
    const runs = await Promise.all(campaigns.map(({ id }) => latestRun(app, id)));
    const sum = (of: 'sent' | 'skipped') => runs.reduce((total, run) => total + run[of], 0);
    expect([sum('sent'), sum('skipped')]).toEqual([150, 750]);
    const got = [app, other].flatMap(({ providers }) => providers.email.messages.map(({ to }) => to));
    expect(new Set(got).size).toBe(150);
    expect(got).toHaveLength(150);
  });
});

describe('a cap of zero', () => {
  it('is none', async () => {
    await makeSegment(app, 'pushed');
    const contact = {
      external_id: 'pushed',
      segments: ['pushed'],
      push_subscriptions: [{ token: 'a', platform: 'ios' }],
    };
    expect((await app.request('POST', '/contacts', contact)).status).toBe(201);
    for (let index = 0; index < 3; index++)
      expect(await send({ target_segment: 'pushed', channel: 'push' })).toEqual(['sent']);
  });
});

describe('explain', () => {
  it('says how much of each cap is used up, and that it was the cap', async () => {
    const aim = await crowd('asking');
    const ruleOf = async ({ campaign_id, id }: { campaign_id: number; id: number }) => {
      const [contact] = (await app.request('GET', '/contacts?email=asking1@example.com')).body;
      const { body } = await app.request(
        'GET',
        `/campaigns/${campaign_id}/explain?contact_id=${contact.id}&run_id=${id}`,
      );
      return body.rules.find(({ rule }: { rule: string }) => rule === 'frequency_cap');
    };
    await carryOut(app, aim);
    app.clock.advance(HOUR);
    expect(await ruleOf(await carryOut(app, aim))).toMatchObject({
      verdict: 'stop',
      detail: 'It had had as many messages by email as a cap allows.',
    });
    const campaign = await makeCampaign(app, { ...aim, schedule_time: new Date(app.clock.now().getTime() + HOUR) });
    const [contact] = (await app.request('GET', '/contacts?email=asking1@example.com')).body;
    const { body } = await app.request('GET', `/campaigns/${campaign.id}/explain?contact_id=${contact.id}`);
    expect(body.rules.find(({ rule }: { rule: string }) => rule === 'frequency_cap')).toMatchObject({
      verdict: 'stop',
      detail: 'It has had 1 of 1 within 1 day, 1 of 2 within 3 days.',
    });
  });
});
