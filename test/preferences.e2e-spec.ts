import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import type { Scope } from '../src/access/domain/scope.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const DAY = 86_400_000;
const HOST = 'https://news.example.com';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: `${HOST}/`, BATCH_SIZE: '4', WINDOW_SIZE: '2', SENDER_LANES: '1' } });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  for (const provider of Object.values(app.providers)) provider.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
});

const create = async (body: object) => (await app.request('POST', '/contacts', body)).body;
const consentOf = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body.consent;
/** As a person's browser asks: no key, and a button sends an empty form. */
const visit = (url: string) => app.request('GET', url.replace(HOST, ''), undefined, { authorization: '' });
const press = (url: string) =>
  app.request('POST', url.replace(HOST, ''), undefined, {
    authorization: '',
    'content-type': 'application/x-www-form-urlencoded',
  });
/** The buttons of a page: where each sends its form, by its label. */
const buttonsOf = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/action="([^"]+)"><button[^>]*?aria-label="([^"]+)"/g)].map(([, url, label]) => [label!, url!]),
  );
const pageOf = async (id: number) => (await app.request('GET', `/contacts/${id}/links`)).body.preferences_url as string;

describe('the preference page', () => {
  it('shows the channels a person has, its address shortened, and loads and runs nothing', async () => {
    const { id } = await create({ email: 'ada@example.com', phone: '+4915112345678', first_name: '<b>Ada' });
    const url = await pageOf(id);
    expect(url).toMatch(/^https:\/\/news\.example\.com\/preferences\/[\w-]+$/);
    const { status, headers, body } = await visit(url);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'/,
    );
    expect(body).toContain('a•••@example.com');
    expect(body).toContain('+49•••••••••78');
    expect(body).not.toMatch(/ada@example|<script|https?:|url\(/);
    expect(Object.keys(buttonsOf(body))).toEqual([
      'Unsubscribe from Email',
      'Unsubscribe from Text messages',
      'Unsubscribe from all',
    ]);
  });

  it('unsubscribes at once, for good, and lets only the person come back', async () => {
    await makeSegment(app, 'one');
    const { id } = await create({ email: 'one@example.com', segments: ['one'] });
    const url = await pageOf(id);
    const before = await contents(app);
    const { body } = await visit(url);
    expect(await contents(app)).toEqual(before);
    const pressed = await press(buttonsOf(body)['Unsubscribe from Email']!);
    expect(pressed).toMatchObject({ status: 303, headers: { location: `${url.replace(HOST, '')}?saved` } });
    const after = await visit(pressed.headers.location!);
    expect(after.body).toContain('Saved.');
    expect(await consentOf(id)).toMatchObject({ email: 'unsubscribed', sms: 'subscribed' });
    const [line] = (await app.request('GET', `/contacts/${id}/consent/history`)).body;
    expect(line).toMatchObject({
      channel: 'email',
      status: 'unsubscribed',
      source: 'preference page',
      actor: 'contact',
    });
    await app.request('PATCH', `/contacts/${id}`, { consent: { email: 'subscribed' } });
    const run = await carryOut(app, { target_segment: 'one' });
    expect((await ledgerOf(app, run.id))['one@example.com']).toMatchObject({ reason: 'unsubscribed' });
    await app.request('DELETE', `/contacts/${id}`);
    const again = await create({ email: 'one@example.com', segments: ['one'] });
    expect(again.suppressed).toEqual(['email']);
    await press(`${await pageOf(again.id)}/email/unsubscribe`);
    await press(buttonsOf((await visit(await pageOf(again.id))).body)['Subscribe to Email']!);
    expect(await carryOut(app, { target_segment: 'one' })).toMatchObject({ sent: 1, skipped: 0 });
  });

  it('is obeyed by a running run from its next window on', async () => {
    await makeContacts(app, 4, { prefix: 'p', segments: [(await makeSegment(app, 'pages'), 'pages')] });
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    const campaign = await makeCampaign(app, { target_segment: 'pages' });
    const working = app.tick();
    await handedOver(app, 2);
    const [{ id }] = (await app.request('GET', '/contacts?email=p4@example.com')).body;
    expect((await press(`${await pageOf(id)}/all/unsubscribe`)).status).toBe(303);
    held.open();
    await working;
    expect(await latestRun(app, campaign.id)).toMatchObject({ sent: 3, skipped: 1 });
    expect(await consentOf(id)).toEqual({ email: 'unsubscribed', sms: 'unsubscribed', push: 'unsubscribed' });
  });

  it('is no way for a key that may only write to speak as the person, and an admin who does is recorded', async () => {
    const { id } = await create({ email: 'reader@example.com' });
    const links = async (scope: Scope) =>
      app.request('GET', `/contacts/${id}/links`, undefined, {
        authorization: `Bearer ${await app.app.get(AccessService).createKey(scope, [scope])}`,
      });
    for (const scope of ['read', 'write'] as const) expectProblem(await links(scope), 403, 'SCOPE_MISSING');
    expect((await links('admin')).status).toBe(200);
    const [entry] = (await app.request('GET', '/audit')).body;
    expect(entry).toMatchObject({ action: 'contact.links_read', target_id: String(id), actor: { name: 'admin' } });
  });

  it('offers no way back from what others stopped', async () => {
    const { id } = await create({ email: 'stopped@example.com' });
    await app.request('POST', '/suppressions', { address: 'stopped@example.com', reason: 'complaint' });
    const { body } = await visit(await pageOf(id));
    expect(body).toContain('Stopped');
    expect(buttonsOf(body)).toEqual({});
    await press(`${await pageOf(id)}/email/subscribe`);
    expect((await app.request('GET', `/contacts/${id}`)).body.suppressed).toContain('email');
  });

  it('shows as unsubscribed who is so only by the list, and as stopped whom it stops on every channel', async () => {
    const { id } = await create({ email: 'list@example.com' });
    const url = await pageOf(id);
    await app.request('POST', '/suppressions', {
      address: 'list@example.com',
      channel: 'email',
      reason: 'unsubscribe',
    });
    expect(Object.keys(buttonsOf((await visit(url)).body))).toEqual(['Subscribe to Email']);
    await press(`${url}/email/subscribe`);
    expect((await app.request('GET', `/contacts/${id}`)).body.suppressed).toEqual([]);
    const [line] = (await app.request('GET', `/contacts/${id}/consent/history`)).body;
    expect(line).toMatchObject({ channel: 'email', status: 'subscribed', source: 'preference page' });
    await app.request('POST', '/suppressions', { address: 'list@example.com', reason: 'unsubscribe' });
    const { body } = await visit(url);
    expect(body).toContain('Stopped');
    expect(buttonsOf(body)).toEqual({});
  });

  it('is no page for a link that we did not make, or whose contact is gone', async () => {
    const { id } = await create({ email: 'short@example.com' });
    const url = await pageOf(id);
    const other = await pageOf(id + 1_000).catch(() => undefined);
    expect(other).toBeUndefined();
    for (const wrong of [
      `${url.slice(0, -1)}_`,
      '/preferences/abc',
      '/opt-in/abc',
      url.replace('preferences', 'opt-in'),
    ]) {
      expect((await visit(wrong)).status).toBe(404);
      expect((await press(wrong.includes('opt-in') ? wrong : `${wrong}/email/unsubscribe`)).status).toBe(404);
    }
    for (const path of ['fax/unsubscribe', 'email/maybe', 'email/constructor'])
      expect((await press(`${url}/${path}`)).status).toBe(404);
    await app.request('POST', `/contacts/${id}/erase`);
    expect((await visit(url)).status).toBe(404);
  });
});

