import { useBlocker, type ShouldBlockFn } from '@tanstack/react-router';

/** Asks whether what was written is to be lost. */
export const mayLose = (): boolean => window.confirm('Leave without saving the changes?');

type Move = Parameters<ShouldBlockFn>[0];

const isElsewhere = ({ current, next }: Move): boolean => current.pathname !== next.pathname;

/** As long as something is not saved, asks before the screen is left, or the page; `leaves`: whether a move leaves it. */
export function useUnsaved(isDirty: () => boolean, leaves = isElsewhere, ask = mayLose): void {
  useBlocker({
    shouldBlockFn: (move) => isDirty() && leaves(move) && !ask(),
    enableBeforeUnload: isDirty,
  });
}
