/** The service worker of the subscribe page: shows what arrives, once for each `tag`, and opens its `url` on a click. */
export const PUSH_WORKER = `
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => {
  const { title, body, icon, tag, url } = event.data ? event.data.json() : {};
  const options = { body, icon, tag, data: { url } };
  event.waitUntil(self.registration.showNotification(title || self.location.hostname, options));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { url } = event.notification.data || {};
  if (url) event.waitUntil(self.clients.openWindow(url));
});
`.trimStart();

/** Asked for anew each time, so that a new version of the product is in use at once. */
export const WORKER_HEADERS: Record<string, string> = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
};
