import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignedTokens } from '../src/platform/signed-token.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { importFile } from './support/importing.js';

const HOUR = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'all');
});
afterAll(() => app.close());

const call = async (method: string, url: string, body?: object) => (await app.request(method, url, body)).body;
const find = async (email: string) => (await call('GET', `/contacts?email=${email}`))[0];
/** As a person's browser asks. */
const press = (url: string) => app.request('POST', new URL(url).pathname, '', { authorization: '', ...FORM });
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const pageOf = async (id: number) => (await call('GET', `/contacts/${id}/links`)).preferences_url;
const devices = (...tokens: string[]) => tokens.map((token) => ({ token, platform: 'ios' }));
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

  it.each<[string, (id: number, how: string) => Promise<unknown>]>([
    ['by the preference page', async (id) => press(`${await pageOf(id)}/push/unsubscribe`)],
    ['by a call', (id) => call('PATCH', `/contacts/${id}`, { consent: { push: 'unsubscribed' } })],
    ['by a file', (_, how) => importFile(app, `external_id,push_consent\n${how},unsubscribed\n`)],
  ])('%s holds for every device, and so does the way back', async (how, tell) => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => `${how.replaceAll(' ', '-')}-${name}`) as [
      string,
      string,
      string,
    ];
    const { id } = await call('POST', '/contacts', { external_id: how, push_subscriptions: devices(one, two, three) });
    await tell(id, how);
    await app.request('DELETE', `/contacts/${id}`);
    const again = await call('POST', '/contacts', { external_id: how, push_subscriptions: devices(two, three) });
    expect(again.suppressed).toEqual(['push']);
    await press(`${await pageOf(again.id)}/push/subscribe`);
    for (const [token, times] of [
      [one, 1],
      [two, 0],
      [three, 0],
    ] as const)
      expect(await call('GET', `/suppressions?address=${encodeURIComponent(token)}`)).toHaveLength(times);
  });

  it('stays away where it is only tried', async () => {
    await importFile(app, 'email,email_consent\ntried@example.com,unsubscribed\n', '?dry_run=true');
    expect(await call('GET', '/suppressions?address=tried@example.com')).toEqual([]);
  });
});

describe('a double opt-in', () => {
  const ask = async (id: number, text_version: string) =>
    (await call('POST', `/contacts/${id}/opt-in`, { channel: 'email', text_version })).confirm_url as string;

  it('is given by the link of the last ask alone, and under its text', async () => {
    const { id } = await call('POST', '/contacts', { email: 'replay@example.com' });
    const first = await ask(id, 'v1');
    app.clock.advance(HOUR);
    const second = await ask(id, 'v2');
    expect((await app.request('GET', new URL(first).pathname, undefined, { authorization: '' })).status).toBe(404);
    expect((await press(first)).status).toBe(404);
    for (const _ of ['once', 'and again']) expect((await press(second)).status).toBe(200);
    await press(`${await pageOf(id)}/email/unsubscribe`);
    app.clock.advance(HOUR);
    const third = await ask(id, 'v3');
    for (const used of [first, second]) expect((await press(used)).status).toBe(404);
    const contact = () => call('GET', `/contacts/${id}`);
    expect(await contact()).toMatchObject({ suppressed: ['email'], consent: { email: 'pending' } });
    await press(third);
    expect(await contact()).toMatchObject({ suppressed: [], consent: { email: 'subscribed' } });
    const [last] = await call('GET', `/contacts/${id}/consent/history`);
    expect(last).toMatchObject({ status: 'subscribed', text_version: 'v3' });
  });

  it('does not lift a no that came after the ask, whatever a call makes of it', async () => {
    const { id } = await call('POST', '/contacts', { email: 'lift@example.com' });
    const url = await ask(id, 'v1');
    await press(`${await pageOf(id)}/email/unsubscribe`);
    await call('PATCH', `/contacts/${id}`, { consent: { email: 'pending' } });
    expect((await press(url)).status).toBe(404);
    expect((await call('GET', `/contacts/${id}`)).suppressed).toEqual(['email']);
  });

  it('was asked by an earlier version in a link without its ask', async () => {
    const { id } = await call('POST', '/contacts', { email: 'earlier@example.com' });
    const tokens = app.app.get(SignedTokens);
    const words = tokens.read('opt-in', new URL(await ask(id, 'v1')).pathname.split('/').at(-1)!)!;
    expect((await press(tokens.link('opt-in', words.slice(0, 3), 60_000))).status).toBe(200);
    expect((await find('earlier@example.com')).consent.email).toBe('subscribed');
  });
});
