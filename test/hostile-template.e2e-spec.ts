import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type Answer, type TestApp } from './support/app.js';
import { carryOut, ledgerOf } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { longestTurn, soon } from './support/hostile.js';
import { expectProblem } from './support/problems.js';

/** Stays below the engine's limits until it looks for one long text in another: seconds, between two of its looks. */
const DOUBLED = '{% assign s = s | append: s %}';
const NEEDLE = '{% assign needle = s | append: "b" | append: s %}';
const HOSTILE = `{% assign s = "a" %}${DOUBLED.repeat(14)}${NEEDLE}${DOUBLED.repeat(5)}{% if s contains needle %}{% endif %}`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { WINDOW_SIZE: '10' } });
  await makeSegment(app, 'many');
  await makeContacts(app, 12, { segments: ['many'] });
});
afterAll(() => app.close());
afterEach(() => void app.providers.email.messages.splice(0));

describe('a hostile template', () => {
  it('fails a few of its recipients, pauses its run, and keeps nobody else waiting', async () => {
    const hostile = await makeCampaign(app, { message: HOSTILE, target_segment: 'many' });
    expect(await longestTurn(() => app.tick())).toBeLessThan(800);
    const run = await latestRun(app, hostile.id);
    expect(run).toMatchObject({ status: 'paused', sent: 0, failed: 3, pending: 9, audience: 12 });
    expect(run.reason).toContain('it takes longer than 1000 ms to fill');
    const failed = Object.values(await ledgerOf(app, run.id)).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ reason }) => reason)).toEqual(['render_timeout', 'render_timeout', 'render_timeout']);
    await app.request('POST', `/campaigns/${hostile.id}/cancel`);
    await app.tick();
    expect(await latestRun(app, hostile.id)).toMatchObject({ failed: 3, skipped: 9, pending: 0, audience: 12 });
  });

  it('that asks for all memory is stopped, and others go through the same processes', async () => {
    const greedy = `{% assign a = "x" | split: "" %}${'{% assign a = a | concat: a %}'.repeat(23)}{{ a | size }}`;
    const run = await carryOut(app, { message: greedy, target_segment: 'many' });
    expect(run).toMatchObject({ status: 'completed', sent: 0, failed: 12 });
    const looping = '{% for i in (1..3) %}{{ i }}{{ first_name }}{% endfor %}';
    const good = await carryOut(app, {
      message: looping,
      subject: '{{ email | replace: "@", "\\n" }}',
      target_segment: 'many',
    });
    expect(good).toMatchObject({ status: 'completed', sent: 12 });
    const [first] = app.providers.email.messages.filter(({ to }) => to === 'c1@example.com');
    expect(first).toMatchObject({ body: '1Name12Name13Name1' });
    expect(first!.subject).not.toMatch(/\n/);
  });

  it('is refused by a preview in good time', async () => {
    const preview = await soon(() => app.request('POST', '/campaigns/preview', { message: HOSTILE }));
    expectProblem(preview, 400, 'CANNOT_BE_RENDERED', '/message');
    expect(preview.body.detail).toContain('1000 ms');
  });

  it('is looked at by a forecast without keeping anybody else waiting, and warned of', async () => {
    const hostile = await makeCampaign(app, { message: HOSTILE, target_segment: 'many', draft: true });
    let lint!: Answer;
    const longest = await longestTurn(async () => (lint = await app.request('GET', `/campaigns/${hostile.id}/lint`)));
    expect(longest).toBeLessThan(800);
    const { status, body } = lint;
    expect(status).toBe(200);
    expect(body.map(({ message }: { message: string }) => message).join()).toContain('longer than 1000 ms');
  });
});
