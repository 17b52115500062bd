import type { Channel } from '../domain/channel.js';
import { escapeHtml, page } from './page.js';

const WHAT: Record<Channel, string> = { email: 'email', sms: 'text messages', push: 'notifications' };

/**
 * Asks a person whether it means it: following the link alone changes nothing. `path` is the page's own; `preferencesUrl` is
 * null where the address is nobody's any more.
 */
export function unsubscribePage(
  path: string,
  channel: Channel,
  address: string,
  preferencesUrl: string | null,
): string {
  const choice =
    preferencesUrl === null ? '' : ` You can also <a href="${escapeHtml(preferencesUrl)}">choose what you get</a>.`;
  return page(
    'Unsubscribe',
    `<p>Do you want no more ${WHAT[channel]} from us at <strong>${escapeHtml(address)}</strong>?</p>
<form class="act" method="post" action="${escapeHtml(path)}"><button class="primary">Unsubscribe</button></form>
<p class="small">It holds at once.${choice}</p>`,
  );
}

/** Says that it is done; the same when it is done twice. */
export function unsubscribedPage(channel: Channel, address: string, preferencesUrl: string | null): string {
  const choice =
    preferencesUrl === null
      ? ''
      : ` You can change your mind at any time: <a href="${escapeHtml(preferencesUrl)}">your messages</a>.`;
  return page(
    'You are unsubscribed',
    `<p>We send no more ${WHAT[channel]} to <strong>${escapeHtml(address)}</strong>.</p>
<p class="small">What you ask for yourself, such as a receipt, may still come.${choice}</p>`,
  );
}
