import { ruleInstant } from '../../../audience/domain/rule-time.js';
import type { Reading } from './reading.js';
import { snake } from './template.js';

/** A rule as files have it. */
export type Rule = Record<string, unknown>;

const DAY_MS = 86_400_000;
const SOME_DAY = new Date(Date.UTC(2026, 0, 1));

/** Nobody. */
export const NOBODY: Rule = {
  all: [
    { field: 'email', op: 'exists' },
    { field: 'email', op: 'missing' },
  ],
};

/** Rules joined as Pinpoint's types say; one alone needs no group. */
export function joined(type: string | null, rules: Rule[]): Rule {
  const [only] = rules;
  if (type === 'NONE') return { not: rules.length === 1 ? only : { any: rules } };
  if (rules.length === 1) return only!;
  return type === 'ANY' ? { any: rules } : { all: rules };
}

/**
 * What one set of dimensions asks: all of it must hold. Null where something in it cannot be asked here; `[]` where it asks
 * nothing. Everything in it is told of.
 */
export function dimensionRules(dimensions: Reading): Rule[] | null {
  const rules: (Rule | null)[] = [];
  for (const [name, part] of dimensions.entries()) {
    if (name === 'Attributes' || name === 'UserAttributes')
      for (const [attribute, dimension] of part.entries()) rules.push(attributeRule(attribute, dimension));
    else if (name === 'Metrics' || name === 'UserMetrics')
      for (const [attribute, metric] of part.entries()) rules.push(metricRule(attribute, metric));
    else if (name === 'Demographic' || name === 'Location')
      for (const [what, dimension] of part.entries()) rules.push(setRule(what, dimension));
    else if (name === 'Behavior') rules.push(...part.entries().map(([, recency]) => recencyRule(recency)));
    else rules.push(unable(part));
  }
  return rules.includes(null) ? null : (rules as Rule[]);
}

const unable = (reading: Reading): null => {
  reading.dropped('a rule cannot ask this');
  return null;
};

const LISTS = 'compared with the attribute itself: where it is a list, ask "has" for each value instead';

function attributeRule(attribute: string, dimension: Reading): Rule | null {
  const values = textsIn(dimension.at('Values'));
  const type = dimension.at('AttributeType').text ?? 'INCLUSIVE';
  const made = values.length > 0 ? comparison(attribute, type, values) : null;
  if (!made) return unable(dimension);
  if (type === 'INCLUSIVE' || type === 'EXCLUSIVE') dimension.resembles('rule', LISTS);
  else if (type === 'BETWEEN') dimension.resembles('rule', 'the two instants themselves are not between them');
  else dimension.became('rule');
  return made;
}

function comparison(attribute: string, type: string, values: string[]): Rule | null {
  const any = (op: string) =>
    joined(
      'ANY',
      values.map((value) => ({ attribute, op, value })),
    );
  const times = values.every((value) => ruleInstant(value, SOME_DAY) !== null);
  switch (type) {
    case 'INCLUSIVE':
      return { attribute, op: 'in', value: values };
    case 'EXCLUSIVE':
      return { attribute, op: 'not_in', value: values };
    case 'CONTAINS':
      return any('contains');
    case 'BEFORE':
    case 'AFTER':
      return times ? any(type.toLowerCase()) : null;
    case 'ON':
      return times
        ? joined(
            'ANY',
            values.map((value) => onDay(attribute, value)),
          )
        : null;
    case 'BETWEEN':
      return times && values.length === 2
        ? {
            all: [
              { attribute, op: 'after', value: values[0] },
              { attribute, op: 'before', value: values[1] },
            ],
          }
        : null;
    default:
      return null;
  }
}

function onDay(attribute: string, value: string): Rule {
  const day = value.slice(0, 10);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const from = { not: { attribute, op: 'before', value: day } };
  return { all: [from, { attribute, op: 'before', value: next }] };
}

const OPERATORS: Record<string, string> = {
  EQUAL: 'eq',
  GREATER_THAN: 'gt',
  GREATER_THAN_OR_EQUAL: 'gte',
  LESS_THAN: 'lt',
  LESS_THAN_OR_EQUAL: 'lte',
};

function metricRule(attribute: string, metric: Reading): Rule | null {
  const op = OPERATORS[metric.at('ComparisonOperator').text ?? ''];
  const value = metric.at('Value').number;
  if (!op || value === null) return unable(metric);
  metric.resembles('rule', `a metric is an attribute here: give contacts "${attribute}" as a number`);
  return { attribute, op, value };
}

/** Who Pinpoint knows nothing of is not in it either way, so that nobody is reached who was not meant. */
function setRule(what: string, dimension: Reading): Rule | null {
  const values = textsIn(dimension.at('Values'));
  const attribute = snake(what);
  if (what === 'GPSPoint' || values.length === 0) return unable(dimension);
  if (what === 'Channel') return channelRule(values, dimension);
  dimension.resembles(
    'rule',
    `an attribute here: give contacts "${attribute}"; whoever has none is not in the segment`,
  );
  if (dimension.at('DimensionType').text !== 'EXCLUSIVE') return { attribute, op: 'in', value: values };
  return {
    all: [
      { attribute, op: 'exists' },
      { attribute, op: 'not_in', value: values },
    ],
  };
}

const CHANNEL_FIELDS: Record<string, string> = { EMAIL: 'email', SMS: 'phone' };

function channelRule(values: string[], dimension: Reading): Rule | null {
  const fields = values.map((value) => CHANNEL_FIELDS[value]);
  if (fields.includes(undefined)) return unable(dimension);
  const type = dimension.at('DimensionType').text === 'EXCLUSIVE' ? 'NONE' : 'ANY';
  dimension.resembles('rule', 'an endpoint of a channel is a contact with an address of it');
  return joined(
    type,
    fields.map((field) => ({ field, op: 'exists' })),
  );
}

const SPANS: Record<string, string> = { HR_24: '24 hours', DAY_7: '7 days', DAY_14: '14 days', DAY_30: '30 days' };

function recencyRule(recency: Reading): Rule | null {
  const value = SPANS[recency.at('Duration').text ?? ''];
  const type = recency.at('RecencyType').text;
  if (!value || (type !== 'ACTIVE' && type !== 'INACTIVE')) return unable(recency);
  const attribute = 'last_active_at';
  recency.resembles('rule', `use of an app is not followed here: keep "${attribute}" as an attribute of contacts`);
  const active = { attribute, op: 'within_last', value };
  return type === 'ACTIVE' ? active : { all: [{ attribute, op: 'exists' }, { not: active }] };
}

const textsIn = (list: Reading): string[] => list.items().flatMap((item) => item.text ?? []);
