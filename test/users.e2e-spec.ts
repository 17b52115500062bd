import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';

const PASSWORD = 'correct horse battery';
const HOUR_MS = 3_600_000;

describe('users', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { PASSWORD_COST: '12' } });
  });
  afterAll(() => app.close());

  const make = async (email: string, role: string): Promise<number> =>
    (await app.request('POST', '/users', { email, role })).body.id;
  const tokenFor = async (id: number): Promise<string> =>
    /#link=([\w-]{43})$/.exec((await app.request('POST', `/users/${id}/link`)).body.url)![1]!;
  const anonymous = (url: string, body: object) => app.request('POST', url, body, { authorization: '' });
  const cookieOf = (answer: { headers: Record<string, unknown> }) =>
    String(answer.headers['set-cookie']).split(';')[0]!;
  const as = (cookie: string, method: string, url: string, body?: object) =>
    app.request(method, url, body, { authorization: '', cookie, 'sec-fetch-site': 'same-origin' });
  const signIn = async (email: string, password = PASSWORD) =>
    cookieOf(await anonymous('/sessions', { email, password }));
  /** A user with a password, and a session of theirs. */
  const member = async (email: string, role: string) => {
    const id = await make(email, role);
    const answer = await anonymous('/sessions/link', { token: await tokenFor(id), password: PASSWORD });
    return { id, cookie: cookieOf(answer) };
  };

  it('come in by a link once, choose a password, and come in by it from then on', async () => {
    const id = await make('Ann@Example.com', 'admin');
    const token = await tokenFor(id);
    expectProblem(
      await anonymous('/sessions', { email: 'ann@example.com', password: PASSWORD }),
      401,
      'WRONG_PASSWORD',
    );
    const weak = await anonymous('/sessions/link', { token, password: 'short' });
    expectProblem(weak, 400, 'VALIDATION_FAILED', '/password');
    const answer = await anonymous('/sessions/link', { token, password: PASSWORD });
    expect(answer).toMatchObject({
      status: 201,
      body: { kind: 'user', id, name: 'ann@example.com', scopes: ['admin'] },
    });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^campanile=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expectProblem(await anonymous('/sessions/link', { token }), 401, 'LINK_NOT_VALID');
    const { body: user } = await as(await signIn('ANN@example.com'), 'GET', '/sessions/current');
    expect(user).toEqual({ kind: 'user', id, name: 'ann@example.com', scopes: ['admin'] });
    const stored = JSON.stringify(await app.sql(sql`select * from app_user, user_session, sign_in_link`));
    for (const secret of [PASSWORD, token]) expect(stored).not.toContain(secret);
    const { body: entries } = await app.request('GET', '/audit?target=session');
    expect(entries[0]).toMatchObject({ action: 'session.begun', actor: { kind: 'user', id, name: 'ann@example.com' } });
  });

  it('lose an older link to a newer one, and every link after a day', async () => {
    const id = await make('late@example.com', 'viewer');
    const [older, newer] = [await tokenFor(id), await tokenFor(id)];
    expectProblem(await anonymous('/sessions/link', { token: older }), 401, 'LINK_NOT_VALID');
    app.clock.advance(24 * HOUR_MS);
    expectProblem(await anonymous('/sessions/link', { token: newer }), 401, 'LINK_NOT_VALID');
  });

  it('lose a link with the address it was sent to, and not with the same one said again', async () => {
    const id = await make('typo@example.com', 'admin');
    const kept = await tokenFor(id);
    expect((await app.request('PATCH', `/users/${id}`, { email: 'TYPO@example.com' })).status).toBe(200);
    expect((await anonymous('/sessions/link', { token: kept })).status).toBe(201);
    const token = await tokenFor(id);
    expect((await app.request('PATCH', `/users/${id}`, { email: 'right@example.com' })).status).toBe(200);
    expectProblem(await anonymous('/sessions/link', { token }), 401, 'LINK_NOT_VALID');
    expect((await anonymous('/sessions/link', { token: await tokenFor(id) })).body.name).toBe('right@example.com');
  });

  it('may do what their role says', async () => {
    const { cookie: viewer } = await member('viewer@example.com', 'viewer');
    const { cookie: editor } = await member('editor@example.com', 'editor');
    expect((await as(viewer, 'GET', '/segments')).status).toBe(200);
    expectProblem(await as(viewer, 'POST', '/segments', { name: 'no' }), 403, 'SCOPE_MISSING');
    expect((await as(editor, 'POST', '/segments', { name: 'by editor' })).status).toBe(201);
    expectProblem(await as(editor, 'GET', '/users'), 403, 'SCOPE_MISSING');
    const { body } = await app.request('GET', '/audit?action=segment.created');
    expect(body[0].actor).toMatchObject({ kind: 'user', name: 'editor@example.com' });
  });

  it('are signed out by themselves, by disuse, and after a week in any case', async () => {
    const { cookie } = await member('idle@example.com', 'viewer');
    const left = await as(cookie, 'DELETE', '/sessions/current');
    expect(left.status).toBe(204);
    expect(String(left.headers['set-cookie'])).toMatch(/^campanile=; Max-Age=0;/);
    expectProblem(await as(cookie, 'GET', '/segments'), 401, 'SESSION_OVER');
    const idle = await signIn('idle@example.com');
    app.clock.advance(12 * HOUR_MS);
    expectProblem(await as(idle, 'GET', '/segments'), 401, 'SESSION_OVER');
    const busy = await signIn('idle@example.com');
    await app.sql(sql`update user_session set seen_at = expires_at`);
    app.clock.advance(7 * 24 * HOUR_MS - 1);
    expect((await as(busy, 'GET', '/segments')).status).toBe(200);
    app.clock.advance(1);
    expectProblem(await as(busy, 'GET', '/segments'), 401, 'SESSION_OVER');
  });

  it('change their password by the present one, and every other session ends', async () => {
    const { cookie } = await member('change@example.com', 'viewer');
    const elsewhere = await signIn('change@example.com');
    const wrong = { password: 'not the present one', new_password: 'another horse battery' };
    expectProblem(await as(cookie, 'PUT', '/users/me/password', wrong), 400, 'WRONG_PASSWORD', '/password');
    expect((await as(elsewhere, 'GET', '/segments')).status).toBe(200);
    const right = { ...wrong, password: PASSWORD };
    expect((await as(cookie, 'PUT', '/users/me/password', right)).status).toBe(204);
    expectProblem(await as(elsewhere, 'GET', '/segments'), 401, 'SESSION_OVER');
    expect((await as(cookie, 'GET', '/segments')).status).toBe(200);
    const old = { email: 'change@example.com', password: PASSWORD };
    expectProblem(await anonymous('/sessions', old), 401, 'WRONG_PASSWORD');
    expectProblem(await app.request('PUT', '/users/me/password', right), 409, 'NOT_A_USER');
  });

  it('lose their sessions with their role, and with their account', async () => {
    const { id, cookie } = await member('moved@example.com', 'editor');
    expect((await app.request('PATCH', `/users/${id}`, { role: 'viewer' })).body.role).toBe('viewer');
    expectProblem(await as(cookie, 'GET', '/segments'), 401, 'SESSION_OVER');
    const again = await signIn('moved@example.com');
    expectProblem(await as(again, 'POST', '/segments', { name: 'no' }), 403, 'SCOPE_MISSING');
    expect((await app.request('DELETE', `/users/${id}`)).status).toBe(204);
    expectProblem(await as(again, 'GET', '/segments'), 401, 'SESSION_OVER');
    expectProblem(await app.request('DELETE', `/users/${id}`), 404, 'USER_NOT_FOUND');
  });

  it('have addresses of their own, in whatever letters', async () => {
    await make('taken@example.com', 'viewer');
    expectProblem(
      await app.request('POST', '/users', { email: 'Taken@example.com', role: 'viewer' }),
      409,
      'USER_EXISTS',
    );
    const wrong = await app.request('POST', '/users', { email: 'nobody', role: 'root', password: 'x' });
    expectProblem(wrong, 400, 'VALIDATION_FAILED', '/email', '/role', '/password');
  });

  it('who guess have to wait longer each time, and a right password from elsewhere does not', async () => {
    await member('guessed@example.com', 'viewer');
    const guess = (password: string) => anonymous('/sessions', { email: 'guessed@example.com', password });
    // All at once: each counts before it is looked at.
    const burst = await Promise.all(Array.from({ length: 8 }, () => guess('wrong')));
    expect(burst.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const locked = await guess(PASSWORD);
    expectProblem(locked, 429, 'TOO_MANY_SIGN_INS');
    expect(locked.headers['retry-after']).toBe('1');
    app.clock.advance(1_000);
    expect((await guess('wrong')).status).toBe(401);
    expect((await guess(PASSWORD)).headers['retry-after']).toBe('2');
    const elsewhere = await app.app.inject({
      method: 'POST',
      url: '/sessions',
      remoteAddress: '192.0.2.7',
      payload: { email: 'guessed@example.com', password: PASSWORD },
    });
    expect(elsewhere.statusCode).toBe(201);
    app.clock.advance(2_000);
    expect((await guess(PASSWORD)).status).toBe(201);
    expect((await guess('wrong')).status).toBe(401);
    // Nobody of that address is guessed at no faster.
    const unknown = () => anonymous('/sessions', { email: 'unknown@example.com', password: 'wrong' });
    for (const status of [401, 401, 401, 401, 401, 429]) expect((await unknown()).status).toBe(status);
  });

  it('who guess are in the audit log, with whom they guess at, and nothing of what they typed', async () => {
    const { id } = await member('sought@example.com', 'viewer');
    const guess = async (url: string, payload: object) =>
      (await app.app.inject({ method: 'POST', url, remoteAddress: '203.0.113.9', payload })).statusCode;
    for (const status of [401, 401, 401, 401, 401, 429, 429])
      expect(await guess('/sessions', { email: 'sought@example.com', password: 'wrong' })).toBe(status);
    for (let count = 0; count < 3; count += 1)
      expect(await guess('/sessions/link', { token: 'x'.repeat(43) })).toBe(401);
    const { body: entries } = await app.request('GET', '/audit?action=session.refused');
    const told = entries.filter(({ details }: { details: { from: string } }) => details.from === '203.0.113.9');
    const since = app.clock.now().toISOString();
    expect(told.map(({ details }: { details: object }) => details)).toEqual(
      [
        [10, 2],
        [6, 1],
        [1, 0],
      ].map(([tries, held_off]) => ({ from: '203.0.113.9', since, tries, held_off, users: [id] })),
    );
    expect(told[0]).toMatchObject({ actor: { kind: 'system', id: null, name: 'sign-in' }, target: 'session' });
    expect(JSON.stringify(told)).not.toContain('sought');
    expect(told[0].request_id).toMatch(/\S/);
  });

  it('leave one of them, or a key, that may do everything', async () => {
    const { body: users } = await app.request('GET', '/users?limit=200');
    const admin = users.find(({ email }: { email: string }) => email === 'ann@example.com');
    expect(admin).toMatchObject({ role: 'admin', has_password: true });
    const cookie = await signIn('ann@example.com');
    const { body: keys } = await app.request('GET', '/keys');
    expect((await as(cookie, 'DELETE', `/keys/${keys[0].id}`)).status).toBe(204);
    expectProblem(await as(cookie, 'PATCH', `/users/${admin.id}`, { role: 'editor' }), 409, 'LAST_ADMIN');
    expectProblem(await as(cookie, 'DELETE', `/users/${admin.id}`), 409, 'LAST_ADMIN');
    expect((await as(cookie, 'GET', '/users')).status).toBe(200);
  });
});
