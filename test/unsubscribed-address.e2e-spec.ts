import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SignedTokens } from '../src/platform/signed-token.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, ledgerOf } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { importFile } from './support/importing.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
afterEach(() => {
  for (const provider of Object.values(app.providers)) provider.messages.length = 0;
});

const message = '{{ unsubscribe_url }}';
const visit = (url: string) => app.request('GET', new URL(url).pathname, undefined, { authorization: '' });
const post = (url: string) => app.request('POST', new URL(url).pathname, '', { authorization: '', ...FORM });
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const listed = async (address: string) =>
  (await app.request('GET', `/suppressions?address=${encodeURIComponent(address)}`)).body;
const optedOut = (channel: string) => [expect.objectContaining({ channel, reason: 'unsubscribe' })];

/** A contact in a segment of its name, and the link in the message that it got. */
const written = async (name: string, channel: 'email' | 'sms' = 'email', more: object = {}) => {
  await makeSegment(app, name);
  const contact = { email: `${name}@example.com`, segments: [name], ...more };
  const { id } = (await app.request('POST', '/contacts', contact)).body;
  const run = await carryOut(app, { target_segment: name, message, channel });
  return { id: id as number, run, url: app.providers[channel].messages.at(-1)!.body };
};
const comesBack = async (name: string) => {
  await importFile(app, `email\n${name}@example.com\n`, `?segment=${name}`);
  const run = await carryOut(app, { target_segment: name });
  return (await ledgerOf(app, run.id))[`${name}@example.com`];
};

describe('the address that an unsubscribe link came to', () => {
  it('is obeyed after the contact has got another one, which is unsubscribed, too', async () => {
    const { id, url } = await written('old');
    await app.request('PATCH', `/contacts/${id}`, { email: 'new@example.com' });
    const asked = await visit(url);
    expect(asked.status).toBe(200);
    expect(asked.body).toContain('o•••@example.com');
    expect(asked.body).not.toContain('/preferences/');
    expect((await post(url)).status).toBe(200);
    expect(await listed('old@example.com')).toEqual(optedOut('email'));
    expect((await app.request('GET', `/contacts/${id}`)).body.consent.email).toBe('unsubscribed');
    expect(await comesBack('old')).toMatchObject({ outcome: 'skipped', reason: 'suppressed' });
  });

  it('is obeyed when the contact is gone, also by one click, and whoever has it later', async () => {
    const { id, run, url } = await written('gone');
    await app.request('DELETE', `/contacts/${id}`);
    const asked = await visit(url);
    expect([asked.status, asked.body.includes('/preferences/')]).toEqual([200, false]);
    for (const _ of ['once', 'and again']) expect((await post(url)).body).toContain('You are unsubscribed');
    expect(await listed('gone@example.com')).toEqual(optedOut('email'));
    expect(await comesBack('gone')).toMatchObject({ outcome: 'skipped', reason: 'suppressed' });
    const facts = sql<{ run_id: number; kind: string }>`select run_id, kind from engagement where contact_id = ${id}`;
    expect(await app.sql(facts)).toEqual([{ run_id: run.id, kind: 'unsubscribed' }]);
  });

  it('is obeyed where somebody has it again before the link is followed', async () => {
    const { id, url } = await written('again');
    await app.request('DELETE', `/contacts/${id}`);
    const [other] = [await app.request('POST', '/contacts', { email: 'again@example.com', segments: ['again'] })];
    await post(url);
    expect((await app.request('GET', `/contacts/${other.body.id}`)).body.suppressed).toEqual(['email']);
    expect(await comesBack('again')).toMatchObject({ outcome: 'skipped', reason: 'suppressed' });
  });

  it('is a phone number, too, and stands in no link for anybody to read', async () => {
    const phone = '+4915112345678';
    const { id, url } = await written('texted', 'sms', { phone });
    const token = url.split('/').at(-1)!;
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('491511');
    expect(token.length).toBeLessThan(64);
    await app.request('DELETE', `/contacts/${id}`);
    await post(url);
    expect(await listed(phone)).toEqual(optedOut('sms'));
  });

  it('is that of the contact where an earlier link does not tell', async () => {
    const { id, run } = await written('earlier');
    const url = app.app.get(SignedTokens).link('unsubscribe', [String(id), 'email', String(run.id)], null);
    expect((await post(url)).status).toBe(200);
    expect(await listed('earlier@example.com')).toEqual(optedOut('email'));
    await app.request('DELETE', `/contacts/${id}`);
    expect([(await visit(url)).status, (await post(url)).status]).toEqual([404, 404]);
  });

  it('may be as long as an address gets', async () => {
    const email = `${'l'.repeat(64)}@${`${'d'.repeat(59)}.`.repeat(3)}example`;
    const { id, url } = await written('long', 'email', { email });
    await app.request('DELETE', `/contacts/${id}`);
    expect((await post(url)).status).toBe(200);
    expect(await listed(email)).toEqual(optedOut('email'));
  });
});
