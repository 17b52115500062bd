import type { StoredSubscription } from '../../../audience/domain/stored-subscription.js';
import type { PushPayload } from '../../../campaigns/domain/push-size.js';
import type { OutgoingMessage } from '../provider.js';

/** Text that every reader of JSON takes: half of a character is none. */
const whole = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** What a message says, as the service worker and apps read it. */
export function payloadOf({ subject, body, deliveryKey, notice }: OutgoingMessage): PushPayload {
  return {
    title: subject === null ? undefined : whole(subject),
    body: whole(body),
    url: notice?.url ?? undefined,
    icon: notice?.icon ?? undefined,
    tag: deliveryKey,
  };
}

/** Where a message goes: to all subscriptions of a contact, or where none is given to the one that `to` is: its JSON, or a device's token. */
export function subscriptionsOf({ to, notice }: OutgoingMessage): readonly StoredSubscription[] {
  if (notice && notice.subscriptions.length > 0) return notice.subscriptions;
  if (!to.startsWith('{')) return /^https?:/.test(to) ? [] : [{ token: to }];
  try {
    return [JSON.parse(to) as StoredSubscription];
  } catch {
    return [];
  }
}
