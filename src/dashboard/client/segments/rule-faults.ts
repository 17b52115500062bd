import { createContext, useContext } from 'react';
import { readRule } from '../../../audience/domain/rule-check.js';
import type { RuleFault } from '../../../audience/domain/rule-values.js';
import { FACT_NAMES } from '../../../audience/domain/segment-rule.js';

/** Everything that is wrong with a rule. */
export function faultsOf(rule: unknown): RuleFault[] {
  const read = readRule(rule, '', FACT_NAMES);
  return 'faults' in read ? read.faults : [];
}

/** What is wrong with the rule in the builder, and whether all of it is told: else only of what was typed in. */
export const RuleFaults = createContext<{ faults: RuleFault[]; all: boolean }>({ faults: [], all: false });

/** What is wrong at a place of the rule or below it, in words and without the way there. */
export function faultAt(faults: RuleFault[], pointer: string): string | undefined {
  const fault = faults.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  if (!fault) return undefined;
  const words = fault.message.startsWith(fault.pointer) ? fault.message.slice(fault.pointer.length) : fault.message;
  const trimmed = words.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

/** What is wrong with a condition by the parts of it, told once something was typed there, or where all is told. */
export function useFaultsAt(pointer: string, typed: boolean): (part: string) => string | undefined {
  const { faults, all } = useContext(RuleFaults);
  return (part) => (all || typed ? faultAt(faults, `${pointer}/${part}`) : undefined);
}
