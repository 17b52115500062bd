import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const GMAIL_PREFETCH =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0';
const message = '<p>Hi</p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a>';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'two');
  await makeContacts(app, 2, { segments: ['two'] });
});
afterAll(() => app.close());

/** A message to each of two contacts; what a hit on its parts says, and what is kept of it. */
async function sent() {
  app.providers.email.messages.splice(0);
  const run = await carryOut(app, { target_segment: 'two', format: 'html', message });
  const of = (index: number) => {
    const { body } = app.providers.email.messages[index]!;
    const link = (text: string) => new RegExp(`<a href="([^"]+)"[^>]*>${text}</a>`).exec(body)![1]!;
    return { pixel: /<img src="([^"]+)"/.exec(body)![1]!, a: link('a'), b: link('b'), trap: link('') };
  };
  const hit = async (url: string, afterMs: number, headers: Record<string, string> = {}) => {
    app.clock.advance(afterMs);
    const given = { authorization: '', 'user-agent': BROWSER, ...headers };
    const { status } = await app.request('GET', new URL(url).pathname, undefined, given);
    expect(status).toBeLessThan(400);
  };
  const verdicts = async () => {
    await app.app.get(HitBuffer).flush();
    const rows = await app.sql<{ verdict: string; reason: string | null }>(
      sql`select verdict, reason from hit where run_id = ${run.id} order by contact_id, place`,
    );
    return rows.map(({ verdict, reason }) => reason ?? verdict);
  };
  const numbers = async () => {
    const { opened, opened_all, opens, opens_all, clicked, clicked_all, clicks, clicks_all } = (
      await app.request('GET', `/analytics/${run.campaign_id}`)
    ).body;
    const { body: links } = await app.request('GET', `/campaigns/${run.campaign_id}/links`);
    const sum = (name: string) => links.reduce((total: number, link: Record<string, number>) => total + link[name]!, 0);
    expect([sum('clicks'), sum('clicks_all')]).toEqual([clicks, clicks_all]);
    return {
      opened: [opened, opened_all],
      opens: [opens, opens_all],
      clicked: [clicked, clicked_all],
      clicks: [clicks, clicks_all],
    };
  };
  return { run, first: of(0), second: of(1), hit, verdicts, numbers };
}

