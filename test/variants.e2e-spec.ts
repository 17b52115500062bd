import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, ledgerOf } from './support/engine.js';
import { explain } from './support/explaining.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { AB, carryOutTest, click, contactIds, groupsOf, subjectsSent, variantsOf } from './support/variants.js';

const COUNT = 200;
const accepted = { outcome: 'sent', providerMessageId: null } as const;
const rejected = { outcome: 'rejected', code: 'smtp_550' } as const;

let app: TestApp;
let ids: number[];
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '50', PUBLIC_URL: 'https://news.example.com' } });
  await makeContacts(app, COUNT);
  ids = await contactIds(app);
});
afterAll(() => app.close());
afterEach(() => {
  app.providers.email.messages.splice(0);
  app.providers.email.answer = () => accepted;
  app.clock.advance(1_000);
});

const sizes = (groups: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, group.length]));

describe('a campaign with variants', () => {
  it('gives each contact the variant that a hash of run and contact decides, and counts them apart', async () => {
    const run = await carryOutTest(app, {});
    expect(run).toMatchObject({ status: 'completed', audience: COUNT, sent: COUNT });
    const groups = groupsOf(run.id, ids, { A: 0.5, B: 1 });
    expect(subjectsSent(app)).toEqual({ First: groups.A!.length, Second: groups.B!.length });
    const got = app.providers.email.messages.filter(({ subject }) => subject === 'Second');
    expect(got.map(({ contactId }) => contactId).sort((a, b) => a - b)).toEqual(groups.B);
    expect(await variantsOf(app, run.id)).toMatchObject({
      variants: [
        { name: 'A', audience: groups.A!.length, sent: groups.A!.length, pending: 0 },
        { name: 'B', audience: groups.B!.length, sent: groups.B!.length, pending: 0 },
      ],
      waiting: { audience: 0 },
      hold_out: { audience: 0 },
      winner: null,
      decides_at: null,
    });
  });

  it('draws anew in each run', async () => {
    const every = { type: 'recurring', frequency: 'hourly', max_runs: 2, variants: AB };
    const { id } = await makeCampaign(app, every);
    await app.tick();
    const one = await latestRun(app, id);
    app.clock.advance(3_600_000);
    await app.tick();
    const two = await latestRun(app, id);
    const groups = [one, two].map((run) => groupsOf(run.id, ids, { A: 0.5, B: 1 }));
    expect(subjectsSent(app).First).toBe(groups[0]!.A!.length + groups[1]!.A!.length);
    expect(groups[0]).not.toEqual(groups[1]);
    const list = await app.request('GET', `/campaigns/${id}/variants?limit=1`);
    expect(list.body).toMatchObject([{ run_id: two.id }]);
    const [, next] = /<(.*)>/.exec(list.headers.link!)!;
    expect((await app.request('GET', next!)).body).toMatchObject([{ run_id: one.id, variants: [{ name: 'A' }, {}] }]);
  });

  it('leaves out who is held out, with the reason', async () => {
    const variants = [
      { name: 'A', share: 75 },
      { name: 'B', share: 25, subject: 'Second' },
    ];
    const run = await carryOutTest(app, { variants, test_share: 80, hold_out: 20 });
    const groups = groupsOf(run.id, ids, { A: 0.6, B: 0.8, none: 1 });
    expect(run).toMatchObject({ status: 'completed', audience: COUNT, sent: groups.A!.length + groups.B!.length });
    const report = await variantsOf(app, run.id);
    expect(report.hold_out).toMatchObject({ audience: groups.none!.length, skipped: groups.none!.length });
    expect(report.variants.map(({ sent }: { sent: number }) => sent)).toEqual([groups.A!.length, groups.B!.length]);
    const [held] = groups.none!;
    const lines = Object.values(await ledgerOf(app, run.id)) as unknown as Record<string, unknown>[];
    for (const { contact_id, variant, outcome, reason } of lines) {
      const [name] = Object.entries(groups).find(([, group]) => group.includes(contact_id as number))!;
      expect([variant, outcome, reason]).toEqual(
        name === 'none' ? [null, 'skipped', 'hold_out'] : [name, 'sent', null],
      );
    }
    const { rules, body } = await explain(app, run.campaign_id, `?contact_id=${held}`);
    expect([rules.audience!.verdict, body.variant, body.outcome]).toEqual(['stop', null, 'skipped']);
    const other = await explain(app, run.campaign_id, `?contact_id=${groups.B![0]}`);
    expect(other.rules.audience!.detail).toMatch(/with the variant "B"/);
    expect(other.body.variant).toBe('B');
    const csv = await app.request('GET', `/runs/${run.id}/deliveries/export?outcome=sent`);
    expect(csv.body.split('\r\n').filter((line: string) => line.endsWith(',B'))).toHaveLength(groups.B!.length);
  });

  it('parts an audience whose hours decide, too', async () => {
    app.clock.set('2027-01-01T12:00:00Z');
    const send_window = { from: '08:00', to: '18:00' };
    const run = await carryOutTest(app, { send_window });
    expect(sizes(groupsOf(run.id, ids, { A: 0.5, B: 1 }))).toEqual({
      A: subjectsSent(app).First,
      B: subjectsSent(app).Second,
    });
    await variantsOf(app, run.id);
  });

  it('tries again with the variant that was tried before', async () => {
    app.providers.email.answer = ({ contactId }) => (contactId % 10 === 0 ? rejected : accepted);
    const run = await carryOutTest(app, {});
    const failed = app.providers.email.messages.filter(({ contactId }) => contactId % 10 === 0);
    const before = new Map(failed.map(({ contactId, subject }) => [contactId, subject]));
    expect((await latestRun(app, run.campaign_id)).failed).toBe(COUNT / 10);
    app.providers.email.messages.splice(0);
    app.providers.email.answer = () => accepted;
    expect((await app.request('POST', `/runs/${run.id}/retry-failed`, {})).status).toBe(200);
    expect((await variantsOf(app, run.id)).variants.map(({ failed }: { failed: number }) => failed)).toEqual([0, 0]);
    await app.tick();
    const after = new Map(app.providers.email.messages.map(({ contactId, subject }) => [contactId, subject]));
    expect(after).toEqual(before);
    expect(new Set(after.values()).size).toBe(2);
    const report = await variantsOf(app, run.id);
    expect(report.variants.map((variant: Record<string, number>) => variant.audience! - variant.sent!)).toEqual([0, 0]);
  });

  it('sends again with their variant whom a process had in flight when it ended', async () => {
    const { id } = await makeCampaign(app, { variants: AB, on_doubt: 'resend' });
    await app.app.get(Dispatcher).dispatchDue();
    const run = await latestRun(app, id);
    await app.sql(sql`
      update run_batch set state = 'leased', owner = 'dead', epoch = 1, provider = 'recording', intent_upto = 10,
        lease_until = ${app.clock.now()}::timestamptz - interval '1 second' where run_id = ${run.id}`);
    await app.tick();
    const groups = groupsOf(run.id, ids, { A: 0.5, B: 1 });
    expect(subjectsSent(app)).toEqual({ First: groups.A!.length, Second: groups.B!.length });
    const retried = (await batchesOf(app, run.id)).filter(({ parent_seq }) => parent_seq !== null);
    expect(retried.length).toBeGreaterThanOrEqual(COUNT / 50);
    await variantsOf(app, run.id);
  });

  it('sends again who was in doubt, and who was put off, with their variant', async () => {
    const answers = [
      { outcome: 'unknown', code: 'smtp_no_answer' },
      { outcome: 'deferred', scope: 'recipient', code: 'smtp_450' },
    ] as const;
    app.providers.email.answer = ({ contactId }) => (contactId <= 40 ? answers[contactId % 2]! : accepted);
    const run = await carryOutTest(app, {});
    const tried = app.providers.email.messages.filter(({ contactId }) => contactId <= 40);
    const before = new Map(tried.map(({ contactId, subject }) => [contactId, subject]));
    app.providers.email.messages.splice(0);
    app.providers.email.answer = () => accepted;
    await app.request('POST', `/runs/${run.id}/in-doubt/resend`, {});
    app.clock.advance(3_600_000);
    await app.tick();
    const after = new Map(app.providers.email.messages.map(({ contactId, subject }) => [contactId, subject]));
    expect(after).toEqual(before);
    await variantsOf(app, run.id);
  });
});

