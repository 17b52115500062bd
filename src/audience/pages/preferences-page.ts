import type { Channel } from '../domain/channel.js';
import type { ChannelConsent } from '../consent.dto.js';
import { escapeHtml, page } from './page.js';

/** A channel as the person sees it. */
export interface ShownChannel extends Pick<ChannelConsent, 'channel' | 'status'> {
  /** Shortened, for links are passed on. */
  address: string;
  /** Suppressed for another reason than the person's own word, which the person cannot undo here. */
  blocked: boolean;
}

const NAMES: Record<Channel, string> = { email: 'Email', sms: 'Text messages', push: 'Notifications' };

/** The page by which a person decides what it wants to get. `path` is the page's own, below which every button posts; `saved` says that one worked. */
export function preferencesPage(path: string, channels: readonly ShownChannel[], saved: boolean): string {
  const action = escapeHtml(path);
  const open = channels.filter(({ status, blocked }) => status !== 'unsubscribed' && !blocked);
  return page(
    'Your messages',
    `<p>Choose what you want to get from us. A change holds at once.</p>
${saved ? '<p class="note" role="status">Saved. Your choice holds from now on.</p>' : ''}
${
  channels.length === 0
    ? '<p class="note">We have no address of yours, and send you nothing.</p>'
    : `<ul>\n${channels.map((channel) => row(action, channel)).join('\n')}\n</ul>`
}
${open.length > 1 ? `<div class="all"><p>Nothing at all any more?</p>${button(`${action}/all/unsubscribe`, 'Unsubscribe from all')}</div>` : ''}`,
  );
}

function row(action: string, { channel, status, address, blocked }: ShownChannel): string {
  const on = status !== 'unsubscribed' && !blocked;
  const state = blocked
    ? ['blocked', 'Stopped']
    : {
        subscribed: ['subscribed', 'Subscribed'],
        pending: ['pending', 'Not confirmed yet'],
        unsubscribed: ['', 'Unsubscribed'],
      }[status];
  const change = on
    ? button(`${action}/${channel}/unsubscribe`, 'Unsubscribe', `Unsubscribe from ${NAMES[channel]}`)
    : button(`${action}/${channel}/subscribe`, 'Subscribe', `Subscribe to ${NAMES[channel]}`);
  return `<li><div class="what"><div class="name">${NAMES[channel]} <span class="state ${state[0]}">${state[1]}</span></div>
<div class="address">${escapeHtml(address)}</div>${blocked ? '<div class="address">We do not write to this address. Contact us to change that.</div>' : ''}</div>${blocked ? '' : change}</li>`;
}

const button = (action: string, text: string, label = text): string =>
  `<form method="post" action="${action}"><button aria-label="${escapeHtml(label)}">${escapeHtml(text)}</button></form>`;