describe('a hit is taken for a machine’s', () => {
  it('when nobody can have read the message yet', async () => {
    const { first, hit, verdicts } = await sent();
    await hit(first.a, 4_999);
    await hit(first.a, 1);
    expect(await verdicts()).toEqual(['too_soon', 'human']);
  });

  it.each([
    ['bot', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
    ['bot', { 'user-agent': 'curl/8.5.0' }],
    ['no_user_agent', { 'user-agent': '' }],
    ['apple_mpp', { 'user-agent': 'Mozilla/5.0' }],
    ['gmail_prefetch', { 'user-agent': GMAIL_PREFETCH }],
    ['prefetch', { 'sec-purpose': 'prefetch;prerender' }],
    ['prefetch', { purpose: 'prefetch' }],
  ])('when it says so itself: %s', async (reason, headers) => {
    const { first, hit, verdicts, numbers } = await sent();
    await hit(first.pixel, 60_000, headers);
    expect(await verdicts()).toEqual([reason]);
    expect(await numbers()).toMatchObject({ opened: [0, 1], opens: [0, 1] });
  });

  it('but not where a mail service fetches the image for who opened', async () => {
    const { first, hit, verdicts, numbers } = await sent();
    await hit(first.pixel, 60_000, { 'user-agent': GMAIL });
    expect(await verdicts()).toEqual(['image_proxy']);
    expect(await numbers()).toMatchObject({ opened: [1, 1], opens: [1, 1] });
  });

  it('when it and others follow several links within a second, those before it too, and nobody’s later', async () => {
    const { first, second, hit, verdicts, numbers } = await sent();
    await hit(first.pixel, 10_000);
    await hit(first.a, 30_000);
    await app.app.get(HitBuffer).flush();
    expect(await numbers()).toMatchObject({ opened: [1, 1], clicked: [1, 1] });
    await hit(first.b, 999);
    await hit(second.a, 0);
    expect(await verdicts()).toEqual(['burst', 'burst', 'burst', 'human']);
    expect(await numbers()).toEqual({ opened: [1, 2], opens: [0, 1], clicked: [1, 2], clicks: [1, 3] });
    await hit(first.a, 2_000);
    expect(await verdicts()).toEqual(['burst', 'burst', 'burst', 'human', 'human']);
    expect(await numbers()).toMatchObject({ opened: [2, 2], clicked: [2, 2], clicks: [2, 4] });
  });

  it('when all links of the message are followed within ten seconds, which judging anew says of what was kept before', async () => {
    const { run, first, second, hit, verdicts } = await sent();
    await hit(first.a, 30_000);
    await hit(first.b, 9_999);
    await hit(second.a, 30_000);
    await hit(second.b, 10_000);
    expect(await verdicts()).toEqual(['burst', 'burst', 'human', 'human']);
    await app.sql(sql`update hit set verdict = 'human', reason = null where run_id = ${run.id}`);
    expect(await app.request('POST', `/campaigns/${run.campaign_id}/rescore`)).toMatchObject({ body: { changed: 2 } });
    expect(await verdicts()).toEqual(['burst', 'burst', 'human', 'human']);
  });

  it('when it follows the link that no person sees, with what it did in the minute before', async () => {
    const { first, hit, verdicts, numbers } = await sent();
    await hit(first.a, 10_000);
    await hit(first.b, 20_000);
    await hit(first.trap, 40_001);
    expect(await verdicts()).toEqual(['human', 'trap', 'trap']);
    expect(await numbers()).toEqual({ opened: [1, 1], opens: [0, 0], clicked: [1, 1], clicks: [1, 2] });
  });
});

describe('judging anew', () => {
  it('comes to the same, and undoes what the hits do not say', async () => {
    const { run, first, second, hit, verdicts, numbers } = await sent();
    await hit(first.a, 10_000);
    await hit(second.a, 10_000, { 'user-agent': 'curl/8.5.0' });
    const judged = await verdicts();
    const rescore = () => app.request('POST', `/campaigns/${run.campaign_id}/rescore`);
    expect(await rescore()).toMatchObject({ status: 200, body: { messages: 2, changed: 0 } });
    const before = await numbers();
    await app.sql(sql`update hit set verdict = 'human', reason = null where run_id = ${run.id}`);
    expect((await rescore()).body).toEqual({ messages: 2, changed: 1 });
    expect(await verdicts()).toEqual(judged);
    expect(await numbers()).toEqual(before);
    expectProblem(await app.request('POST', '/campaigns/999999/rescore'), 404, 'CAMPAIGN_NOT_FOUND');
    expectProblem(await app.request('GET', '/campaigns/999999/links'), 404, 'CAMPAIGN_NOT_FOUND');
  });

  it('knows nothing of who was erased, and leaves the verdict and the counts', async () => {
    const { run, first, hit, verdicts, numbers } = await sent();
    await hit(first.a, 10_000);
    await hit(first.pixel, 10_000, { 'user-agent': GMAIL });
    const judged = await verdicts();
    const before = await numbers();
    const told = (await app.request('GET', '/contacts/1/export')).body.records.hits;
    expect(told[0]).toMatchObject({
      run_id: run.id,
      number: 0,
      user_agent: GMAIL,
      address: '127.0.0.0',
      verdict: 'human',
    });
    await hit(first.b, 10_000);
    expect((await app.request('POST', '/contacts/1/erase')).status).toBe(200);
    expect(await verdicts()).toEqual([...judged, 'human']);
    const rows = await app.sql<object>(sql`select user_agent, address from hit where contact_id = 1`);
    for (const row of rows) expect(row).toEqual({ user_agent: null, address: null });
    expect((await app.request('POST', `/campaigns/${run.campaign_id}/rescore`)).body.changed).toBe(0);
    expect(await numbers()).toEqual({ ...before, clicks: [2, 2] });
  });
});
