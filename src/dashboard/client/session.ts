import { useSyncExternalStore } from 'react';

const KEY = 'campanile.key';
const COOKIE = 'campanile.cookie';
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

/** How somebody is signed in: by the key of this tab, or by the browser's cookie, which no script can read. */
export type SignedInBy = 'key' | 'cookie';

/** The API key of this browser tab; it goes when the tab does, and is never in the address. */
const sessionKey = (): string | null => sessionStorage.getItem(KEY);

/** How somebody is signed in; null for nobody. The server may know better, and says so with a 401. */
export const signedInBy = (): SignedInBy | null =>
  sessionKey() !== null ? 'key' : localStorage.getItem(COOKIE) !== null ? 'cookie' : null;

/** What a request carries to be let in; the cookie goes by itself. */
export function sessionHeaders(): Record<string, string> {
  const key = sessionKey();
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** Why the last session ended, where the person has to be told. */
export const sessionFarewell = (): string | null => farewell;

/** From now on requests carry this key. */
export function beginSession(key: string): void {
  farewell = null;
  sessionStorage.setItem(KEY, key);
  tell();
}

/** The browser has a cookie from now on, in every tab. */
export function beginCookieSession(): void {
  farewell = null;
  sessionStorage.removeItem(KEY);
  localStorage.setItem(COOKIE, 'yes');
  dropLink();
  tell();
}

/** Forgets how somebody was signed in, and says why where it was not asked for. */
export function endSession(why: string | null = null): void {
  farewell = why;
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(COOKIE);
  tell();
}

/** How somebody is signed in, as a component sees it. */
export const useSignedInBy = (): SignedInBy | null => useSyncExternalStore(subscribe, signedInBy);

/** A link may bring a key behind its `#`, which browsers send to nobody; it does not stay in the address. */
export function takeKeyFromAddress(): void {
  const key = /^#key=(\S+)$/.exec(location.hash)?.[1];
  if (key !== undefined) {
    dropHash();
    beginSession(decodeURIComponent(key));
  } else tell();
}

/** What a link to come in once has behind its `#`. It stays there until it is used, for one who loads the page again. */
const sessionLink = (): string | null => /^#link=([\w-]+)$/.exec(location.hash)?.[1] ?? null;

/** The same, as a component sees it. */
export const useSessionLink = (): string | null => useSyncExternalStore(subscribe, sessionLink);

/** Leaves a link that is not, or no longer, to be used. */
export function dropLink(): void {
  if (sessionLink() !== null) dropHash();
  tell();
}

const dropHash = (): void => history.replaceState(null, '', location.pathname + location.search);
