import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { carryOut } from './support/engine.js';
import { expectProblem } from './support/problems.js';

const DAY = 86_400_000;

describe('the audience of a run', () => {
  let app: TestApp;
  let campaign: { id: number };
  const runs: { id: number }[] = [];
  const opened: string[] = [];
  const rule = { all: [{ field: 'last_name', op: 'eq', value: 'in' }, { not: { segment: 'had enough' } }] };
  beforeAll(async () => {
    app = await startApp({ env: { BATCH_SIZE: '4' } });
    await makeSegment(app, 'had enough');
    await app.request('POST', '/segments', { name: 'in', rule });
    await makeContacts(app, 12);
    campaign = await makeCampaign(app, { type: 'recurring', frequency: 'daily', target_segment: 'in' });
    for (const [from, to] of [
      [1, 9],
      [4, 12],
    ]) {
      await app.sql(sql`update contact set last_name = case when id between ${from} and ${to} then 'in' end`);
      opened.push(app.clock.now().toISOString());
      await app.tick();
      runs.push(await latestRun(app, campaign.id));
      app.clock.advance(DAY);
    }
  });
  afterAll(() => app.close());
  const audience = (run: number, query = '') => app.request('GET', `/runs/${runs[run]!.id}/audience${query}`);

  it('tells its size, what it was meant to be, and what changed since the run before', async () => {
    const meant = { include: [{ name: 'in', rule }], exclude: [], only_new: false, frozen: true };
    expect((await audience(0)).body).toEqual({
      run_id: runs[0]!.id,
      ...meant,
      size: 9,
      previous_run_id: null,
      added: 9,
      removed: 0,
    });
    expect((await audience(1)).body).toMatchObject({
      ...meant,
      size: 9,
      previous_run_id: runs[0]!.id,
      added: 3,
      removed: 3,
    });
  });

  it('still tells the rule it was opened with once that is another', async () => {
    const { body } = await app.request('GET', '/segments');
    const { id } = body.find(({ name }: { name: string }) => name === 'in');
    await app.request('PATCH', `/segments/${id}`, { name: 'all', rule: { field: 'email', op: 'exists' } });
    expect((await audience(0)).body.include).toEqual([{ name: 'in', rule }]);
  });

  it('tells of one contact which batch it is in, and since when', async () => {
    const { body } = await audience(1, '?contact_id=9');
    expect(body).toMatchObject({ run_id: runs[1]!.id, contact_id: 9, in_audience: true, since: opened[1] });
    const [batch] = await app.sql(
      sql<{
        contact_ids: number[];
      }>`select contact_ids from run_batch where run_id = ${runs[1]!.id} and seq = ${body.batch}`,
    );
    expect(batch!.contact_ids).toEqual([8, 9, 10, 11]);
    const out = { contact_id: 3, in_audience: false, batch: null, since: null };
    expect((await audience(1, '?contact_id=3')).body).toMatchObject(out);
  });

  it('lists who was added and who was removed, page by page', async () => {
    expect((await audience(1, '?change=added')).body).toEqual([10, 11, 12]);
    const first = await audience(1, '?change=removed&limit=2');
    expect(first.body).toEqual([1, 2]);
    const next = /^<(.*)>; rel="next"$/.exec(first.headers.link!)![1]!;
    expect(await app.request('GET', next)).toMatchObject({ body: [3] });
    expect((await audience(0, '?change=removed')).body).toEqual([]);
    expect((await audience(0, '?change=added&limit=200')).body).toHaveLength(9);
  });

  it('refuses what it cannot tell', async () => {
    for (const query of ['contact_id=x', 'contact_id=0', 'change=moved', 'limit=0'])
      expectProblem(await audience(0, `?${query}`), 400, 'VALIDATION_FAILED');
    expectProblem(await app.request('GET', '/runs/9999/audience'), 404, 'RUN_NOT_FOUND');
    await app.sql(sql`update run set ledger_dropped_at = now() where id = ${runs[0]!.id}`);
    expectProblem(await audience(0), 409, 'LEDGER_DROPPED');
    expectProblem(await audience(1, '?change=added'), 409, 'LEDGER_DROPPED');
    expect((await audience(1)).body).toMatchObject({ size: 9, added: null, removed: null });
  });

  it('reaches contacts however far apart their ids are', async () => {
    await app.sql(sql`insert into contact (id, email, last_name) values (1000000, 'far@example.com', 'in')`);
    await app.request('POST', '/segments', { name: 'last', rule: { field: 'last_name', op: 'eq', value: 'in' } });
    const run = await carryOut(app, { target_segment: 'last' });
    expect(run).toMatchObject({ status: 'completed', audience: 10, sent: 10 });
  });
});
