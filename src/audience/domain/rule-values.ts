import { ruleInstant, shift } from './rule-time.js';
import type { Comparand, RULE_OPS, RuleOp } from './segment-rule.js';

/** What is wrong with a rule, and where. */
export interface RuleFault {
  pointer: string;
  message: string;
}

/** Something wrong below a pointer: `at` is the rest of the way, often nothing. */
interface FaultBelow {
  at: string;
  message: string;
}

const MOST_VALUES = 1_000;
const LONGEST_TEXT = 1_000;
const SOME_DAY = new Date(Date.UTC(2026, 0, 1));
const INSTANT = 'must be an ISO 8601 date or time, "now", or a distance such as "30 days ago" or "2 weeks from now"';
const DURATION = 'must be a number and a unit, such as "30 days" (seconds to years), up to 100 years';

export const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** A JSON pointer one step further. */
export const pointTo = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** What keeps JSON from being a list of one to a thousand things; null where nothing does. */
export function listFault(json: unknown): string | null {
  if (!Array.isArray(json)) return 'must be a list';
  if (json.length === 0) return 'must not be empty';
  return json.length > MOST_VALUES ? `must have at most ${MOST_VALUES.toLocaleString('en')} entries` : null;
}

/** What is wrong with the value of a comparison; null for nothing. */
export function valueFault(
  takes: (typeof RULE_OPS)[RuleOp]['takes'],
  of: Comparand,
  value: unknown,
): FaultBelow | null {
  switch (takes) {
    case 'nothing':
      return null;
    case 'one':
      return here(scalarFault(of, value));
    case 'list':
      return eachFault(value, (one) => scalarFault(of, one));
    case 'bound':
      return here(boundFault(of, value));
    case 'bounds':
      return boundsFault(of, value);
    case 'part':
      return here(typeof value === 'string' && value !== '' ? textFault(value) : 'must be text that is not empty');
    case 'instant':
      return here(isInstant(value) ? null : INSTANT);
    case 'duration':
      return here(isDuration(value) ? null : DURATION);
  }
}

/** What is wrong with the messages that a fact is about. */
export function scopeFaults(scope: Record<string, unknown>, channels: readonly string[]): FaultBelow[] {
  const { campaign, within_last, channel } = scope;
  const faults: FaultBelow[] = [];
  if (campaign === undefined && within_last === undefined)
    faults.push({ at: '', message: 'must have campaign or within_last, or both' });
  if (campaign !== undefined && !(Number.isSafeInteger(campaign) && (campaign as number) > 0))
    faults.push({ at: '/campaign', message: 'must be the id of a campaign' });
  if (within_last !== undefined && !isDuration(within_last)) faults.push({ at: '/within_last', message: DURATION });
  if (channel !== undefined && !channels.includes(channel as string))
    faults.push({ at: '/channel', message: `must be one of ${channels.join(', ')}` });
  return faults;
}

const here = (message: string | null): FaultBelow | null => (message === null ? null : { at: '', message });
const isInstant = (value: unknown) => typeof value === 'string' && ruleInstant(value, SOME_DAY) !== null;
const isDuration = (value: unknown) => typeof value === 'string' && shift(SOME_DAY, value, -1) !== null;
const textFault = (text: string) =>
  text.length > LONGEST_TEXT ? `must have at most ${LONGEST_TEXT.toLocaleString('en')} characters` : null;

function scalarFault(of: Comparand, value: unknown): string | null {
  if (typeof value === 'string') return textFault(value);
  if (of === 'text') return 'must be text';
  if (typeof value === 'boolean' || Number.isFinite(value)) return null;
  return 'must be text, a number, or true or false; for what is not there ask "missing"';
}

function boundFault(of: Comparand, value: unknown): string | null {
  if (of === 'time') return isInstant(value) ? null : INSTANT;
  if (typeof value === 'string') return textFault(value);
  if (of === 'text') return 'must be text';
  return Number.isFinite(value) ? null : 'must be a number or text';
}

function boundsFault(of: Comparand, value: unknown): FaultBelow | null {
  if (!Array.isArray(value) || value.length !== 2) return here('must be a list of two: the lower and the upper bound');
  const wrong = eachFault(value, (bound) => boundFault(of, bound));
  if (wrong) return wrong;
  return here(typeof value[0] === typeof value[1] ? null : 'must have two bounds of one kind');
}

function eachFault(value: unknown, faultOf: (one: unknown) => string | null): FaultBelow | null {
  const list = listFault(value);
  if (list) return here(list);
  for (const [index, one] of (value as unknown[]).entries()) {
    const message = faultOf(one);
    if (message) return { at: `/${index}`, message };
  }
  return null;
}