describe('double opt-in', () => {
  const ask = (id: number, body: object = { channel: 'email', text_version: '7', source: 'form' }) =>
    app.request('POST', `/contacts/${id}/opt-in`, body);

  it('waits for the person, who confirms by a button and not by following the link', async () => {
    await makeSegment(app, 'doi');
    const { id } = await create({ email: 'doi@example.com', segments: ['doi'] });
    const { status, body } = await ask(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      contact_id: id,
      channel: 'email',
      provider: 'recording',
      outcome: 'sent',
      code: null,
    });
    const [message] = app.providers.email.messages;
    expect(message).toMatchObject({ to: 'doi@example.com', subject: 'Please confirm' });
    expect(message!.body).toContain(body.confirm_url);
    expect(await carryOut(app, { target_segment: 'doi' })).toMatchObject({ sent: 0, skipped: 1 });
    const page = await visit(body.confirm_url);
    expect(page.body).toContain('Yes, subscribe me');
    expect(await consentOf(id)).toMatchObject({ email: 'pending' });
    for (const _ of ['once', 'and again']) expect((await press(body.confirm_url)).status).toBe(200);
    expect(await consentOf(id)).toMatchObject({ email: 'subscribed' });
    const history = (await app.request('GET', `/contacts/${id}/consent/history`)).body;
    expect(history).toEqual([
      expect.objectContaining({ status: 'subscribed', source: 'double opt-in', text_version: '7', actor: 'contact' }),
      expect.objectContaining({ status: 'pending', source: 'form', text_version: '7', actor: 'test' }),
    ]);
    expect(await carryOut(app, { target_segment: 'doi' })).toMatchObject({ sent: 1 });
  });

  it('brings back who had unsubscribed, once it is confirmed', async () => {
    const { id } = await create({ email: 'back@example.com' });
    await press(`${await pageOf(id)}/email/unsubscribe`);
    const { body } = await ask(id);
    const suppressed = async () => (await app.request('GET', `/contacts/${id}`)).body.suppressed;
    expect(await suppressed()).toEqual(['email']);
    await press(body.confirm_url);
    expect(await suppressed()).toEqual([]);
  });

  it('is not confirmed by a key that may ask and not administer: it is not told where', async () => {
    const { id } = await create({ email: 'not-by-key@example.com' });
    const write = { authorization: `Bearer ${await app.app.get(AccessService).createKey('crm', ['write'])}` };
    const wish = { channel: 'email', text_version: '7' };
    const { status, body } = await app.request('POST', `/contacts/${id}/opt-in`, wish, write);
    expect([status, body.outcome, body.confirm_url]).toEqual([200, 'sent', null]);
    expect(app.providers.email.messages[0]!.body).toContain('/opt-in/');
  });

  it('is too late after two weeks, after another address, and after a no', async () => {
    const made = await Promise.all(['late', 'moved', 'no'].map((name) => create({ email: `${name}@example.com` })));
    const [late, moved, no] = made.map(({ id }) => id as number) as [number, number, number];
    const links = [];
    for (const id of [late, moved, no]) links.push((await ask(id)).body.confirm_url);
    await app.request('PATCH', `/contacts/${moved}`, { email: 'elsewhere@example.com' });
    await press(`${await pageOf(no)}/email/unsubscribe`);
    expect((await visit(links[0])).status).toBe(200);
    app.clock.advance(14 * DAY);
    for (const link of links) expect((await press(link)).status).toBe(404);
    for (const id of [late, moved]) expect(await consentOf(id)).toMatchObject({ email: 'pending' });
    expect(await consentOf(no)).toMatchObject({ email: 'unsubscribed' });
  });

  it('tells what the provider said, and is refused where nothing can be sent', async () => {
    const { id } = await create({ email: 'refusing@example.com' });
    app.providers.email.answer = () => ({ outcome: 'rejected', code: 'smtp_550', response: 'no' });
    expect((await ask(id)).body).toMatchObject({ outcome: 'rejected', code: 'smtp_550', response: 'no' });
    expectProblem(await ask(id, { channel: 'sms', text_version: '1' }), 409, 'NO_ADDRESS');
    expectProblem(await ask(id, { channel: 'fax', text_version: '1' }), 400, 'VALIDATION_FAILED', '/channel');
    expectProblem(await ask(id, { channel: 'email' }), 400, 'VALIDATION_FAILED', '/text_version');
    expectProblem(await ask(999_999), 404, 'CONTACT_NOT_FOUND');
    await app.request('POST', '/suppressions', { address: 'refusing@example.com', reason: 'bounce' });
    expectProblem(await ask(id), 409, 'CONTACT_SUPPRESSED');
  });
});
