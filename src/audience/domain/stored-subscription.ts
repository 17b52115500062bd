/** A push subscription as a contact keeps it: of a browser (`endpoint`, `keys`) or of a device (`token`). */
export interface StoredSubscription {
  endpoint?: string;
  keys?: { p256dh: string; auth: string };
  token?: string;
  platform?: string;
  expirationTime?: number | null;
  /** ISO 8601; tells a subscription from the same one registered anew. */
  registered_at?: string | null;
}

/** How many subscriptions a contact may have. */
export const MOST_SUBSCRIPTIONS = 20;

/** The subscriptions with one more, in place of an earlier one of the same browser; of too many the oldest goes. */
export function withSubscription(
  present: readonly StoredSubscription[],
  added: StoredSubscription,
): StoredSubscription[] {
  const others = present.filter(({ endpoint }) => endpoint === undefined || endpoint !== added.endpoint);
  return [...others, added].slice(-MOST_SUBSCRIPTIONS);
}
