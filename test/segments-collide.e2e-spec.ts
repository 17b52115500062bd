import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { blocked, eventually } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
let other: Client;
beforeAll(async () => {
  app = await startApp();
  other = new Client({ connectionString: app.databaseUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await app.close();
});

const untilWaiting = (count: number) => eventually(async () => (await blocked(app)) === count);
const campaign = { name: 'A campaign', type: 'one_time', schedule_time: '2027-01-01T00:00:00Z', message: 'Hello' };
const rule = { field: 'email', op: 'exists' };

describe('segments that are changed at the same moment', () => {
  it('do not come to name each other: one change is made, the other is refused', async () => {
    const make = async (name: string) => (await app.request('POST', '/segments', { name, rule })).body.id as number;
    const [c, d] = [await make('C'), await make('D')];
    await other.query('begin; lock table segment_reference in share mode');
    const changes = [
      app.request('PATCH', `/segments/${c}`, { rule: { segment: 'D' } }),
      app.request('PATCH', `/segments/${d}`, { rule: { segment: 'C' } }),
    ];
    await untilWaiting(2);
    await other.query('commit');
    const [made, refused] = (await Promise.all(changes)).sort((one, two) => one.status - two.status);
    expect(made!.status).toBe(200);
    expectProblem(refused!, 400, 'INVALID_RULE', '/rule/segment');
  });

  it.each<[string, string, (name: string) => ReturnType<TestApp['request']>]>([
    ['a campaign', '/include', (name) => app.request('POST', '/campaigns', { ...campaign, include: [name] })],
    [
      'another campaign',
      '/target_segment',
      (name) => app.request('POST', '/campaigns', { ...campaign, target_segment: name }),
    ],
    [
      'a rule',
      '/rule/segment',
      (name) => app.request('POST', '/segments', { name: `of ${name}`, rule: { segment: name } }),
    ],
  ])('are not there any more for %s that names one which is being deleted', async (what, pointer, name) => {
    const segment = what.replaceAll(' ', '-');
    await makeSegment(app, segment);
    await other.query('begin');
    await other.query('delete from segment where name = $1', [segment]);
    const asked = name(segment);
    await untilWaiting(1);
    await other.query('commit');
    expectProblem(await asked, 400, 'UNKNOWN_SEGMENT', pointer);
  });
});
