import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { contents, expectProblem } from './support/problems.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const renewal = (index: number) => ({ attribute: `renew${index}`, op: 'within_last', value: `${index + 1} days` });
const fifty = { any: numbers(50).map(renewal) };
const plan = { name: 'A', type: 'one_time', schedule_time: '2027-01-01', message: 'Hi' };

describe('how large what is asked together may be', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const now = app.clock.now().toISOString();
    await app.request('POST', '/contacts/bulk', {
      contacts: [{ email: 'ada@example.com', attributes: { renew3: now } }, { email: 'bob@example.com' }],
    });
  });
  afterAll(() => app.close());
  const make = (name: string, rule?: object) => app.request('POST', '/segments', { name, ...(rule ? { rule } : {}) });
  const aggregates = (count: number) => numbers(count).map((index) => `agg${index}`);

  it('does not keep a page of two hundred rules from being listed with their sizes', async () => {
    const rules = [
      { field: 'email', op: 'starts_with', value: 'a' },
      { field: 'email', op: 'exists' },
    ];
    await app.sql(sql`
      insert into segment (name, kind, rule)
      select 'r' || n, 'rule', ${JSON.stringify(rules)}::jsonb -> (n % 2) from generate_series(0, 200) n`);
    const { status, body } = await app.request('GET', '/segments?limit=200');
    expect([status, body.length]).toEqual([200, 200]);
    const sizes = body.map(({ size, size_is }: { size: number; size_is: string }) => `${size} ${size_is}`);
    expect(sizes).toEqual(numbers(200).map((n) => `${(n % 2) + 1} exact`));
  });

  it('is sent to where it is within the limit of a campaign, whoever is included and left out', async () => {
    for (const index of numbers(10)) expect((await make(`b${index}`, fifty)).status).toBe(201);
    const all = { any: numbers(10).map((index) => ({ segment: `b${index}` })) };
    for (const index of numbers(5)) expect((await make(`agg${index}`, all)).status).toBe(201);
    for (const name of ['s0', 's1', 's2']) await make(name);
    await app.request('PATCH', '/contacts/1', { segments: ['s0', 's1'] });
    expect(await carryOut(app, { include: aggregates(4) })).toMatchObject({ status: 'completed', sent: 1 });
    const left = { include: ['s0', 's1', 's2'], exclude: aggregates(3) };
    expect(await carryOut(app, left)).toMatchObject({ status: 'completed', sent: 0 });
  });

  it('is refused beyond it, when a campaign is made and when it is changed', async () => {
    const before = await contents(app);
    const tooMany = await app.request('POST', '/campaigns', { ...plan, include: aggregates(5) });
    expectProblem(tooMany, 400, 'INVALID_CAMPAIGN', '/include');
    expect(tooMany.body.errors[0].message).toContain('2500 conditions');
    const both = { ...plan, include: aggregates(4), exclude: ['agg4'] };
    expectProblem(await app.request('POST', '/campaigns', both), 400, 'INVALID_CAMPAIGN', '/exclude');
    expect(await contents(app)).toEqual(before);
    const { body } = await app.request('POST', '/campaigns', { ...plan, target_segment: 'agg0' });
    const change = await app.request('PATCH', `/campaigns/${body.id}`, { exclude: ['agg1', 'agg2', 'agg3', 'agg4'] });
    expectProblem(change, 400, 'INVALID_CAMPAIGN', '/exclude');
  });

  it('is refused of a segment that would take a campaign beyond it', async () => {
    const { body: small } = await make('small', renewal(1));
    const include = [...aggregates(3), 'small'];
    await app.request('POST', '/campaigns', { ...plan, name: 'Spring', include, exclude: ['b0'] });
    const six = { any: numbers(10).map((index) => ({ segment: `b${index}` })) };
    const grown = await app.request('PATCH', `/segments/${small.id}`, { rule: six });
    expectProblem(grown, 400, 'INVALID_RULE', '/rule');
    expect(grown.body.errors[0].message).toContain('"Spring"');
    const nine = { any: numbers(9).map((index) => ({ segment: `b${index}` })) };
    expect((await app.request('PATCH', `/segments/${small.id}`, { rule: nine })).status).toBe(200);
  });

  it('is estimated in a preview however long a look takes', async () => {
    const other = new Client({ connectionString: app.databaseUrl });
    await other.connect();
    await other.query('analyze contact; begin; lock table contact');
    const { body } = await app.request('POST', '/segments/preview', { rule: fifty, time_limit_ms: 1 });
    expect(body).toEqual({ count: null, estimate: 2, sample: [] });
    await other.query('rollback');
    await other.end();
  });

  it('has an end to how deep segments name each other', async () => {
    const deep = (name: string) => ({ not: { not: { not: { not: { not: { segment: name } } } } } });
    await make('ch0', renewal(1));
    const made: number[] = [];
    for (const index of numbers(6)) made.push((await make(`ch${index + 1}`, deep(`ch${index}`))).status);
    expect(made).toEqual([201, 201, 201, 201, 400, 400]);
    const { body: base } = await make('base', renewal(1));
    await make('above', deep('base'));
    const moved = await app.request('PATCH', `/segments/${base.id}`, { rule: deep('ch4') });
    expectProblem(moved, 400, 'INVALID_RULE', '/rule');
  });
});
