import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiDocument } from './support/api-samples.js';
import { type Answer, startApp, type TestApp } from './support/app.js';
import { contents, expectProblem } from './support/problems.js';

/** What anybody's program may write behind a question mark. */
const TOLERANT = ['/health/live', '/health/ready', '/inbound/{account}'];

/** Everything documented that can be asked, and the parameters it says it has. */
const operations = () => {
  const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      url: path.replaceAll(/\{\w+\}/g, '999999'),
      names: parameters.flatMap(({ name, in: where }) => (where === 'query' ? [name] : [])),
    })),
  );
};
const refusedAsUnknown = ({ body }: Answer, name: string): boolean =>
  (body?.errors ?? []).some(
    ({ pointer, message }: { pointer: string; message: string }) =>
      pointer === `/${name}` && message === `property ${name} should not exist`,
  );

describe('a query parameter', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { API_REQUESTS_PER_MINUTE: '0' } });
  });
  afterAll(() => app.close());

  it('that an operation of the API does not know is refused, whatever else is wrong, and nothing is done', async () => {
    const before = await contents(app);
    const strict = operations().filter(({ path }) => !TOLERANT.includes(path));
    expect(strict.length).toBeGreaterThan(100);
    for (const { method, url } of strict) {
      const answer = await app.request(method, `${url}?no_such_parameter=1`);
      expect([method, url, answer.status, refusedAsUnknown(answer, 'no_such_parameter')]).toEqual([
        method,
        url,
        400,
        true,
      ]);
      expectProblem(answer, 400, 'VALIDATION_FAILED', '/no_such_parameter');
    }
    expect(await contents(app)).toEqual(before);
  });

  it('that it knows is not', async () => {
    const declared = operations().flatMap(({ names, ...operation }) => names.map((name) => ({ ...operation, name })));
    expect(declared.length).toBeGreaterThan(60);
    for (const { method, url, name } of declared) {
      const answer = await app.request(method, `${url}?${name}=1`);
      expect([method, url, name, refusedAsUnknown(answer, name)]).toEqual([method, url, name, false]);
    }
  });

  it('is nobody’s business where others write the address, or lengthen it', async () => {
    const marked = '?utm_source=x&fbclid=y';
    for (const url of [
      '/',
      '/health/live',
      '/health/ready',
      '/docs',
      '/o/x.gif',
      '/c/x',
      '/unsubscribe/x',
      '/preferences/x',
      '/push/x',
    ].concat('/dashboard/'))
      expect([url, (await app.request('GET', url + marked)).status]).toEqual([
        url,
        (await app.request('GET', url)).status,
      ]);
    const webhook = await app.request('POST', `/inbound/nobody${marked}`, {});
    expectProblem(webhook, 404, webhook.body.code);
  });
});
