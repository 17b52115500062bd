import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';

const HOME = 'https://example.com/mail/news';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: `${HOME}/` } });
});
afterAll(() => app.close());

/** As a proxy asks that serves the installation below a path, and takes it away. */
const ask = (method: string, url: string) =>
  app.request(method, url.replace(HOME, ''), undefined, { authorization: '' });

it('pages below a path lead back to where the browser found them', async () => {
  const { id } = (await app.request('POST', '/contacts', { email: 'ada@example.com' })).body;
  const url = (await app.request('GET', `/contacts/${id}/links`)).body.preferences_url as string;
  const path = new URL(url).pathname;
  expect(path).toMatch(/^\/mail\/news\/preferences\//);
  expect((await ask('GET', url)).body).toContain(`action="${path}/email/unsubscribe"`);
  const pressed = await ask('POST', `${url}/email/unsubscribe`);
  expect(pressed).toMatchObject({ status: 303, headers: { location: `${path}?saved` } });
  const wish = { channel: 'email', text_version: '1' };
  const { confirm_url } = (await app.request('POST', `/contacts/${id}/opt-in`, wish)).body;
  expect((await ask('GET', confirm_url)).body).toContain(`action="${new URL(confirm_url).pathname}"`);
});

it('the next page of a list, and an import, are below the path, too', async () => {
  for (const name of ['north', 'south']) await app.request('POST', '/segments', { name });
  const { link } = (await app.request('GET', '/segments?limit=1')).headers;
  expect(link).toMatch(/^<\/mail\/news\/segments\?limit=1&cursor=\w+>; rel="next"$/);
  const file = Buffer.from('email\nbob@example.com\n');
  const { body, headers } = await app.request('POST', '/imports', file, { 'content-type': 'text/csv' });
  expect(headers.location).toBe(`/mail/news/imports/${body.id}`);
});
