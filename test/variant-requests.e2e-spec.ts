import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';
import { AB } from './support/variants.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const winner = { by: 'clicks', after_minutes: 240 };
const parted = { variants: AB, test_share: 20, format: 'html', winner };
const campaign = { name: 'C', type: 'one_time', schedule_time: '2029-01-01T10:00:00', message: 'Hi', ...parted };
const post = (more: object) => app.request('POST', '/campaigns', { ...campaign, ...more });

describe('a campaign with variants', () => {
  it('is shown as it was made, with every default', async () => {
    const { body } = await post({ hold_out: 10 });
    const none = { message: null, preheader: null, text: null, reply_to: null, sender: null, url: null, icon: null };
    expect(body).toMatchObject({ test_share: 20, hold_out: 10 });
    expect(body.variants).toEqual(AB.map((variant) => ({ ...variant, share: null, ...none })));
    expect(body.winner).toEqual({ ...winner, significance: 0.95, on_undecided: 'leader' });
    const plain = (await post({ variants: null, test_share: undefined, winner: null })).body;
    expect(plain).toMatchObject({ variants: null, test_share: 100, hold_out: 0, winner: null });
  });

  it('can be edited, keeps its versions, and is one without a test once it has no variants', async () => {
    const { id } = await makeCampaign(app, campaign);
    const edit = (body: object) => app.request('PATCH', `/campaigns/${id}`, body);
    expect((await edit({ name: 'Renamed' })).body).toMatchObject({ content_version: 1, test_share: 20, variants: AB });
    expect((await edit({ test_share: 30 })).body).toMatchObject({ content_version: 1, test_share: 30 });
    const variants = [AB[0], { name: 'B', subject: 'Another' }];
    expect((await edit({ variants })).body).toMatchObject({ content_version: 2, variants });
    const versions = `/campaigns/${id}/versions`;
    expect((await app.request('GET', versions)).body[0]).toMatchObject({ number: 2, changed: ['variants'] });
    expect((await app.request('GET', `${versions}/1`)).body).toMatchObject({ variants: AB });
    expect((await app.request('POST', `${versions}/1/restore`)).body).toMatchObject({
      content_version: 3,
      variants: AB,
    });
    const none = { variants: null, test_share: 100, hold_out: 0, winner: null };
    expect((await edit({ variants: null })).body).toMatchObject({ ...none, content_version: 4 });
  });

  it.each([
    [{ variants: [AB[0]] }, '/variants'],
    [{ variants: Array.from({ length: 6 }, (_, n) => ({ name: `${n}` })) }, '/variants'],
    [{ variants: [AB[0], { ...AB[1], color: 'red' }] }, '/variants/1/color'],
    [{ variants: [AB[0], { name: ' ' }] }, '/variants/1/name'],
    [{ variants: [{ name: 'A', share: 0 }, AB[1]] }, '/variants/0/share'],
    [{ test_share: 0 }, '/test_share'],
    [{ hold_out: 91 }, '/hold_out'],
    [{ winner: { ...winner, by: 'luck' } }, '/winner/by'],
    [{ winner: { ...winner, significance: 1 } }, '/winner/significance'],
  ])('is refused with %j', async (wrong, pointer) =>
    expectProblem(await post(wrong), 400, 'VALIDATION_FAILED', pointer),
  );

  it.each([
    [{ variants: [AB[0], AB[0]] }, '/variants/1/name'],
    [{ variants: [AB[0], { name: 'leader' }] }, '/variants/1/name'],
    [{ variants: [{ name: 'A', share: 50 }, AB[1]] }, '/variants'],
    [
      {
        variants: [
          { name: 'A', share: 50 },
          { name: 'B', share: 49 },
        ],
      },
      '/variants',
    ],
    [{ hold_out: 81, winner: null }, '/hold_out'],
    [{ winner: null }, '/winner'],
    [{ test_share: 100 }, '/winner'],
    [{ test_share: 50, hold_out: 50 }, '/winner'],
    [{ variants: null }, '/winner'],
    [{ variants: null, winner: null }, '/test_share'],
    [{ variants: null, winner: null, test_share: 100, hold_out: 5 }, '/hold_out'],
    [{ format: 'text' }, '/winner/by'],
    [{ winner: { ...winner, by: 'opens' }, tracking: { opens: false } }, '/winner/by'],
    [{ winner: { by: 'clicks' } }, '/winner/after_minutes'],
    [{ winner: { ...winner, on_undecided: 'C' } }, '/winner/on_undecided'],
    [{ winner: { by: 'hand', on_undecided: 'leader' } }, '/winner/on_undecided'],
    [{ winner: { by: 'hand', on_undecided: 'A' } }, '/winner/after_minutes'],
    [{ variants: [AB[0], { name: 'B', message: 'Hi {{' }] }, '/variants/1/message'],
    [{ variants: [AB[0], { name: 'B', url: 'https://example.org/' }] }, '/variants/1/url'],
    [{ variants: [AB[0], { name: 'B', sender: { email: 'x@elsewhere.example' } }] }, '/variants/1/sender/email'],
    [{ text: 'Hi', variants: [AB[0], { name: 'B', message: 'Ho' }] }, '/variants/1/text'],
    [
      { footer: 'none', message: '{{ unsubscribe_url }}', variants: [AB[0], { name: 'B', message: 'Ho' }] },
      '/variants/1/message',
    ],
  ])('is refused with %j', async (wrong, pointer) => {
    const before = await contents(app);
    expectProblem(await post(wrong), 400, 'INVALID_CAMPAIGN', pointer);
    expect(await contents(app)).toEqual(before);
  });

  it('does not blame its variants for what is wrong with its own message', async () => {
    const { body } = await post({ message: 'Hi {{' });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/message']);
  });

  it('may have another link, picture and text in each variant of a push message', async () => {
    const variants = [{ name: 'A' }, { name: 'B', subject: 'Two', message: 'Ho', url: 'https://example.org/b' }];
    const { status, body } = await post({ channel: 'push', format: 'text', variants, winner: { by: 'hand' } });
    expect([status, body.variants[1].url, body.winner.on_undecided]).toEqual([201, 'https://example.org/b', 'wait']);
  });
});

describe('before it is sent', () => {
  it('the forecast knows who is held out, and that so few tell nothing', async () => {
    await makeContacts(app, 50);
    const { body } = await post({ hold_out: 10 });
    const { audience, warnings } = (await app.request('POST', `/campaigns/${body.id}/forecast`, {})).body;
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('TEST_TOO_SMALL');
    expect(audience).toMatchObject({ contacts: 50, reachable: 45, excluded: [{ reason: 'hold_out', contacts: 5 }] });
  });

  it('a simulation plays the test and the decision', async () => {
    const { body } = await post({ schedule_time: app.clock.now().toISOString(), hold_out: 10 });
    const answer = await app.request('POST', `/campaigns/${body.id}/simulate`, { contacts: 50 });
    expect(answer.status).toBe(200);
    const [run] = answer.body.runs;
    expect(run).toMatchObject({ status: 'completed', audience: 50, failed: 0, in_doubt: 0 });
    expect(run.sent + run.skipped).toBe(50);
    expect(run.skipped).toBeGreaterThan(0);
    expect(Date.parse(run.finished_at) - Date.parse(run.scheduled_for)).toBeGreaterThanOrEqual(240 * 60_000);
  });
});
