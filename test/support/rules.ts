import fc from 'fast-check';
import type { RuleSubject } from '../../src/audience/domain/rule-evaluation.js';
import {
  type Comparison,
  type Rule,
  RULE_FIELDS,
  RULE_OPS,
  type RuleField,
} from '../../src/audience/domain/segment-rule.js';

/** Values that rules and contacts share, so that they meet: kinds that look alike, edges, and what a language gets wrong. */
const texts = [
  'pro',
  'Pro',
  'pr',
  '',
  ' ',
  '5',
  '05',
  'true',
  'null',
  'ä',
  'a\u0308',
  'z',
  'Z',
  '\uFFFD',
  '😀',
  '%',
  '_',
  `'; drop`,
  '\\',
];
const instants = ['2026-01-01', '2026-02-29', '2024-02-29', '2026-02-30', '2026-11-20T10:00', '2026-11-20 10:00:00.5']
  .concat([
    '2026-11-22T12:00:00.000999999Z',
    '2026-11-22T12:00:00.0019',
    '20261122T120000Z',
    '20261122',
    '20261120T1000+0530',
    '2026-11-12',
  ])
  .concat([
    '2026-11-20T10:00:00+00',
    '2026-11-20 10:00:00-0500',
    '20261120T100000.5',
    '20261120T100000.5-05',
    '20260230',
    '2026-11-20T10:00:00+05:30',
    '2026-11-22T12:00:00Z',
    '2027-01-01T00:00:00-11:00',
    '2026-13-01',
    '2026-1-1',
  ]);
const numbers = [0, -0, 5, 5.5, -1, 1e21, 0.1, 123456789012345];
const spans = ['1 second', '36 hours', '30 days', '2 weeks', '1 month', '11 months', '3 years'];
const keys = ['plan', 'n', 'tags', `odd "key' ü`, 'Plan'];

const text = fc.oneof(fc.constantFrom(...texts), fc.constantFrom(...instants));
const scalar = fc.oneof(text, fc.constantFrom(...numbers), fc.boolean());
const anything = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 1 })), { maxLength: 3 }),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('plan', 'a'), scalar) },
);
const instant = fc.oneof(
  fc.constantFrom('now', '2026-11-20T10:00:00+05:30', '2026-01-01', '2024-02-29'),
  fc.tuple(fc.constantFrom(...spans), fc.constantFrom('ago', 'from now')).map((words) => words.join(' ')),
);

const ofKind = (kind: string) =>
  (Object.keys(RULE_FIELDS) as RuleField[]).filter((field) => RULE_FIELDS[field] === kind);
const opsOf = (kind: 'text' | 'time' | 'attribute') =>
  (Object.keys(RULE_OPS) as (keyof typeof RULE_OPS)[]).filter((op) => RULE_OPS[op].of.includes(kind));

function comparison(kind: 'text' | 'time' | 'attribute'): fc.Arbitrary<Comparison> {
  const one = kind === 'text' ? text : scalar;
  const bound = kind === 'time' ? instant : kind === 'text' ? text : fc.oneof(text, fc.constantFrom(...numbers));
  const side: fc.Arbitrary<object> =
    kind === 'attribute'
      ? fc.constantFrom(...keys).map((attribute) => ({ attribute }))
      : fc.constantFrom(...ofKind(kind)).map((field) => ({ field }));
  const values = {
    one,
    list: fc.array(one, { minLength: 1, maxLength: 4 }),
    bound,
    bounds: fc.tuple(bound, bound).filter(([low, high]) => typeof low === typeof high),
    part: text.filter((part) => part !== ''),
    instant,
    duration: fc.constantFrom(...spans),
    nothing: fc.constant(undefined),
  };
  return fc
    .tuple(side, fc.constantFrom(...opsOf(kind)))
    .chain(([of, op]) =>
      (values[RULE_OPS[op].takes] as fc.Arbitrary<unknown>).map(
        (value) => ({ ...of, op, ...(value === undefined ? {} : { value }) }) as Comparison,
      ),
    );
}

/** Rules up to four groups deep over fields, attributes, these segments and these other conditions. */
export function rules(segments: number[], others: Rule[]): fc.Arbitrary<Rule> {
  const leaf = fc.oneof(
    { weight: 6, arbitrary: comparison('attribute') },
    { weight: 2, arbitrary: comparison('text') },
    { weight: 2, arbitrary: comparison('time') },
    { weight: 1, arbitrary: fc.constantFrom(...segments).map((segment) => ({ segment })) },
    ...(others.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...others) }] : []),
  ) as fc.Arbitrary<Rule>;
  return fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      leaf,
      fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      tie('rule').map((not) => ({ not })),
    ),
  })).rule;
}

/** A contact of those rules; what is unique is missing or its own. */
export type GeneratedContact = Pick<RuleSubject, 'fields' | 'attributes'>;

/** So many contacts; what must be unique is numbered. */
export function contacts(count: number): fc.Arbitrary<GeneratedContact[]> {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
  const consent = fc.constantFrom('subscribed', 'unsubscribed', 'pending');
  const time = fc
    .oneof(fc.constantFrom('2026-11-22T12:00:00.000Z', '2026-10-23T12:00:00.000Z', '2026-01-01T00:00:00.000Z'))
    .map((at) => new Date(at));
  const fields = fc.record({
    email: maybe(fc.constant('c@example.com')),
    phone: maybe(fc.constant('+49151')),
    external_id: fc.constant(null),
    first_name: maybe(text),
    last_name: maybe(text),
    locale: maybe(fc.constantFrom('de', 'pro')),
    time_zone: maybe(fc.constantFrom('UTC', 'Europe/Berlin')),
    email_consent: consent,
    sms_consent: consent,
    push_consent: consent,
    created_at: time,
    updated_at: time,
  }) as fc.Arbitrary<RuleSubject['fields']>;
  const attributes = fc.dictionary(fc.constantFrom(...keys), anything) as fc.Arbitrary<Record<string, unknown>>;
  const numbered = ({ fields: { email, phone, ...fields }, ...rest }: GeneratedContact, index: number) => ({
    ...rest,
    fields: { ...fields, email: email && `${index}${email}`, phone: phone && `${phone}${1_000_000 + index}` },
  });
  return fc
    .array(fc.record({ fields, attributes }), { minLength: count, maxLength: count })
    .map((people) => people.map(numbered) as GeneratedContact[]);
}
