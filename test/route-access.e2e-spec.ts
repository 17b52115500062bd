import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import { AUDITED, UNAUDITED } from '../src/access/audited.decorator.js';
import type { Scope } from '../src/access/domain/scope.js';
import { SCOPE } from '../src/access/scope.decorator.js';
import { PUBLIC } from '../src/platform/public.decorator.js';
import { startApp, type TestApp } from './support/app.js';
import { contents, expectProblem } from './support/problems.js';
import { type Declared, declaredRoutes, type Route, routesOf } from './support/routes.js';

/** What the server answers itself, without a controller: documentation, pixel and links. */
const OWN = /^\/(?:docs(?:-json|-yaml)?(?:\/|$)|o\/1|c\/1)/;

const named = ({ method, url }: Route): string => `${method} ${url}`;

describe('every route', () => {
  let app: TestApp;
  let declared: Declared[];
  beforeAll(async () => {
    app = await startApp();
    declared = declaredRoutes(app);
  });
  afterAll(() => app.close());
  const changing = () => declared.filter(({ method }) => method !== 'GET');

  it('of the server is declared by a controller, or is one of the few of its own', () => {
    const served = routesOf(app).filter(({ method, url }) => method !== '' && method !== 'HEAD' && !OWN.test(url));
    expect(served.length).toBeGreaterThan(90);
    expect(served.map(named).sort()).toEqual(declared.map(named).sort());
  });

  it('says which scope it needs, or that it is open to all, and not both', () => {
    const unsaid = declared.filter(({ says }) => (says(SCOPE) === undefined) === (says(PUBLIC) === undefined));
    expect(unsaid.map(named)).toEqual([]);
  });

  it('that may change something says what the audit log has of it, or why that is nothing', () => {
    const of = (name: string, { handler }: Declared): unknown => Reflect.getMetadata(name, handler);
    const unsaid = changing().filter(
      (route) => (of(AUDITED, route) === undefined) === (of(UNAUDITED, route) === undefined),
    );
    expect(unsaid.map(named)).toEqual([]);
    const unaudited = changing().filter((route) => of(UNAUDITED, route) !== undefined);
    for (const route of unaudited) expect(of(UNAUDITED, route)).toMatch(/^[A-Z].*\.$/);
    // Whoever adds one has to want it.
    expect(unaudited.map(named).sort()).toEqual([
      'POST /campaigns/1/forecast',
      'POST /campaigns/1/preview',
      'POST /campaigns/1/simulate',
      'POST /campaigns/preview',
      'POST /inbound/1',
      'POST /inbound/mail',
      'POST /opt-in/1',
      'POST /preferences/1/1/1',
      'POST /providers/vapid-keys',
      'POST /push/subscribe/1',
      'POST /segments/preview',
      'POST /unsubscribe/1',
    ]);
  });

  it('is closed to every key whose scope is narrower than its own', async () => {
    const keyFor = async (scope: Scope) => ({
      authorization: `Bearer ${await app.app.get(AccessService).createKey(scope, [scope])}`,
    });
    const keys = { read: await keyFor('read'), write: await keyFor('write') };
    const before = await contents(app);
    let asked = 0;
    for (const { method, url, says } of declared) {
      const required = says(SCOPE);
      const lesser = required === 'admin' ? [keys.read, keys.write] : required === 'write' ? [keys.read] : [];
      for (const key of lesser) {
        const answer = await app.request(method, url, undefined, key);
        expect([named({ method, url }), answer.status]).toEqual([named({ method, url }), 403]);
        expectProblem(answer, 403, 'SCOPE_MISSING');
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(50);
    expect(await contents(app)).toEqual(before);
  });
});
