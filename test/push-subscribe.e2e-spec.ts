import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/push-service.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { contents } from './support/problems.js';

const HOST = 'https://news.example.com';
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: `${HOST}/bells`, POSTAL_ADDRESS: '1 Bell Lane' } });
});
afterAll(() => app.close());

const open = { authorization: '' };
const visit = (path: string) => app.request('GET', path, undefined, open);
const post = (path: string, body: unknown) => app.request('POST', path, body, open);
const contactOf = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body;

/** A contact, and the path of the link that a message brought it. */
async function invite(name: string, more: object = {}): Promise<{ id: number; path: string }> {
  await makeSegment(app, name);
  const contact = { email: `${name}@example.com`, segments: [name], ...more };
  const { id } = (await app.request('POST', '/contacts', contact)).body;
  await carryOut(app, { target_segment: name, message: 'To {{ push_subscribe_url }}' });
  const [, path] = /^To https:\/\/news\.example\.com\/bells(\/push\/subscribe\/[\w-]+)/.exec(
    app.providers.email.messages.at(-1)!.body,
  )!;
  return { id, path: path! };
}
const subscription = (name: string) => ({
  ...new Browser(name, 'https://push.example').subscription,
  expirationTime: null,
});

describe('the page on which a browser is subscribed', () => {
  it('says so while no account sends to browsers, and then offers its key, and changes nothing by itself', async () => {
    const { path } = await invite('ann');
    expect((await visit(path)).body).toContain('not set up here yet');
    const keys = (await app.request('POST', '/providers/vapid-keys')).body;
    const made = await app.request('POST', '/providers', {
      ...{ name: 'browsers', channel: 'push', kind: 'web_push' },
      settings: { subject: 'mailto:a@example.org', public_key: keys.public_key },
      secrets: { private_key: keys.private_key },
    });
    expect(made.status).toBe(201);
    const before = await contents(app);
    const { status, headers, body } = await visit(path);
    expect([status, headers['cache-control'], headers['content-type']]).toEqual([
      ...[200, 'no-store', 'text/html; charset=utf-8'],
    ]);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*; script-src 'sha256-[^']+'; connect-src/);
    expect(body).toContain(
      `data-path="/bells${path}" data-worker="/bells/push/worker.js" data-key="${keys.public_key}"`,
    );
    expect(body).not.toContain('ann@example.com');
    expect(await contents(app)).toEqual(before);
  });

  it('adds the browser to the contact of the link, with its consent', async () => {
    const { id, path } = await invite('ben', { consent: { push: 'unsubscribed' } });
    const given = subscription('b1');
    expect(await post(path, given)).toMatchObject({ status: 204, body: null });
    const { push_subscriptions, consent } = await contactOf(id);
    expect(push_subscriptions).toEqual([{ ...given, registered_at: app.clock.now().toISOString() }]);
    expect(consent.push).toBe('subscribed');
    const [change] = (await app.request('GET', `/contacts/${id}/consent/history`)).body;
    expect(change).toMatchObject({ channel: 'push', source: 'push subscribe page', actor: 'contact' });
  });

  it('keeps one subscription for a browser, and the other browsers', async () => {
    const { id, path } = await invite('cat');
    const [one, other] = [subscription('c1'), subscription('c2')];
    await post(path, one);
    await post(path, other);
    app.clock.advance(1_000);
    const renewed = { ...one, keys: subscription('c1').keys };
    await post(path, renewed);
    const { push_subscriptions } = await contactOf(id);
    expect(push_subscriptions).toMatchObject([other, renewed]);
    // What the page wrote can be written back as it is.
    expect((await app.request('PATCH', `/contacts/${id}`, { push_subscriptions })).status).toBe(200);
  });

  it('does nothing by a link that is none, was made for something else, or whose contact is gone', async () => {
    const { id, path } = await invite('dot');
    const forged = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`;
    const token = path.slice('/push/subscribe/'.length);
    expect((await visit(`/preferences/${token}`)).status).toBe(404);
    expect((await visit(forged)).status).toBe(404);
    expect(await post(forged, subscription('d'))).toMatchObject({ status: 404, body: { code: 'LINK_NOT_GOOD' } });
    await app.request('DELETE', `/contacts/${id}`);
    expect((await visit(path)).status).toBe(404);
    expect((await post(path, subscription('d'))).status).toBe(404);
  });

  it('takes nothing but what a browser gives', async () => {
    const { id, path } = await invite('eli');
    const given = subscription('e');
    for (const wrong of [
      ...[{}, [], { token: 't', platform: 'ios' }, { ...given, endpoint: 'http://10.0.0.1/x' }],
      ...[
        { ...given, keys: { p256dh: 'x', auth: 'y' } },
        { ...given, extra: 1 },
        { ...given, keys: null },
      ],
    ])
      expect([wrong, (await post(path, wrong)).status]).toEqual([wrong, 400]);
    expect((await contactOf(id)).push_subscriptions).toEqual([]);
  });
});
