import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign } from './support/factories.js';
import { soon } from './support/hostile.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const get = async (url: string) => (await app.request('GET', url)).body;

async function edited() {
  const { id } = await makeCampaign(app, {
    subject: 'One',
    message: 'a\nb\nc\n',
    schedule_time: '2027-06-01T10:00:00',
  });
  app.clock.advance(1_000);
  const edit = (body: object) => app.request('PATCH', `/campaigns/${id}`, body);
  await edit({ message: 'a\nB\nc\n', headers: { 'X-Owner': 'growth' } });
  await edit({ name: 'Another name' });
  await edit({ subject: 'Two' });
  return id as number;
}

describe('what a campaign says', () => {
  it('is kept with each change of it: when, by whom and what', async () => {
    const versions = `/campaigns/${await edited()}/versions`;
    const list = await get(versions);
    expect(list).toMatchObject([
      { number: 3, created_by: 'test', changed: ['subject'] },
      { number: 2, created_by: 'test', changed: ['message', 'headers'] },
      { number: 1, created_by: 'test', changed: [] },
    ]);
    expect(Date.parse(list[1].created_at) - Date.parse(list[2].created_at)).toBe(1_000);
    expect(await get(`${versions}/1`)).toMatchObject({
      number: 1,
      subject: 'One',
      message: 'a\nb\nc\n',
      headers: null,
    });
    const { body, headers } = await app.request('GET', `${versions}?limit=2`);
    const rest = await get(/^<(.+)>; rel="next"$/.exec(headers.link!)![1]!);
    expect([...body, ...rest]).toEqual(list);
  });

  it('can be compared', async () => {
    const versions = `/campaigns/${await edited()}/versions`;
    const { changes } = await get(`${versions}/diff?from=1&to=3`);
    expect(changes).toMatchObject([
      { field: 'subject', from: 'One', to: 'Two' },
      { field: 'message', patch: '--- 1\n+++ 3\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n' },
      { field: 'headers', from: null, to: { 'X-Owner': 'growth' }, patch: null },
    ]);
    expect((await get(`${versions}/diff?from=2&to=2`)).changes).toEqual([]);
  });

  it('compares large texts that have nothing in common within its time', async () => {
    const lines = (seed: number) => Array.from({ length: 40_000 }, (_, n) => `${(n * seed) % 65_521}`).join('\n');
    const { id } = await makeCampaign(app, { message: lines(7), schedule_time: '2027-06-01T10:00:00' });
    await app.request('PATCH', `/campaigns/${id}`, { message: lines(11) });
    const { changes } = await soon(() => get(`/campaigns/${id}/versions/diff?from=1&to=2`));
    expect(changes).toMatchObject([{ patch: null }]);
  });

  it('comes back as a new version, and runs name theirs', async () => {
    const id = await edited();
    const { version } = await get(`/campaigns/${id}`);
    const restore = (number: number, etag: number) =>
      app.request('POST', `/campaigns/${id}/versions/${number}/restore`, undefined, { 'if-match': `"${etag}"` });
    expectProblem(await restore(1, version - 1), 412, 'VERSION_MISMATCH');
    const { status, body } = await restore(1, version);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: 'One',
      message: 'a\nb\nc\n',
      headers: null,
      name: 'Another name',
      content_version: 4,
    });
    await app.request('POST', `/campaigns/${id}/launch`);
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ content_version: 4 });
  });

  it('knows of a push message what it opens and shows, and of any what is tracked', async () => {
    const { id } = await makeCampaign(app, {
      channel: 'push',
      message: 'Look',
      url: 'https://example.org/one',
      icon: 'https://example.org/icon.png',
      schedule_time: '2027-06-01T10:00:00',
    });
    await app.request('PATCH', `/campaigns/${id}`, {
      url: 'https://example.org/two',
      tracking: { utm: { source: 'x' } },
    });
    const versions = await app.request('GET', `/campaigns/${id}/versions`);
    expect(versions.body[0].changed.toSorted()).toEqual(['tracking', 'url']);
    const restored = await app.request('POST', `/campaigns/${id}/versions/1/restore`);
    expect(restored.body).toMatchObject({
      url: 'https://example.org/one',
      icon: 'https://example.org/icon.png',
      tracking: { utm: null },
    });
    const unsaved = { channel: 'push', message: 'Hi', url: 'https://example.org/three' };
    expect((await app.request('POST', '/campaigns/preview', unsaved)).status).toBe(200);
  });

  it('is not there for what never was', async () => {
    const { id } = await makeCampaign(app, { schedule_time: '2027-06-01T10:00:00' });
    expectProblem(await app.request('GET', `/campaigns/${id}/versions/2`), 404, 'VERSION_NOT_FOUND');
    expectProblem(await app.request('GET', `/campaigns/${id}/versions/diff?from=1`), 400, 'VALIDATION_FAILED', '/to');
    expectProblem(await app.request('GET', '/campaigns/999/versions'), 404, 'CAMPAIGN_NOT_FOUND');
  });
});
