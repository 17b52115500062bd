import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { importFile } from './support/importing.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'all');
});
afterAll(() => app.close());

const call = async (method: string, url: string, body?: object) => (await app.request(method, url, body)).body;
const find = async (email: string) => (await call('GET', `/contacts?email=${email}`))[0];
const optOut = { email: 'unsubscribed' };

describe('an opt-out that is told to us', () => {
  it.each<[string, (email: string) => Promise<unknown>]>([
    ['with a new contact', (email) => call('POST', '/contacts', { email, consent: optOut })],
    [
      'by a change',
      async (email) => {
        const { id } = await call('POST', '/contacts', { email });
        return call('PATCH', `/contacts/${id}`, { consent: optOut });
      },
    ],
    ['by a put', (email) => call('PUT', '/contacts', { email, consent: optOut })],
    ['in bulk', (email) => call('POST', '/contacts/bulk', { contacts: [{ email, consent: optOut }] })],
    ['by a file', (email) => importFile(app, `email,email_consent\n${email},unsubscribed\n`)],
  ])('%s holds for the address when the contact is gone, and whatever a call says', async (how, tell) => {
    const email = `${how.split(' ').join('-')}@example.com`;
    await tell(email);
    const { id, suppressed } = await find(email);
    expect(suppressed).toEqual(['email']);
    await app.request('DELETE', `/contacts/${id}`);
    await importFile(app, `email,email_consent\n${email},subscribed\n`, '?overwrite_consent=true&segment=all');
    await call('PUT', '/contacts', { email, consent: { email: 'subscribed' } });
    expect(await find(email)).toMatchObject({ suppressed: ['email'], consent: { email: 'subscribed' } });
    expect(await call('GET', `/suppressions?address=${email}`)).toEqual([
      expect.objectContaining({ channel: 'email', reason: 'unsubscribe' }),
    ]);
    expect(await carryOut(app, { target_segment: 'all' })).toMatchObject({ sent: 0 });
  });

  it('stops a device for everybody who has it', async () => {
    const made = [' shared-device ', 'shared-device'].map((token, index) =>
      call('POST', '/contacts', { external_id: `crm-${index}`, push_subscriptions: [{ token, platform: 'ios' }] }),
    );
    const [one, other] = await Promise.all(made);
    await call('PATCH', `/contacts/${one.id}`, { consent: { push: 'unsubscribed' } });
    expect((await call('GET', `/contacts/${other.id}`)).suppressed).toEqual(['push']);
  });

  it('stays away where it is only tried', async () => {
    await importFile(app, 'email,email_consent\ntried@example.com,unsubscribed\n', '?dry_run=true');
    expect(await call('GET', '/suppressions?address=tried@example.com')).toEqual([]);
  });
});