describe('clicks on the links of variants', () => {
  const link = (to: string) =>
    `<p><a href="https://shop.example/${to}">go</a> <a href="https://shop.example/">all</a></p>`;

  it('are counted for the variant of who clicked, machines apart', async () => {
    const variants = [{ name: 'A' }, { name: 'B', message: link('b') }];
    const run = await carryOutTest(app, { variants, format: 'html', message: link('a') });
    const messages = app.providers.email.messages;
    const hrefs = messages.map(({ body }) => /href="https:\/\/news\.example\.com(\/c\/[^"]+)"/.exec(body)![1]!);
    app.clock.advance(60_000);
    const groups = groupsOf(run.id, ids, { A: 0.5, B: 1 });
    const follow = async (contactId: number, agent: string) => {
      const url = hrefs[messages.findIndex((message) => message.contactId === contactId)]!;
      return (await app.request('GET', url, undefined, { authorization: '', 'user-agent': agent })).headers.location;
    };
    const browser = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36';
    expect(await follow(groups.A![0]!, browser)).toBe('https://shop.example/a');
    expect(await follow(groups.B![0]!, browser)).toBe('https://shop.example/b');
    expect(await follow(groups.B![1]!, browser)).toBe('https://shop.example/b');
    await follow(groups.B![2]!, 'Googlebot/2.1 (+http://www.google.com/bot.html)');
    await app.app.get(HitBuffer).flush();
    const [a, b] = (await variantsOf(app, run.id)).variants;
    expect(a).toMatchObject({ opened: 1, clicked: 1, clicked_all: 1, click_rate: { rate: expect.any(Number) } });
    expect(b).toMatchObject({ opened: 2, clicked: 2, clicked_all: 3 });
    expect(b.click_rate.interval.low).toBeLessThan(b.click_rate.rate);
    const links = (await app.request('GET', `/campaigns/${run.campaign_id}/links`)).body as { target: string }[];
    expect(links.map(({ target }) => target).sort()).toEqual([
      'https://shop.example/',
      'https://shop.example/a',
      'https://shop.example/b',
    ]);
  });

  it('that a provider tells of are, too', async () => {
    const run = await carryOutTest(app, {});
    const groups = groupsOf(run.id, ids, { A: 0.5, B: 1 });
    await click(app, run.id, groups.B!.slice(0, 7));
    const [a, b] = (await variantsOf(app, run.id)).variants;
    expect([a.clicked, b.clicked, b.clicked_all]).toEqual([0, 7, 7]);
  });
});

