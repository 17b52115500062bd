import { useBlocker } from '@tanstack/react-router';

/** Asks whether what was written is to be lost. */
export const mayLose = (): boolean => window.confirm('Leave without saving the changes?');

/** As long as something is not saved, asks before the screen is left, or the page. */
export function useUnsaved(isDirty: () => boolean): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty() && current.pathname !== next.pathname && !mayLose(),
    enableBeforeUnload: isDirty,
  });
}
