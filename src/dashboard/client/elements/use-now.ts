import { useSyncExternalStore } from 'react';
import { fromNow } from './time.js';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => document.hidden || listeners.forEach((tell) => tell()), 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const present = (unit: number): number => Math.floor(Date.now() / unit) * unit;

/** The present minute in milliseconds since 1970; it does not move while the tab is hidden. */
export const useMinute = (): number => useSyncExternalStore(subscribe, () => present(60_000));

/** How far an instant is from now, in words: whoever shows it is drawn anew only when the words change. */
export const useFromNow = (at: string | null, past: boolean): string | null =>
  useSyncExternalStore(subscribe, () => at && fromNow(new Date(at), present(1_000), past));
