import { createHash } from 'node:crypto';
import { escapeHtml, page, PAGE_HEADERS } from './page.js';

/** What the page needs to know; paths as the browser has them. */
export interface PushPage {
  /** The page's own path, to which a subscription is posted. */
  path: string;
  /** The service worker's. */
  worker: string;
  /** The sender's public key (VAPID), in base64url. */
  key: string;
}

/** Asks for permission on a click, subscribes, and tells the server. `data-state` of the body says how far it is. */
const SCRIPT = `
const { path, worker, key } = document.getElementById('push').dataset;
const words = document.getElementById('words');
const button = document.getElementById('subscribe');
const SAYS = {
  ready: 'We would like to send notifications to this browser.',
  unsupported: 'This browser cannot get notifications here. They need a secure page (https, or localhost).',
  denied: 'Notifications from here are blocked. Allow them in the settings of this site, then load the page again.',
  asking: 'Please answer the question of your browser.',
  subscribing: 'One moment\\u2026',
  subscribed: 'Done. This browser gets notifications from us.',
  failed: 'That did not work. Please try again.',
};
function show(state) {
  document.body.dataset.state = state;
  words.textContent = SAYS[state];
  button.hidden = state !== 'ready' && state !== 'failed';
}
async function subscription() {
  await navigator.serviceWorker.register(worker);
  const { pushManager } = await navigator.serviceWorker.ready;
  const wish = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await pushManager.subscribe(wish);
  } catch (error) {
    // It may be subscribed with another key; then that one has to go first.
    const earlier = await pushManager.getSubscription();
    if (!earlier) throw error;
    await earlier.unsubscribe();
    return pushManager.subscribe(wish);
  }
}
async function subscribe() {
  show('asking');
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return show(permission === 'denied' ? 'denied' : 'ready');
  show('subscribing');
  const body = JSON.stringify(await subscription());
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  show(answer.ok ? 'subscribed' : 'failed');
}
button.addEventListener('click', () => subscribe().catch(() => show('failed')));
const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
show(!able ? 'unsupported' : Notification.permission === 'denied' ? 'denied' : 'ready');
`;

/** As for every page, but this one runs its own script, which talks to this server alone. */
export const PUSH_PAGE_HEADERS: Record<string, string> = {
  ...PAGE_HEADERS,
  'content-security-policy': `${PAGE_HEADERS['content-security-policy']}; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; connect-src 'self'; worker-src 'self'`,
};

/** The page on which a person lets this browser get notifications. */
export function pushPage({ path, worker, key }: PushPage): string {
  const data = Object.entries({ path, worker, key }).map(([name, value]) => `data-${name}="${escapeHtml(value)}"`);
  return page(
    'Notifications',
    `<div id="push" ${data.join(' ')}>
<p id="words" role="status">Your browser runs no scripts here; notifications need them.</p>
<div class="act"><button class="primary" id="subscribe" hidden>Yes, notify me</button></div>
</div>
<script>${SCRIPT}</script>`,
  );
}

/** What is shown while no account can send to browsers. */
export const noPushPage = (): string =>
  page('Notifications', '<p>Notifications to browsers are not set up here yet. Please come back later.</p>');
