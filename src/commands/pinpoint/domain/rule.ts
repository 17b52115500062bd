import { ruleInstant } from '../../../audience/domain/rule-time.js';
import { type Answer, group, opposite, type Rule, together } from './answer.js';
import type { Reading } from './reading.js';
import { snake } from './template.js';

const DAY_MS = 86_400_000;
const SOME_DAY = new Date(Date.UTC(2026, 0, 1));

/**
 * What one set of dimensions asks: all of it must hold. Null where something in it cannot be asked here; `[]` where it asks
 * nothing. Everything in it is told of.
 */
export function dimensionAnswers(dimensions: Reading): Answer[] | null {
  const answers: (Answer | null)[] = [];
  for (const [name, part] of dimensions.entries()) {
    if (name === 'Attributes' || name === 'UserAttributes')
      for (const [attribute, dimension] of part.entries()) answers.push(ofAttribute(attribute, dimension));
    else if (name === 'Metrics' || name === 'UserMetrics')
      for (const [attribute, metric] of part.entries()) answers.push(ofMetric(attribute, metric));
    else if (name === 'Demographic' || name === 'Location')
      for (const [what, dimension] of part.entries()) answers.push(ofSet(what, dimension));
    else if (name === 'Behavior') answers.push(...part.entries().map(([, recency]) => ofRecency(recency)));
    else answers.push(unable(part));
  }
  return answers.includes(null) ? null : (answers as Answer[]);
}

const unable = (reading: Reading): null => {
  reading.dropped('a rule cannot ask this');
  return null;
};

const NEITHER = 'it fits nobody who has none, nor does its opposite';
const TEXTS = `asked of the attribute as a text: ${NEITHER}; of a list ask "has" for each value instead`;
const TIMES = `asked of the attribute as a time in ISO 8601: ${NEITHER}`;

function ofAttribute(attribute: string, dimension: Reading): Answer | null {
  const values = textsIn(dimension.at('Values'));
  const type = dimension.at('AttributeType').text ?? 'INCLUSIVE';
  const answer = values.length > 0 ? compared(attribute, type, values) : null;
  if (!answer) return unable(dimension);
  const edges = type === 'BETWEEN' ? '; the two instants themselves are not between them' : '';
  const isText = type === 'INCLUSIVE' || type === 'EXCLUSIVE' || type === 'CONTAINS';
  dimension.resembles('rule', isText ? TEXTS : `${TIMES}${edges}`);
  return answer;
}

function compared(attribute: string, type: string, values: string[]): Answer | null {
  const any = (ruleOf: (value: string) => Rule) => group('any', values.map(ruleOf));
  const times = values.every((value) => ruleInstant(value, SOME_DAY) !== null);
  const ofTime = (yes: () => Rule): Answer | null => (times ? known(isTime(attribute), yes()) : null);
  switch (type) {
    case 'INCLUSIVE':
      return oneOf(attribute, values);
    case 'EXCLUSIVE':
      return opposite(oneOf(attribute, values));
    case 'CONTAINS':
      return known(
        isText(attribute),
        any((value) => ({ attribute, op: 'contains', value })),
      );
    case 'BEFORE':
    case 'AFTER':
      return ofTime(() => any((value) => ({ attribute, op: type.toLowerCase(), value })));
    case 'ON':
      return ofTime(() => any((value) => onDay(attribute, value)));
    case 'BETWEEN':
      return values.length === 2 ? ofTime(() => between(attribute, values)) : null;
    default:
      return null;
  }
}

/** Every text is at least the empty one, and nothing else is. */
const isText = (attribute: string): Rule => ({ attribute, op: 'gte', value: '' });
/** The years of a time in a rule begin with 1000. */
const isTime = (attribute: string): Rule => ({ attribute, op: 'after', value: '1000-01-01' });

/** The answer of a comparison that can be made with what `is` so. */
const known = (is: Rule, yes: Rule): Answer => ({ yes, no: group('all', [is, { not: yes }]) });

const oneOf = (attribute: string, values: string[]): Answer => ({
  yes: { attribute, op: 'in', value: values },
  no: group('all', [isText(attribute), { attribute, op: 'not_in', value: values }]),
});

const between = (attribute: string, [from, to]: string[]): Rule => ({
  all: [
    { attribute, op: 'after', value: from },
    { attribute, op: 'before', value: to },
  ],
});

function onDay(attribute: string, value: string): Rule {
  const day = value.slice(0, 10);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const from = { not: { attribute, op: 'before', value: day } };
  return { all: [from, { attribute, op: 'before', value: next }] };
}

/** The comparison here, and what is so of a number of which it does not hold. */
const OPERATORS: Record<string, [string, ...string[]]> = {
  EQUAL: ['eq', 'lt', 'gt'],
  GREATER_THAN: ['gt', 'lte'],
  GREATER_THAN_OR_EQUAL: ['gte', 'lt'],
  LESS_THAN: ['lt', 'gte'],
  LESS_THAN_OR_EQUAL: ['lte', 'gt'],
};

function ofMetric(attribute: string, metric: Reading): Answer | null {
  const ops = OPERATORS[metric.at('ComparisonOperator').text ?? ''];
  const value = metric.at('Value').number;
  if (!ops || value === null) return unable(metric);
  const note = `a metric is an attribute here: give contacts "${attribute}" as a number`;
  metric.resembles('rule', `${note}; ${NEITHER}`);
  const [yes, ...no] = ops.map((op) => ({ attribute, op, value }));
  return { yes: yes!, no: group('any', no) };
}

function ofSet(what: string, dimension: Reading): Answer | null {
  const values = textsIn(dimension.at('Values'));
  const attribute = snake(what);
  if (what === 'GPSPoint' || values.length === 0) return unable(dimension);
  if (what === 'Channel') return ofChannel(values, dimension);
  dimension.resembles('rule', `an attribute here: give contacts "${attribute}" as a text; ${NEITHER}`);
  const answer = oneOf(attribute, values);
  return isExclusive(dimension) ? opposite(answer) : answer;
}

const isExclusive = (dimension: Reading): boolean => dimension.at('DimensionType').text === 'EXCLUSIVE';

const CHANNEL_FIELDS: Record<string, string> = { EMAIL: 'email', SMS: 'phone' };

function ofChannel(values: string[], dimension: Reading): Answer | null {
  const fields = values.map((value) => CHANNEL_FIELDS[value]);
  if (fields.includes(undefined)) return unable(dimension);
  dimension.resembles('rule', 'an endpoint of a channel is a contact with an address of it');
  return together(
    isExclusive(dimension) ? 'NONE' : 'ANY',
    fields.map((field) => ({ yes: { field, op: 'exists' }, no: { field, op: 'missing' } })),
  );
}

const SPANS: Record<string, string> = { HR_24: '24 hours', DAY_7: '7 days', DAY_14: '14 days', DAY_30: '30 days' };

function ofRecency(recency: Reading): Answer | null {
  const value = SPANS[recency.at('Duration').text ?? ''];
  const type = recency.at('RecencyType').text;
  if (!value || (type !== 'ACTIVE' && type !== 'INACTIVE')) return unable(recency);
  const attribute = 'last_active_at';
  const note = `use of an app is not followed here: keep "${attribute}" as an attribute of contacts`;
  recency.resembles('rule', `${note}; ${NEITHER}`);
  const active = {
    yes: { attribute, op: 'within_last', value },
    no: { attribute, op: 'before', value: `${value} ago` },
  };
  return type === 'ACTIVE' ? active : opposite(active);
}

const textsIn = (list: Reading): string[] => list.items().flatMap((item) => item.text ?? []);
