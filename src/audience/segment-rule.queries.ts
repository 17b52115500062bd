import { type RawBuilder, sql } from 'kysely';
import type { ContactFactsService, IdRange } from './contact-facts.service.js';
import type { RuleWorld } from './domain/rule-evaluation.js';
import { ISO_TIME, MILLISECONDS, OFFSET, ruleInstant, shift } from './domain/rule-time.js';
import {
  type Comparison,
  comparandOf,
  type Condition,
  factOf,
  type FactName,
  type FactScope,
  type Rule,
  type RuleField,
  type Scalar,
} from './domain/segment-rule.js';

/** What a rule is asked about: the contacts `c` of a statement, with ids in a range, at a moment. */
export interface RuleQuestion extends RuleWorld {
  facts: ContactFactsService;
  ids: IdRange;
}

type Sql = RawBuilder<boolean>;

/**
 * A rule as one condition over the row `c` of contact. Values and keys are parameters, names of columns and operators come
 * from tables of ours, so that nothing a user wrote is ever read as SQL; what is always the same is no parameter, of which a
 * statement has 65,535 at most. A comparison that cannot be made is null, which a
 * `where`, an `and` and an `or` take for false; every negation is `is not true`, and no null gets past it: the answer is
 * the evaluator's.
 */
export function ruleCondition(rule: Rule, asked: RuleQuestion): Sql {
  if ('all' in rule) return joined(rule.all, sql` and `, asked);
  if ('any' in rule) return joined(rule.any, sql` or `, asked);
  return 'not' in rule ? opposite(rule.not, asked) : condition(rule, asked);
}

/**
 * Whom a rule does not have. Of what is looked up elsewhere the answer is never null, and a plain `not exists` lets the
 * database join instead of asking for each contact.
 */
export function opposite(rule: Rule, asked: RuleQuestion): Sql {
  const lookedUp = 'segment' in rule ? !asked.rules.get(rule.segment) : factOf(rule) !== null;
  return lookedUp ? sql`not ${ruleCondition(rule, asked)}` : not(ruleCondition(rule, asked));
}

/** Whether `c` is in a segment: a member of a static one, or as the rule says. */
function inSegment(segmentId: number, asked: RuleQuestion): Sql {
  const rule = asked.rules.get(segmentId);
  if (rule) return ruleCondition(rule, asked);
  const { after, through } = asked.ids;
  return sql`exists (select from segment_member m where m.segment_id = ${segmentId} and m.contact_id = c.id
                     and m.contact_id > ${after} and m.contact_id <= ${through})`;
}

/** Whether a fact is true of `c`. */
export function happened(name: FactName, scope: FactScope, { facts, now, ids }: RuleQuestion): Sql {
  const { campaign = null, within_last, channel = null } = scope;
  const since = within_last === undefined ? null : shift(now, within_last, -1);
  return facts.condition(name)(sql<number>`c.id`, { campaign, since, channel }, ids);
}

/** The opposite, where null is the opposite of true. */
const not = (inner: Sql): Sql => sql`((${inner}) is not true)`;

function joined(parts: Rule[], by: RawBuilder<unknown>, asked: RuleQuestion): Sql {
  const conditions = parts.map((part) => ruleCondition(part, asked));
  return sql`(${sql.join(conditions, by)})`;
}

function condition(asks: Condition, asked: RuleQuestion): Sql {
  if ('segment' in asks) return inSegment(asks.segment, asked);
  const fact = factOf(asks);
  if (fact) return happened(fact.name, fact.scope, asked);
  const comparison = asks as Comparison;
  const side = 'field' in comparison ? fieldSide(comparison.field) : attributeSide(comparison.attribute);
  return compared(comparison, side, asked.now);
}

/** The columns of the fields; consents are enums, compared as text. */
const COLUMNS = {
  email: sql`c.email`,
  phone: sql`c.phone`,
  external_id: sql`c.external_id`,
  first_name: sql`c.first_name`,
  last_name: sql`c.last_name`,
  locale: sql`c.locale`,
  time_zone: sql`c.time_zone`,
  email_consent: sql`c.email_consent::text`,
  sms_consent: sql`c.sms_consent::text`,
  push_consent: sql`c.push_consent::text`,
  created_at: sql`c.created_at`,
  updated_at: sql`c.updated_at`,
} satisfies Record<RuleField, RawBuilder<unknown>>;

