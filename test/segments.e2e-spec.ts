import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const pro = { attribute: 'plan', op: 'eq', value: 'pro' };

describe('segments by rule', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'vip');
    const people = [
      { email: 'ada@example.com', attributes: { plan: 'pro', seats: 5, tags: ['x', 'y'] }, segments: ['vip'] },
      { email: 'bob@example.com', attributes: { plan: 'free', seats: '5' } },
      { email: 'cyd@example.com', attributes: { plan: 'pro', seats: 50 }, locale: 'de' },
      { email: 'dan@other.org', attributes: {}, segments: ['vip'] },
    ];
    await app.request('POST', '/contacts/bulk', { contacts: people });
    await app.sql(sql`update contact set created_at = '2026-11-01T00:00:00Z' where email like 'a%' or email like 'b%'`);
    await app.sql(sql`update contact set created_at = '2026-01-01T00:00:00Z' where email like 'c%' or email like 'd%'`);
  });
  afterAll(() => app.close());

  const make = (name: string, rule: object) => app.request('POST', '/segments', { name, rule });
  const preview = (rule: unknown, more: object = {}) => app.request('POST', '/segments/preview', { rule, ...more });
  /** Who fits a rule, by the first letters of their addresses. */
  const who = async (rule: object) => {
    const { status, body } = await preview(rule);
    expect([status, body.estimate]).toEqual([200, null]);
    expect(body.count).toBe(body.sample.length);
    return body.sample
      .map(({ email }: { email: string }) => email[0])
      .sort()
      .join('');
  };

  it.each([
    [pro, 'ac'],
    [{ not: pro }, 'bd'],
    [{ attribute: 'plan', op: 'ne', value: 'pro' }, 'bd'],
    [{ attribute: 'seats', op: 'gte', value: 5 }, 'ac'],
    [{ not: { attribute: 'seats', op: 'gte', value: 6 } }, 'abd'],
    [{ attribute: 'seats', op: 'in', value: ['5', 50] }, 'bc'],
    [{ attribute: 'plan', op: 'missing' }, 'd'],
    [{ attribute: 'tags', op: 'has', value: 'x' }, 'a'],
    [{ field: 'email', op: 'ends_with', value: '@other.org' }, 'd'],
    [{ field: 'locale', op: 'exists' }, 'c'],
    [{ field: 'created_at', op: 'within_last', value: '30 days' }, 'ab'],
    [{ field: 'created_at', op: 'before', value: '3 months ago' }, 'cd'],
    [{ field: 'created_at', op: 'between', value: ['2026-01-01', '2026-11-01T00:00:00Z'] }, 'abcd'],
    [{ segment: 'vip' }, 'ad'],
    [{ all: [pro, { not: { segment: 'vip' } }] }, 'c'],
    [{ any: [{ segment: 'vip' }, { field: 'locale', op: 'eq', value: 'de' }] }, 'acd'],
    [{ received: { campaign: 1 } }, ''],
  ])('%j', async (rule, expected) => {
    expect(await who(rule)).toBe(expected);
  });

  it('are made, shown with their rule and size, and changed', async () => {
    const { status, body } = await make('pros', { all: [pro, { not: { segment: 'vip' } }] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'rule', rule: { all: [pro, { not: { segment: 'vip' } }] } });
    expect(body).toMatchObject({ size: 1, size_is: 'exact', version: 1 });
    const changed = await app.request(
      'PATCH',
      `/segments/${body.id}`,
      { name: 'Pros', rule: pro },
      { 'if-match': '"1"' },
    );
    expect(changed).toMatchObject({ status: 200, body: { name: 'Pros', rule: pro, size: 2, version: 2 } });
    const { body: list } = await app.request('GET', '/segments');
    const shown = list.find(({ name }: { name: string }) => name === 'Pros');
    expect(shown).toMatchObject({ size: 2, size_is: 'exact', rule: pro });
    expectProblem(
      await app.request('PATCH', `/segments/${body.id}`, { name: 'old' }, { 'if-match': '"1"' }),
      412,
      'VERSION_MISMATCH',
    );
    expectProblem(await app.request('PATCH', `/segments/${body.id}`, { name: 'vip' }), 409, 'SEGMENT_EXISTS');
    expectProblem(await app.request('PATCH', '/segments/9999', { name: 'nobody' }), 404, 'SEGMENT_NOT_FOUND');
    expectProblem(await app.request('PATCH', '/segments/1', { rule: pro }), 409, 'SEGMENT_NOT_BY_RULE');
  });

  it('name other segments by what they are called at the moment, and never themselves', async () => {
    const { body: inner } = await make('inner', { not: { segment: 'vip' } });
    const { body: outer } = await make('outer', { all: [{ segment: 'inner' }, pro] });
    expect(await who({ segment: 'outer' })).toBe('c');
    await app.request('PATCH', `/segments/${inner.id}`, { name: 'renamed' });
    expect((await app.request('GET', `/segments/${outer.id}`)).body.rule.all[0]).toEqual({ segment: 'renamed' });
    const before = await contents(app);
    const circle = { any: [pro, { segment: 'outer' }] };
    const refused = await app.request('PATCH', `/segments/${inner.id}`, { rule: circle });
    expectProblem(refused, 400, 'INVALID_RULE', '/rule/any/1/segment');
    expectProblem(await make('missing', { segment: 'nobody' }), 400, 'UNKNOWN_SEGMENT', '/rule/segment');
    expectProblem(await app.request('DELETE', `/segments/${inner.id}`), 409, 'SEGMENT_IN_USE');
    expect(await contents(app)).toEqual(before);
    expect((await app.request('DELETE', `/segments/${outer.id}`)).status).toBe(204);
    expect((await app.request('DELETE', `/segments/${inner.id}`)).status).toBe(204);
  });

  it('do not grow beyond what can be asked, by way of others', async () => {
    const forty = (rule: object) => ({ any: Array.from({ length: 40 }, () => rule) });
    await make('forty', forty(pro));
    const { body } = await make('small', pro);
    expect((await make('many', { any: Array.from({ length: 12 }, () => ({ segment: 'forty' })) })).status).toBe(201);
    const grown = { any: [{ segment: 'many' }, ...Array.from({ length: 21 }, () => pro)] };
    expectProblem(await make('more', grown), 400, 'INVALID_RULE', '/rule');
    expect((await make('more', { any: [{ segment: 'many' }, { segment: 'small' }] })).status).toBe(201);
    const behind = await app.request('PATCH', `/segments/${body.id}`, { rule: forty(pro) });
    expectProblem(behind, 400, 'INVALID_RULE', '/rule');
    expect(behind.body.errors[0].message).toContain('"more"');
  });

  it('cannot have anybody put into them', async () => {
    const before = await contents(app);
    const into = await app.request('PATCH', '/contacts/1', { segments: ['small'] });
    expectProblem(into, 400, 'UNKNOWN_SEGMENT', '/segments');
    expect(into.body.errors[0].message).toContain('by rule');
    expect(await contents(app)).toEqual(before);
    const { body } = await app.request('GET', '/contacts?segment=small');
    expect(body.map(({ email }: { email: string }) => email)).toEqual(['ada@example.com', 'cyd@example.com']);
  });

  const nested = (depth: number): object => (depth === 0 ? pro : { not: nested(depth - 1) });
  const times = (count: number) => Array.from({ length: count }, (_, index) => index);
  it.each([
    ['no rule', { all: [pro, 5] }, '/rule/all/1'],
    ['two at once', { ...pro, segment: 'vip' }, '/rule'],
    ['an unknown property', { ...pro, and: 1 }, '/rule/and'],
    ['an empty group', { any: [] }, '/rule/any'],
    ['too deep', nested(6), '/rule/not/not/not/not/not'],
    ['too many conditions', { any: times(51).map(() => pro) }, '/rule/any/50'],
    ['too long a list', { attribute: 'n', op: 'in', value: times(1001) }, '/rule/value'],
    ['an unknown field', { field: 'password', op: 'exists' }, '/rule/field'],
    ['an unknown op', { attribute: 'n', op: 'like', value: '%' }, '/rule/op'],
    ['an op that does not fit', { field: 'email', op: 'within_last', value: '3 days' }, '/rule/op'],
    ['no value', { attribute: 'n', op: 'eq' }, '/rule/value'],
    ['null', { attribute: 'n', op: 'eq', value: null }, '/rule/value'],
    ['a value where none belongs', { attribute: 'n', op: 'exists', value: true }, '/rule/value'],
    ['a wrong kind', { field: 'email', op: 'eq', value: 5 }, '/rule/value'],
    ['one of a list', { attribute: 'n', op: 'in', value: [1, {}] }, '/rule/value/1'],
    ['bounds of two kinds', { attribute: 'n', op: 'between', value: [1, '2'] }, '/rule/value'],
    ['an instant that is none', { field: 'created_at', op: 'before', value: '2026-02-30' }, '/rule/value'],
    ['a span that is none', { field: 'created_at', op: 'within_last', value: '30' }, '/rule/value'],
    ['a span beyond all', { field: 'created_at', op: 'within_last', value: '101 years' }, '/rule/value'],
    ['a fact of nothing', { received: {} }, '/rule/received'],
    ['a fact of no channel', { opened: { campaign: 1, channel: 'fax' } }, '/rule/opened/channel'],
    ['a fact of no campaign', { not: { clicked: { campaign: 'x' } } }, '/rule/not/clicked/campaign'],
  ])('are refused with the place of what is wrong: %s', async (_, rule, pointer) => {
    expectProblem(await preview(rule), 400, 'INVALID_RULE', pointer);
    expectProblem(await make('wrong', rule), 400, 'INVALID_RULE', pointer);
  });

  it('never reach the SQL with anything a user wrote', async () => {
    const evil = `'); drop table contact; --`;
    for (const rule of [
      { attribute: evil, op: 'eq', value: evil },
      { attribute: evil, op: 'within_last', value: '1 day' },
      { field: 'email', op: 'in', value: [evil, '$1', '{}', '\\"'] },
      { field: 'first_name', op: 'contains', value: '%' },
    ])
      expect(await who(rule)).toBe('');
    for (const key of [
      { field: evil, op: 'exists' },
      { attribute: 'n', op: evil, value: 1 },
    ])
      expectProblem(await preview(key), 400, 'INVALID_RULE');
  });

  it('are previewed by an estimate where a count takes too long', async () => {
    await app.sql(sql`
      insert into contact (email, attributes)
      select 'load' || n || '@example.com', jsonb_build_object('pad', repeat('x', 1000)) from generate_series(1, 14000) n`);
    const slow = { any: times(12).map((n) => ({ attribute: 'pad', op: 'contains', value: `@${n}@` })) };
    const rule = { any: [slow, { field: 'email', op: 'starts_with', value: 'load' }] };
    const { body } = await preview(rule, { time_limit_ms: 1 });
    expect(body.count).toBeNull();
    expect(body.estimate).toBeGreaterThan(10_000);
    expect(body.estimate).toBeLessThan(18_000);
    expect(body.sample.length).toBeGreaterThan(0);
    for (const time_limit_ms of [0, 5_001, 'x'])
      expectProblem(await preview(pro, { time_limit_ms }), 400, 'VALIDATION_FAILED', '/time_limit_ms');
    expect((await preview(rule, { time_limit_ms: 5_000 })).body).toMatchObject({ count: 14_000, estimate: null });
  });
});