it('a variant is what is previewed and sent for a test where it is named', async () => {
  const { id } = await makeCampaign(app, { schedule_time: '2029-01-01T10:00:00', subject: 'Own', variants: AB });
  const preview = (body: object) => app.request('POST', `/campaigns/${id}/preview`, body);
  expect((await preview({})).body.subject).toBe('Own');
  expect((await preview({ variant: 'B' })).body.subject).toBe('Second');
  expectProblem(await preview({ variant: 'C' }), 400, 'UNKNOWN_VARIANT', '/variant');
  expect((await app.request('GET', `/campaigns/${id}/preview.html?variant=B`)).status).toBe(200);
  const to = ['me@example.org'];
  expect((await app.request('POST', `/campaigns/${id}/test-send`, { to, variant: 'B' })).body.subject).toBe(
    '[Test] Second',
  );
});

it('a run without variants has none in its batches, its deliveries and its reports', async () => {
  const { id } = await makeCampaign(app);
  await app.tick();
  const run = await latestRun(app, id);
  expect(await batchesOf(app, run.id)).toHaveLength(COUNT / 50);
  expect(Object.values(await ledgerOf(app, run.id))[0]).toMatchObject({ variant: null });
  expectProblem(await app.request('GET', `/runs/${run.id}/variants`), 409, 'NO_VARIANTS');
  expectProblem(await app.request('POST', `/runs/${run.id}/winner`, { variant: 'A' }), 409, 'NOBODY_WAITS');
  expectProblem(await app.request('GET', '/runs/999999/variants'), 404, 'RUN_NOT_FOUND');
  expect((await app.request('GET', `/campaigns/${id}/variants`)).body).toEqual([]);
});

describe('an export', () => {
  it('tells a person in the export which variant it was for', async () => {
    const run = await carryOutTest(app, { hold_out: 20, test_share: 80 });
    const groups = groupsOf(run.id, ids, { A: 0.4, B: 0.8, none: 1 });
    for (const [name, variant] of [
      ['A', 'A'],
      ['B', 'B'],
      ['none', null],
    ] as const) {
      const { body } = await app.request('GET', `/contacts/${groups[name]![0]}/export`);
      expect(body.records.deliveries[0]).toMatchObject({ run_id: run.id, variant });
    }
    const plain = await carryOutTest(app, { variants: null });
    const { body } = await app.request('GET', `/contacts/${ids[0]}/export`);
    expect(body.records.deliveries[0]).toMatchObject({ run_id: plain.id, variant: null });
  });
});
