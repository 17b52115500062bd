import type { LintWarning, MissingVariables } from '../api/types.js';
import { count, countOf, share } from '../elements/figures.js';

/** What is to be looked at before a launch; the code for programs is only of what the API warns of. */
export interface LookAt {
  message: string;
  code?: string;
}

/** What the API warns of, and each gap that somebody of the audience would see, once those are known. */
export function thingsToLookAt(
  warnings: LintWarning[],
  looked: Omit<MissingVariables, 'campaign_id'> | undefined,
): LookAt[] {
  const among = `${looked?.exact ? '' : 'the newest '}${countOf(looked?.contacts ?? 0, 'contact')}`;
  const gaps = (looked?.variables ?? [])
    .filter(({ missing }) => missing > 0)
    .map((gap) => `${count(gap.missing)} of ${among} (${share(gap.share)}) would see a gap: ${gap.variable}`);
  return [...warnings.map(({ code, message }) => ({ code, message })), ...gaps.map((message) => ({ message }))];
}
