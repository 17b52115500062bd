import type { LintWarning, MissingVariable, MissingVariables } from '../api/types.js';
import { count, countOf, share, shareOf } from '../elements/figures.js';

/** What is to be looked at before a launch; the code for programs is only of what the API warns of. */
export interface LookAt {
  message: string;
  code?: string;
}

/** Whether a warning is that nobody has such a thing. */
const isOf = ({ code, message }: LintWarning, { variable }: MissingVariable): boolean =>
  code === 'UNKNOWN_VARIABLE' && message.includes(`{{ ${variable} }}`);

/**
 * What the API warns of, each once, and each other gap that somebody of the audience would see, once those are known. Where more
 * were counted than the warning looked at, and some have it, the count is what is true.
 */
export function thingsToLookAt(
  warnings: LintWarning[],
  looked: Omit<MissingVariables, 'campaign_id'> | undefined,
): LookAt[] {
  const contacts = looked?.contacts ?? 0;
  const among = `${looked?.exact ? '' : 'the newest '}${countOf(contacts, 'contact')}`;
  const counted = looked?.variables ?? [];
  const told = warnings.filter((warning) => !counted.some((gap) => gap.missing < contacts && isOf(warning, gap)));
  const gaps = counted
    .filter((gap) => gap.missing > 0 && !told.some((warning) => isOf(warning, gap)))
    .map(({ missing, variable }) => {
      const part = share(shareOf(missing, contacts));
      return `${count(missing)} of ${among} (${part}) would see a gap: ${variable}`;
    });
  const once = new Map(told.map(({ code, message }) => [message, { code, message }]));
  return [...once.values(), ...gaps.map((message) => ({ message }))];
}
