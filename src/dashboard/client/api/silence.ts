import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

/** When the server answered last, and whether it has not since; in milliseconds since 1970. */
let answeredAt = Date.now();
let silentSince: number | null = null;

function tell(since: number | null): void {
  if (since === silentSince) return;
  silentSince = since;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The server answered, whatever it said. */
export function noteAnswer(): void {
  answeredAt = Date.now();
  tell(null);
}

/** The server could not be reached. */
export const noteSilence = (): void => tell(silentSince ?? answeredAt);

/** Whether the server could not be reached when it was asked last. */
export const isSilent = (): boolean => silentSince !== null;

/** Resolves when the server answers again. */
export function answered(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = subscribe(() => {
    if (isSilent()) return;
    leave();
    resolve();
  });
  return promise;
}

/** When the server answered last, in milliseconds since 1970, where it does not any more; null where all is well. */
export const useSilence = (): number | null => useSyncExternalStore(subscribe, () => silentSince);
