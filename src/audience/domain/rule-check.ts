import { CHANNELS } from './channel.js';
import { isObject, listFault, pointTo, type RuleFault, scopeFaults, valueFault } from './rule-values.js';
import { type Comparison, FACT_NAMES, type FactName, type Rule, RULE_FIELDS, RULE_OPS } from './segment-rule.js';

/** How large a rule may be: what nobody can read nobody meant, and every condition is asked of every contact. */
const DEEPEST = 5;
const MOST_CONDITIONS = 50;
const LONGEST_KEY = 100;
const MOST_FAULTS = 100;

const GROUPS = ['all', 'any', 'not'];
const KINDS = [...GROUPS, 'field', 'attribute', 'segment', ...FACT_NAMES];

/**
 * Reads a rule as JSON has it. `known` are the facts that somebody tells. Answers the rule, or everything that is wrong
 * with it: pointers lead into the rule, which itself is at `pointer`.
 */
export function readRule(
  json: unknown,
  pointer: string,
  known: readonly FactName[],
): { rule: Rule<string> } | { faults: RuleFault[] } {
  const reader = new RuleReader(known);
  reader.read(json, pointer, 0);
  return reader.faults.length > 0 ? { faults: reader.faults.slice(0, MOST_FAULTS) } : { rule: json as Rule<string> };
}

class RuleReader {
  readonly faults: RuleFault[] = [];
  private conditions = 0;

  constructor(private readonly known: readonly FactName[]) {}

  read(json: unknown, pointer: string, depth: number): void {
    if (!isObject(json)) return this.fault(pointer, 'must be an object: a group (all, any, not) or a condition');
    const kinds = KINDS.filter((kind) => kind in json);
    if (kinds.length !== 1) return this.fault(pointer, `must have exactly one of ${KINDS.join(', ')}`);
    const kind = kinds[0]!;
    if (GROUPS.includes(kind)) return this.readGroup(kind, json, pointer, depth + 1);
    this.conditions += 1;
    if (this.conditions === MOST_CONDITIONS + 1)
      this.fault(pointer, `is one condition too many: a rule has at most ${MOST_CONDITIONS}`);
    if (kind === 'segment') this.readSegment(json, pointer);
    else if (kind === 'field' || kind === 'attribute') this.readComparison(kind, json, pointer);
    else this.readFact(kind as FactName, json, pointer);
  }

  private readGroup(kind: string, json: Record<string, unknown>, pointer: string, depth: number): void {
    this.refuseOthers(json, pointer, [kind]);
    if (depth > DEEPEST) return this.fault(pointer, `is nested too deep: at most ${DEEPEST} groups in one another`);
    const at = `${pointer}/${kind}`;
    if (kind === 'not') return this.read(json.not, at, depth);
    const wrong = listFault(json[kind]);
    if (wrong) return this.fault(at, wrong);
    (json[kind] as unknown[]).forEach((part, index) => this.read(part, `${at}/${index}`, depth));
  }

  private readSegment(json: Record<string, unknown>, pointer: string): void {
    this.refuseOthers(json, pointer, ['segment']);
    if (typeof json.segment !== 'string' || json.segment === '' || json.segment.length > LONGEST_KEY)
      this.fault(`${pointer}/segment`, 'must be the name of a segment');
  }

  private readComparison(kind: 'field' | 'attribute', json: Record<string, unknown>, pointer: string): void {
    const key = json[kind];
    if (kind === 'field' && (typeof key !== 'string' || !Object.hasOwn(RULE_FIELDS, key)))
      return this.fault(`${pointer}/field`, `must be one of ${Object.keys(RULE_FIELDS).join(', ')}`);
    if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY)
      return this.fault(`${pointer}/attribute`, `must be the name of an attribute, up to ${LONGEST_KEY} characters`);
    const of = kind === 'field' ? RULE_FIELDS[key as keyof typeof RULE_FIELDS] : 'attribute';
    const ops = Object.entries(RULE_OPS).flatMap(([op, { of: comparands }]) => (comparands.includes(of) ? op : []));
    if (typeof json.op !== 'string' || !ops.includes(json.op))
      return this.fault(`${pointer}/op`, `must be one of ${ops.join(', ')}`);
    const { op } = json as Comparison;
    this.refuseOthers(json, pointer, [kind, 'op', ...(RULE_OPS[op].takes === 'nothing' ? [] : ['value'])]);
    const wrong = valueFault(RULE_OPS[op].takes, of, json.value);
    if (wrong) this.fault(`${pointer}/value${wrong.at}`, wrong.message);
  }

  private readFact(name: FactName, json: Record<string, unknown>, pointer: string): void {
    this.refuseOthers(json, pointer, [name]);
    const at = `${pointer}/${name}`;
    const scope = json[name];
    if (!this.known.includes(name)) return this.fault(at, `nothing here tells who ${name} a message`);
    if (!isObject(scope)) return this.fault(at, 'must be an object with campaign or within_last, or both');
    this.refuseOthers(scope, at, ['campaign', 'within_last', 'channel']);
    for (const fault of scopeFaults(scope, CHANNELS)) this.fault(`${at}${fault.at}`, fault.message);
  }

  private refuseOthers(json: Record<string, unknown>, pointer: string, expected: string[]): void {
    for (const key of Object.keys(json))
      if (!expected.includes(key)) this.fault(pointTo(pointer, key), `property ${key} should not exist`);
  }

  private fault(pointer: string, message: string): void {
    this.faults.push({ pointer, message: message.startsWith('property') ? message : `${pointer} ${message}` });
  }
}
