import { useSyncExternalStore } from 'react';

const KEY = 'campanile.key';
const COOKIE = 'campanile.cookie';
const listeners = new Set<() => void>();

/** How somebody is signed in: by the key of this tab, or by the browser's cookie, which no script can read. */
export type SignedInBy = 'key' | 'cookie';

/** The API key of this browser tab; it goes when the tab does, and is never in the address. */
const sessionKey = (): string | null => sessionStorage.getItem(KEY);

const signedInAtFirst = (): SignedInBy | null =>
  sessionKey() !== null ? 'key' : localStorage.getItem(COOKIE) !== null ? 'cookie' : null;

/** How somebody is signed in here, whatever other tabs do: the server says with a 401 when that is over. */
let present: SignedInBy | null = signedInAtFirst();

/** Why the session ended that nobody ended here, until somebody has come back to what they were doing; null for none. */
let farewell: string | null = null;

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How somebody is signed in; null for nobody. */
export const signedInBy = (): SignedInBy | null => present;

/** What a request carries to be let in; the cookie goes by itself. */
export function sessionHeaders(): Record<string, string> {
  const key = sessionKey();
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** Why the session ended that was lost, as a component sees it; null where none was. */
export const useFarewell = (): string | null => useSyncExternalStore(subscribe, () => farewell);

/** From now on requests carry this key. */
export function beginSession(key: string): void {
  sessionStorage.setItem(KEY, key);
  present = 'key';
  tell();
}

/** The browser has a cookie from now on, in every tab. */
export function beginCookieSession(): void {
  sessionStorage.removeItem(KEY);
  localStorage.setItem(COOKIE, 'yes');
  present = 'cookie';
  dropLink();
  tell();
}

// Who comes in elsewhere in this browser comes in here as well. Who leaves there is told so here by the server.
addEventListener('storage', ({ key, newValue }) => {
  if (key === COOKIE && newValue !== null && present === null) beginCookieSession();
});

/** Forgets how somebody was signed in, as they wished. */
export const endSession = (): void => forget(null);

/** The session is over, and nobody here wished it: what they were doing waits for who signs in. */
export const loseSession = (why: string): void => forget(why);

/** Who signed in goes on with what waited, or begins anew. */
export function leaveFarewell(): void {
  farewell = null;
  tell();
}

function forget(why: string | null): void {
  farewell = why;
  present = null;
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
