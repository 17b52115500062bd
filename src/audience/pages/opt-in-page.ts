import type { Channel } from '../domain/channel.js';
import { escapeHtml, page } from './page.js';

const WHAT: Record<Channel, string> = { email: 'email', sms: 'text messages', push: 'notifications' };

/** Asks a person to confirm: following the link alone changes nothing, for mail scanners follow every link. `path` is the page's own. */
export function optInPage(path: string, channel: Channel, address: string): string {
  return page(
    'Please confirm',
    `<p>Do you want to get ${WHAT[channel]} from us at <strong>${escapeHtml(address)}</strong>?</p>
<form class="act" method="post" action="${escapeHtml(path)}"><button class="primary">Yes, subscribe me</button></form>
<p class="small">If you did not ask for it, do nothing: you will not get anything.</p>`,
  );
}

/** Says that it worked; the same when it is done twice. */
export function confirmedPage(channel: Channel, address: string, preferencesUrl: string): string {
  return page(
    'You are subscribed',
    `<p>From now on you get ${WHAT[channel]} from us at <strong>${escapeHtml(address)}</strong>. You can change your mind at any time.</p>
<p class="small"><a href="${escapeHtml(preferencesUrl)}">Your messages</a></p>`,
  );
}
