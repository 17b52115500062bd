import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Chromium, CHROMIUM, type Page } from './support/chromium.js';
import { eventually } from './support/engine.js';
import { Browser } from './support/push-service.js';

/** Everything is real but the subscription: Chromium has no push service to turn to here. */
const inABrowser = CHROMIUM ? describe : describe.skip;

inABrowser('the subscribe page in a browser', () => {
  let app: TestApp;
  let chromium: Chromium;
  let origin: string;
  let url: string;
  let contactId: number;
  const given = { ...new Browser('real', 'https://push.example').subscription, expirationTime: null };
  beforeAll(async () => {
    [app, chromium] = await Promise.all([startApp(), Chromium.start()]);
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
    await chromium?.close();
    await app?.close();
  });

  const stub = `PushManager.prototype.subscribe = async (wish) => {
    window.wished = wish;
    return ${JSON.stringify(given)};
  }`;
  const state = (page: Page) => page.run('document.body?.dataset.state');
  const until = (page: Page, wanted: string) =>
    eventually(
      () => state(page),
      (seen) => seen === wanted,
    );
  const shown = (page: Page) => page.run(`!document.getElementById('subscribe').hidden`);
  const click = (page: Page) => page.run(`document.getElementById('subscribe').click()`);

  it('tells who blocked notifications how to allow them, and offers no button', async () => {
    await chromium.allow(origin, 'notifications', 'denied');
    const page = await chromium.open(url);
    await until(page, 'denied');
    expect(await shown(page)).toBe(false);
  });

  it('tells a browser that cannot get any', async () => {
    const page = await chromium.open(url, 'delete window.PushManager');
    await until(page, 'unsupported');
    expect(await shown(page)).toBe(false);
  });

  it('asks only after a click, and subscribes by its service worker with the key of the account', async () => {
    await chromium.allow(origin, 'notifications', 'prompt');
    const page = await chromium.open(url, stub);
    await until(page, 'ready');
    expect(await shown(page)).toBe(true);
    expect(await page.run('navigator.serviceWorker.getRegistrations().then(({ length }) => length)')).toBe(0);
    await chromium.allow(origin, 'notifications', 'granted');
    await click(page);
    await until(page, 'subscribed');
    const { public_key } = (await app.request('GET', '/providers')).body.find(
      ({ name }: { name: string }) => name === 'browsers',
    ).settings;
    expect(await page.run('window.wished')).toEqual({ userVisibleOnly: true, applicationServerKey: public_key });
    const { push_subscriptions } = (await app.request('GET', `/contacts/${contactId}`)).body;
    expect(push_subscriptions).toEqual([{ ...given, registered_at: expect.any(String) }]);
  });

  it('has a service worker that shows each message once, with its title and text', async () => {
    const page = await chromium.open(url);
    const registration = new Promise<string>((resolve) =>
      chromium.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        const active = versions.find(({ status }: { status: string }) => status === 'activated');
        if (active) resolve(active.registrationId);
      }),
    );
    await page.ask('ServiceWorker.enable');
    const registrationId = await registration;
    const message = { title: 'The bell', body: 'It rings', tag: '1.1.x', url: 'https://example.org/' };
    for (const data of [message, { ...message, body: 'It rings again' }, { ...message, tag: '2.1.x' }])
      await page.ask('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(data) });
    const look = () =>
      page.run(`navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url })))`);
    const seen = await eventually(look, (all) => all.length === 2 && all[0].body !== 'It rings');
    expect(seen).toEqual([
      { ...message, body: 'It rings again' },
      { ...message, tag: '2.1.x' },
    ]);
  });

  it('says that it did not work where the server refuses, and lets it be tried again', async () => {
    const refused = await chromium.open(url, stub.replace(given.keys.auth, 'none'));
    await until(refused, 'ready');
    await click(refused);
    await until(refused, 'failed');
    expect(await shown(refused)).toBe(true);
  });
});
