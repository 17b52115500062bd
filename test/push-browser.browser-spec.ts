import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { startApp, type TestApp } from './support/app.js';
import { openProfile } from './support/browser.js';
import { eventually } from './support/engine.js';
import { Browser } from './support/push-service.js';

/** Everything is real but the subscription: the browser has no push service to turn to here. */
describe('the subscribe page in a browser', () => {
  let app: TestApp;
  let context: BrowserContext;
  let origin: string;
  let url: string;
  let contactId: number;
  const given = { ...new Browser('real', 'https://push.example').subscription, expirationTime: null };
  beforeAll(async () => {
    [app, context] = await Promise.all([startApp(), openProfile()]);
    await app.app.listen(0, '127.0.0.1');
    origin = `http://localhost:${(app.app.getHttpServer().address() as { port: number }).port}`;
    const keys = (await app.request('POST', '/providers/vapid-keys')).body;
    await app.request('POST', '/providers', {
      ...{ name: 'browsers', channel: 'push', kind: 'web_push' },
      settings: { subject: 'mailto:a@example.org', public_key: keys.public_key },
      secrets: { private_key: keys.private_key },
    });
    contactId = (await app.request('POST', '/contacts', { email: 'ada@example.com' })).body.id;
    const { push_subscribe_url } = (await app.request('GET', `/contacts/${contactId}/links`)).body;
    url = origin + new URL(push_subscribe_url).pathname;
  });
  afterAll(async () => {
    await context?.close();
    await app?.close();
  });

  const stub = `PushManager.prototype.subscribe = async (wish) => {
    window.wished = wish;
    return ${JSON.stringify(given)};
  }`;
  /** Opens a page; `before` runs in it ahead of its own scripts. */
  const open = async (before = ''): Promise<Page> => {
    const page = await context.newPage();
    await page.addInitScript(before);
    await page.goto(url);
    return page;
  };
  /** Unless of a page that it is given, of the one that a profile opens with. */
  const devTools = (page = context.pages()[0]!): Promise<CDPSession> => context.newCDPSession(page);
  const decide = async (setting: 'denied' | 'prompt' | 'granted') =>
    (await devTools()).send('Browser.setPermission', { origin, permission: { name: 'notifications' }, setting });
  const until = (page: Page, wanted: string) => page.waitForSelector(`body[data-state="${wanted}"]`);
  const button = (page: Page) => page.locator('#subscribe');

  it('tells who blocked notifications how to allow them, and offers no button', async () => {
    await decide('denied');
    const page = await open();
    await until(page, 'denied');
    expect(await button(page).isVisible()).toBe(false);
  });

  it('tells a browser that cannot get any', async () => {
    const page = await open('delete window.PushManager');
    await until(page, 'unsupported');
    expect(await button(page).isVisible()).toBe(false);
  });

  it('asks only after a click, and subscribes by its service worker with the key of the account', async () => {
    await decide('prompt');
    const page = await open(stub);
    await until(page, 'ready');
    expect(await button(page).isVisible()).toBe(true);
    expect(await page.evaluate('navigator.serviceWorker.getRegistrations().then(({ length }) => length)')).toBe(0);
    await decide('granted');
    await button(page).click();
    await until(page, 'subscribed');
    const { public_key } = (await app.request('GET', '/providers')).body.find(
      ({ name }: { name: string }) => name === 'browsers',
    ).settings;
    expect(await page.evaluate('window.wished')).toEqual({ userVisibleOnly: true, applicationServerKey: public_key });
    const { push_subscriptions } = (await app.request('GET', `/contacts/${contactId}`)).body;
    expect(push_subscriptions).toEqual([{ ...given, registered_at: expect.any(String) }]);
  });

  it('has a service worker that shows each message once, with its title and text', async () => {
    const page = await open();
    const session = await devTools(page);
    const registration = new Promise<string>((resolve) =>
      session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        const active = versions.find(({ status }) => status === 'activated');
        if (active) resolve(active.registrationId);
      }),
    );
    await session.send('ServiceWorker.enable');
    const registrationId = await registration;
    const message = { title: 'The bell', body: 'It rings', tag: '1.1.x', url: 'https://example.org/' };
    const look = () =>
      page.evaluate<(typeof message)[]>(`navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url })))`);
    // DevTools loses one now and then, while the worker starts: such a one is sent again.
    const show = async (sent: typeof message): Promise<(typeof message)[]> => {
      await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(sent) });
      const isShown = (all: (typeof message)[]) => all.some(({ body, tag }) => body === sent.body && tag === sent.tag);
      return eventually(look, isShown, 3_000).catch(() => show(sent));
    };
    await show(message);
    await show({ ...message, body: 'It rings again' });
    const seen = await show({ ...message, tag: '2.1.x' });
    expect(seen).toEqual([
      { ...message, body: 'It rings again' },
      { ...message, tag: '2.1.x' },
    ]);
  });

  it('says that it did not work where the server refuses, and lets it be tried again', async () => {
    const refused = await open(stub.replace(given.keys.auth, 'none'));
    await until(refused, 'ready');
    await button(refused).click();
    await until(refused, 'failed');
    expect(await button(refused).isVisible()).toBe(true);
  });
});