/** The left side of a comparison: the same value as each kind that it may be compared as, null where it is of another. */
interface Side {
  text: RawBuilder<unknown>;
  instant: RawBuilder<unknown>;
  equals(value: Scalar): Sql;
  isOneOf(values: Scalar[]): Sql;
  exists: Sql;
  number(compare: (json: RawBuilder<unknown>) => Sql): Sql;
  has(value: Scalar): Sql;
}

function fieldSide(field: RuleField): Side {
  const column = COLUMNS[field];
  return {
    text: column,
    instant: column,
    equals: (value) => sql`${column} = ${value}`,
    isOneOf: (values) => sql`${column} = any(${values}::text[])`,
    exists: sql`(${column} is not null)`,
    number: () => sql`false`,
    has: () => sql`false`,
  };
}

function attributeSide(key: string): Side {
  const json = sql`(c.attributes -> ${key}::text)`;
  const words = sql`(c.attributes ->> ${key}::text)`;
  const is = (kind: string) => sql`jsonb_typeof(${json}) = ${sql.lit(kind)}`;
  return {
    text: sql`case when ${is('string')} then ${words} end`,
    // No cast can fail: the pattern takes only what PostgreSQL reads, and a case is evaluated in its order.
    instant: sql`case when ${is('string')} and ${words} ~ ${sql.lit(ISO_TIME)}
      then (regexp_replace(${words}, ${sql.lit(MILLISECONDS)}, ${sql.lit('\\1')})
        || case when ${words} ~ ${sql.lit(OFFSET)} then '' else ' UTC' end)::timestamptz end`,
    equals: (value) => sql`${json} = ${JSON.stringify(value)}::jsonb`,
    isOneOf: (values) => sql`${json} = any(${values.map((value) => JSON.stringify(value))}::jsonb[])`,
    exists: sql`(jsonb_typeof(${json}) <> 'null')`,
    number: (compare) => sql`(${is('number')} and ${compare(json)})`,
    has: (value) => sql`(${is('array')} and ${json} @> ${JSON.stringify(value)}::jsonb)`,
  };
}

/** The signs of the orders; looked up, never taken over. */
const SIGNS = { lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` };

function compared(comparison: Comparison, side: Side, now: Date): Sql {
  const { op } = comparison;
  const given = comparison.value as Scalar;
  const list = comparison.value as Scalar[];
  const bounded = (sign: keyof typeof SIGNS, bound: Scalar) => ordered(comparison, side, SIGNS[sign], bound, now);
  const at = (sign: keyof typeof SIGNS, instant: Date | null) =>
    sql<boolean>`${side.instant} ${SIGNS[sign]} ${instant!.toISOString()}::timestamptz`;
  const within = (from: Date, to: Date) =>
    sql<boolean>`(${side.instant} between ${from.toISOString()}::timestamptz and ${to.toISOString()}::timestamptz)`;
  switch (op) {
    case 'eq':
      return side.equals(given);
    case 'ne':
      return not(side.equals(given));
    case 'in':
      return side.isOneOf(list);
    case 'not_in':
      return not(side.isOneOf(list));
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return bounded(op, given);
    case 'between':
      return sql`(${bounded('gte', list[0]!)} and ${bounded('lte', list[1]!)})`;
    case 'contains':
      return sql`strpos(${side.text}, ${given}::text) > 0`;
    case 'starts_with':
      return sql`starts_with(${side.text}, ${given}::text)`;
    case 'ends_with':
      return sql`right(${side.text}, length(${given}::text)) = ${given}`;
    case 'has':
      return side.has(given);
    case 'before':
      return at('lt', ruleInstant(given as string, now));
    case 'after':
      return at('gt', ruleInstant(given as string, now));
    case 'within_last':
      return within(shift(now, given as string, -1)!, now);
    case 'within_next':
      return within(now, shift(now, given as string, 1)!);
    case 'exists':
      return side.exists;
    case 'missing':
      return not(side.exists);
  }
}

/** Less or more: instants as such, numbers as jsonb has them (exactly), texts by code point whatever the database's collation. */
function ordered(comparison: Comparison, side: Side, sign: RawBuilder<unknown>, bound: Scalar, now: Date): Sql {
  if (comparandOf(comparison) === 'time')
    return sql`${side.instant} ${sign} ${ruleInstant(bound as string, now)!.toISOString()}::timestamptz`;
  if (typeof bound === 'number') return side.number((json) => sql`${json} ${sign} ${JSON.stringify(bound)}::jsonb`);
  return sql`(${side.text}) collate "C" ${sign} ${bound}::text`;
}
