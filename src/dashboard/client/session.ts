import { useSyncExternalStore } from 'react';

const KEY = 'campanile.key';
const listeners = new Set<() => void>();

/** Why nobody is signed in any more; null where that was their own wish. */
let farewell: string | null = null;

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The API key of this browser tab; it goes when the tab does, and is never in the address. */
export const sessionKey = (): string | null => sessionStorage.getItem(KEY);

/** Why the last session ended, where the person has to be told. */
export const sessionFarewell = (): string | null => farewell;

/** From now on requests carry this key. */
export function beginSession(key: string): void {
  farewell = null;
  sessionStorage.setItem(KEY, key);
  tell();
}

/** Forgets the key, and says why where it was not asked for. */
export function endSession(why: string | null = null): void {
  farewell = why;
  sessionStorage.removeItem(KEY);
  tell();
}

/** The key, as a component sees it. */
export const useSessionKey = (): string | null => useSyncExternalStore(subscribe, sessionKey);

/** A link may bring a key behind its `#`, which browsers send to nobody; it does not stay in the address. */
export function takeKeyFromAddress(): void {
  const key = /^#key=(\S+)$/.exec(location.hash)?.[1];
  if (key === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  beginSession(decodeURIComponent(key));
}
