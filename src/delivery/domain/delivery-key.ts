/** Which delivery a message belongs to. */
export interface DeliveryKey {
  runId: number;
  contactId: number;
  /** When the run opened, as `markOf` writes it: tells equal run ids of two databases apart. */
  mark: string;
}

/** What a delivery key ends with. */
export function markOf(openedAt: Date): string {
  return openedAt.getTime().toString(36);
}

/** Reads `<run>.<contact>.<mark>`, alone or as the left side of a Message-ID; null for anything else. */
export function readDeliveryKey(text: string): DeliveryKey | null {
  const match = /^<?(\d{1,15})\.(\d{1,15})\.([0-9a-z]{1,12})(?:@[^\s<>@]+)?>?$/.exec(text.trim());
  return match && { runId: Number(match[1]), contactId: Number(match[2]), mark: match[3]! };
}
