import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import { blocked, eventually } from './support/engine.js';
import { expectProblem } from './support/problems.js';

const HOUR_MS = 3_600_000;

describe('API keys', () => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await startApp();
    other = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
  });
  afterAll(async () => {
    await other.close();
    await app.close();
  });
  afterEach(() => void jest.restoreAllMocks());

  const make = async (body: object) => (await app.request('POST', '/keys', body)).body;
  const ask = (key: string, where = app) =>
    where.request('GET', '/segments', undefined, { authorization: `Bearer ${key}` });
  const listed = async (id: number) =>
    (await app.request('GET', '/keys?limit=200')).body.find((key: { id: number }) => key.id === id);

  it('are shown once, and kept only as a hash', async () => {
    const { status, body } = await app.request('POST', '/keys', { name: 'CRM', scopes: ['read'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'CRM', scopes: ['read'], expires_at: null, last_used_at: null });
    expect(body.key).toMatch(/^ck_live_[\w-]{43}$/);
    const { key, ...shown } = body;
    expect(await listed(body.id)).toEqual(shown);
    expect(key.startsWith(shown.prefix)).toBe(true);
    expect(shown.prefix).toHaveLength(12);
    const rows = await app.sql(sql`select * from api_key`);
    expect(JSON.stringify(rows)).not.toContain(key.slice(12));
    expect((await ask(key)).status).toBe(200);
    expect((await listed(body.id)).last_used_at).toBe(app.clock.now().toISOString());
  });

  it('are refused with every wrong field', async () => {
    const wrong = { name: '', scopes: ['read', 'root'], expires_at: 'soon', admin: true };
    const answer = await app.request('POST', '/keys', wrong);
    expectProblem(answer, 400, 'VALIDATION_FAILED', '/name', '/scopes', '/expires_at', '/admin');
    const none = await app.request('POST', '/keys', { name: 'none', scopes: [] });
    expectProblem(none, 400, 'VALIDATION_FAILED', '/scopes');
    const past = { name: 'past', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' };
    expectProblem(await app.request('POST', '/keys', past), 400, 'INVALID_KEY', '/expires_at');
  });

  it('end when they should, though they were good a moment ago', async () => {
    const expires_at = new Date(app.clock.now().getTime() + HOUR_MS);
    const { key } = await make({ name: 'ends', scopes: ['read'], expires_at });
    expect((await ask(key)).status).toBe(200);
    app.clock.advance(HOUR_MS - 1);
    expect((await ask(key)).status).toBe(200);
    app.clock.advance(1);
    expectProblem(await ask(key), 401, 'UNKNOWN_KEY');
  });

  it('are revoked here at once, and in another process within five seconds', async () => {
    const { id, key } = await make({ name: 'gone', scopes: ['read'] });
    for (const where of [app, other]) expect((await ask(key, where)).status).toBe(200);
    expect((await app.request('DELETE', `/keys/${id}`)).status).toBe(204);
    expectProblem(await ask(key), 401, 'UNKNOWN_KEY');
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 5_001);
    expectProblem(await ask(key, other), 401, 'UNKNOWN_KEY');
    expectProblem(await app.request('DELETE', `/keys/${id}`), 404, 'KEY_NOT_FOUND');
  });

  it('are refused once the answer to the revocation is there, however many ask meanwhile', async () => {
    const { id, key } = await make({ name: 'busy', scopes: ['read'] });
    let over = false;
    const asking = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!over) await ask(key);
      }),
    );
    await app.request('DELETE', `/keys/${id}`);
    const after = await ask(key);
    over = true;
    await asking;
    expect(after.status).toBe(401);
    expect((await ask(key)).status).toBe(401);
  });

  it('get another secret, and the one before works on for as long as was said', async () => {
    const made = await make({ name: 'turned', scopes: ['write'] });
    const { status, body } = await app.request('POST', `/keys/${made.id}/rotate`, { overlap: 3600 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: made.id, name: 'turned', scopes: ['write'] });
    expect(body.old_secret_until).toBe(new Date(app.clock.now().getTime() + HOUR_MS).toISOString());
    for (const key of [made.key, body.key]) expect((await ask(key)).status).toBe(200);
    app.clock.advance(HOUR_MS);
    expect((await ask(made.key)).status).toBe(401);
    expect((await ask(body.key)).status).toBe(200);
    expect((await listed(made.id)).old_secret_until).toBeNull();
    const { body: again } = await app.request('POST', `/keys/${made.id}/rotate`, {});
    expect((await ask(body.key)).status).toBe(401);
    expect((await ask(again.key)).status).toBe(200);
    expectProblem(await app.request('POST', '/keys/9999/rotate', {}), 404, 'KEY_NOT_FOUND');
  });

  it('get no other secret once they have expired, or are not there any more', async () => {
    const expires_at = new Date(app.clock.now().getTime() + HOUR_MS).toISOString();
    const { id, key } = await make({ name: 'brief', scopes: ['read'], expires_at });
    const rotate = () => app.request('POST', `/keys/${id}/rotate`, { overlap: 3600 });
    const { body } = await rotate();
    app.clock.advance(HOUR_MS);
    const before = await listed(id);
    expectProblem(await rotate(), 409, 'KEY_EXPIRED');
    expect(await listed(id)).toEqual(before);
    for (const secret of [key, body.key]) expectProblem(await ask(secret), 401, 'UNKNOWN_KEY');
    await app.request('DELETE', `/keys/${id}`);
    expectProblem(await rotate(), 404, 'KEY_NOT_FOUND');
  });

  it('leave somebody who may do everything, also when the last two go at the same moment', async () => {
    const { body: keys } = await app.request('GET', '/keys?limit=200');
    const admins = keys.filter(({ scopes }: { scopes: string[] }) => scopes.includes('admin'));
    expect(admins).toHaveLength(2);
    // Held until both have come as far as they can, and let go together.
    const holder = new Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('begin; select from api_key for update');
    const answering = Promise.all(admins.map(({ id }: { id: number }) => app.request('DELETE', `/keys/${id}`)));
    await eventually(async () => (await blocked(app)) === 2);
    await holder.query('commit');
    const answers = await answering;
    await holder.end();
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expectProblem(refused, 409, 'LAST_ADMIN');
    expect(await app.sql(sql`select from api_key where 'admin' = any(scopes)`)).toHaveLength(1);
  });
});
