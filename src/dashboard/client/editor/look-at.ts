import type { LintWarning, MissingVariable, MissingVariables } from '../api/types.js';
import { count, countOf, share, shareOf } from '../elements/figures.js';

/** What is to be looked at before a launch; the code for programs is only of what the API warns of. */
export interface LookAt {
  message: string;
  code?: string;
}

/** Whether all that the gap says is warned of already: nobody has such a thing. */
const isTold = ({ variable, share }: MissingVariable, warnings: LintWarning[]): boolean =>
  share === 1 &&
  warnings.some(({ code, message }) => code === 'UNKNOWN_VARIABLE' && message.includes(`{{ ${variable} }}`));

/** What the API warns of, and each other gap that somebody of the audience would see, once those are known. */
export function thingsToLookAt(
  warnings: LintWarning[],
  looked: Omit<MissingVariables, 'campaign_id'> | undefined,
): LookAt[] {
  const contacts = looked?.contacts ?? 0;
  const among = `${looked?.exact ? '' : 'the newest '}${countOf(contacts, 'contact')}`;
  const gaps = (looked?.variables ?? [])
    .filter((gap) => gap.missing > 0 && !isTold(gap, warnings))
    .map(({ missing, variable }) => {
      const part = share(shareOf(missing, contacts));
      return `${count(missing)} of ${among} (${part}) would see a gap: ${variable}`;
    });
  return [...warnings.map(({ code, message }) => ({ code, message })), ...gaps.map((message) => ({ message }))];
}
