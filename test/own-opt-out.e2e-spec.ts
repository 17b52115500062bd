import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { importFile } from './support/importing.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const call = async (method: string, url: string, body?: object) => (await app.request(method, url, body)).body;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const press = (url: string) => app.request('POST', new URL(url).pathname, '', { authorization: '', ...FORM });
const pageOf = async (id: number) => (await call('GET', `/contacts/${id}/links`)).preferences_url;
const out = { email: 'unsubscribed', sms: 'unsubscribed', push: 'unsubscribed' };

/** A contact with only an email address who has pressed "Unsubscribe from all". */
const optedOut = async (name: string, segments: string[] = []) => {
  const contact = { external_id: name, email: `${name}@example.com`, segments };
  const { id } = await call('POST', '/contacts', contact);
  await press(`${await pageOf(id)}/all/unsubscribe`);
  const read = () => call('GET', `/contacts/${id}`);
  const history = async () => (await call('GET', `/contacts/${id}/consent/history`)).length;
  return { id: id as number, read, history };
};

describe('who opted out', () => {
  it.each<[string, (name: string, id: number) => Promise<unknown>]>([
    ['a put', (name) => call('PUT', '/contacts', said(name))],
    ['a change', (name, id) => call('PATCH', `/contacts/${id}`, said(name))],
    ['a bulk call', (name) => call('POST', '/contacts/bulk', { contacts: [said(name)] })],
    [
      'a file',
      (name) =>
        importFile(
          app,
          `external_id,email,phone,email_consent,sms_consent,last_name\n${name},new-${name}@example.com,${phoneOf(name)},subscribed,subscribed,New\n`,
          '?overwrite_consent=true',
        ),
    ],
    [
      'lines of JSON with their source',
      (name) =>
        importFile(app, `${JSON.stringify(said(name))}\n`, '?overwrite_consent=true', {
          'content-type': 'application/x-ndjson',
        }),
    ],
  ])('is not brought back by %s that brings other addresses, too', async (how, tell) => {
    const name = how.toLowerCase().replaceAll(' ', '-');
    await makeSegment(app, name);
    const { id, read, history } = await optedOut(name, [name]);
    await tell(name, id);
    expect(await read()).toMatchObject({
      email: `new-${name}@example.com`,
      phone: phoneOf(name),
      last_name: 'New',
      consent: out,
    });
    expect(await history()).toBe(3);
    expect(await carryOut(app, { target_segment: name })).toMatchObject({ sent: 0, skipped: 1 });
    expect(await carryOut(app, { target_segment: name, channel: 'sms' })).toMatchObject({ sent: 0, skipped: 1 });
  });

  it('is counted in the answer to a bulk call', async () => {
    await optedOut('counted');
    const contacts = [said('counted'), { email: 'fresh@example.com', consent: { email: 'subscribed' } }];
    expect(await call('POST', '/contacts/bulk', { contacts })).toEqual({ created: 1, updated: 1, opted_out: 1 });
  });

  it('is not brought back by way of something else that is said in between', async () => {
    const { id, read } = await optedOut('roundabout');
    const patch = (email: string) => call('PATCH', `/contacts/${id}`, { consent: { email, source: 'call' } });
    await patch('unsubscribed');
    await patch('subscribed');
    expect((await read()).consent.email).toBe('unsubscribed');
    await call('POST', `/contacts/${id}/opt-in`, { channel: 'email', text_version: '1' });
    await patch('subscribed');
    expect((await read()).consent.email).toBe('pending');
    await importFile(app, 'external_id,email_consent\nroundabout,unsubscribed\n');
    await importFile(app, 'external_id,email_consent\nroundabout,subscribed\n', '?overwrite_consent=true');
    expect((await read()).consent.email).toBe('unsubscribed');
  });

  it('comes back by its own word, and then is as free as others', async () => {
    const { id, read } = await optedOut('returning');
    await press(`${await pageOf(id)}/email/subscribe`);
    expect(await read()).toMatchObject({ suppressed: [], consent: { ...out, email: 'subscribed' } });
    await call('PATCH', `/contacts/${id}`, { consent: { email: 'unsubscribed' } });
    await call('PATCH', `/contacts/${id}`, { consent: { email: 'subscribed' } });
    expect((await read()).consent.email).toBe('subscribed');
  });

  it('may be subscribed by others once an admin has taken the address off the list', async () => {
    const { id, read } = await optedOut('released');
    const release = { suppressions: [{ address: 'released@example.com', channel: 'email' }] };
    expect(await call('DELETE', '/suppressions', release)).toEqual({ removed: 1 });
    const [line] = await call('GET', `/contacts/${id}/consent/history`);
    expect(line).toMatchObject({ status: 'unsubscribed', source: 'taken off by test', actor: 'suppression list' });
    const consent = { email: 'subscribed', sms: 'subscribed' };
    await call('PATCH', `/contacts/${id}`, { phone: '+4915112345671', consent });
    expect(await read()).toMatchObject({ suppressed: [], consent: { ...out, email: 'subscribed' } });
  });

  it('is left alone by what somebody else took away and gives back', async () => {
    const { id } = await call('POST', '/contacts', { email: 'operator@example.com', consent: out });
    await call('PUT', '/contacts', { email: 'operator@example.com', consent: { sms: 'subscribed' } });
    expect((await call('GET', `/contacts/${id}`)).consent).toEqual({ ...out, sms: 'subscribed' });
  });
});

const phoneOf = (name: string): string => `+49151${String(1_000_000 + name.length * 7).padStart(8, '2')}`;
const said = (name: string) => ({
  external_id: name,
  email: `new-${name}@example.com`,
  phone: phoneOf(name),
  last_name: 'New',
  consent: { email: 'subscribed', sms: 'subscribed', source: 'call' },
});
