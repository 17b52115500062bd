import { describe, expect, it } from '@jest/globals';
import { readRule } from '../../../audience/domain/rule-check.js';
import { matches, type RuleSubject } from '../../../audience/domain/rule-evaluation.js';
import { renameSegments, RULE_FIELDS, type Rule } from '../../../audience/domain/segment-rule.js';
import { carryOver } from './carry-over.js';

const now = new Date('2026-11-29T12:00:00Z');
const de = { Location: { Country: { DimensionType: 'INCLUSIVE', Values: ['DE'] } } };
const active = {
  Behavior: { Recency: { Duration: 'DAY_30', RecencyType: 'ACTIVE' } },
  Metrics: { orders: { ComparisonOperator: 'GREATER_THAN_OR_EQUAL', Value: 3 } },
  Attributes: { plan: { AttributeType: 'INCLUSIVE', Values: ['pro', 'team'] } },
  UserAttributes: { joined: { AttributeType: 'BEFORE', Values: ['2026-01-01T00:00:00Z'] } },
};
const plan = { Attributes: active.Attributes };
const attribute = (type: string, ...values: string[]) => ({
  Dimensions: { Attributes: { tier: { AttributeType: type, Values: values } } },
});
const groups = (include: string, ...list: object[]) => ({ SegmentGroups: { Include: include, Groups: list } });
const over = (type: string, ...ids: string[]) => ({
  SourceType: type,
  SourceSegments: ids.map((Id) => ({ Id })),
  Dimensions: [],
});

const wished: Record<string, object> = {
  imp: { SegmentType: 'IMPORT' },
  'not imp': groups('ALL', over('NONE', 'imp')),
  'none of imp': groups('NONE', over('ANY', 'imp')),
  'not not imp': groups('NONE', over('NONE', 'imp')),
  'in imp and gold': groups('ALL', { ...over('ANY', 'imp'), ...attribute('INCLUSIVE', 'gold') }),
  'not in imp and gold': groups('NONE', over('ANY', 'in imp and gold')),
  german: { Dimensions: de },
  'not german': groups('NONE', { Dimensions: [de] }),
  'not in german': groups('ALL', over('NONE', 'german')),
  abroad: { Dimensions: { Location: { Country: { DimensionType: 'EXCLUSIVE', Values: ['DE'] } } } },
  gold: attribute('INCLUSIVE', 'gold', 'silver'),
  'not gold': attribute('EXCLUSIVE', 'gold', 'silver'),
  'no old': groups('NONE', { Dimensions: [attribute('CONTAINS', 'old').Dimensions] }),
  'not on a day': groups('NONE', { Dimensions: [attribute('ON', '2026-05-31').Dimensions] }),
  'not between': groups('NONE', { Dimensions: [attribute('BETWEEN', '2026-05-01', '2026-06-01').Dimensions] }),
  active: { Dimensions: active },
  'not active': groups('NONE', { Dimensions: [active] }),
  inactive: { Dimensions: { Behavior: { Recency: { Duration: 'DAY_30', RecencyType: 'INACTIVE' } } } },
  deep: groups(
    'NONE',
    { ...over('NONE', 'german', 'gold'), Type: 'NONE', Dimensions: [plan, attribute('INCLUSIVE', 'old').Dimensions] },
    { ...over('ANY', 'active'), Type: 'ANY', Dimensions: [de, plan] },
  ),
};
const json = Object.entries(wished).map(([Name, one]) => ({ Id: Name, Name, SegmentType: 'DIMENSIONAL', ...one }));
const { segments, remarks } = carryOver([{ path: 'segments.json', json }], now);
const names = segments.map(({ name }) => name);
const rules = new Map(
  segments.map(({ rule }, id) => [
    id,
    rule ? renameSegments(rule as Rule<string>, (name) => names.indexOf(name)) : null,
  ]),
);

/** In which segments somebody with these attributes is. */
function has(attributes: Record<string, unknown>, ...memberOf: string[]): string[] {
  const fields = Object.fromEntries(Object.keys(RULE_FIELDS).map((field) => [field, null])) as RuleSubject['fields'];
  const members = new Set(memberOf.map((name) => names.indexOf(name)));
  const subject: RuleSubject = { fields, attributes, memberOf: members, happened: () => false };
  return names.filter((_, id) => matches({ segment: id }, subject, { now, rules }));
}

describe('segments of Pinpoint', () => {
  it('have nobody of whom nothing is known, though they are negations', () => {
    expect(has({})).toEqual([]);
    expect(has({ country: null, tier: null, plan: [] })).toEqual([]);
  });

  it.each([{}, { tier: 'gold' }, { tier: 'bronze', country: 'FR' }])(
    'that are negations of an imported one have nobody, whether it has its members or not: %j',
    (attributes) => {
      const those = names.filter((name) => /^not? .*imp|^none/.test(name));
      expect(those).toHaveLength(4);
      for (const members of [[], ['imp']])
        expect(has(attributes, ...members).filter((name) => those.includes(name))).toEqual([]);
      for (const name of those) expect(segments[names.indexOf(name)]!.description).toContain('Has nobody');
    },
  );

  it('have nobody by what is of another kind: a list, a number, a text that is no time', () => {
    for (const tier of [['gold'], ['bronze'], 5, true, { a: 1 }]) expect(has({ tier })).toEqual([]);
    expect(has({ tier: 'soon' })).toEqual(['not gold', 'no old']);
    expect(has({ orders: '5', last_active_at: 'never', plan: ['x'], joined: 'x', country: 7 })).toEqual([]);
  });

  it('have whoever is known to be meant', () => {
    expect(has({ country: 'DE' })).toEqual(['german']);
    expect(has({ country: 'FR' })).toEqual(['not german', 'abroad', 'not in german']);
    expect(has({ tier: 'gold' }, 'imp')).toEqual(['imp', 'gold', 'in imp and gold']);
    expect(has({ tier: 'bronze' })).toEqual(['not gold', 'no old']);
    expect(has({ tier: '2026-05-31T10:00:00Z' })).toEqual(['not gold', 'no old']);
    expect(has({ tier: '2026-06-01' })).toEqual(['not gold', 'no old', 'not on a day', 'not between']);
    expect(has({ last_active_at: '2026-06-01' })).toEqual(['not active', 'inactive']);
    expect(has({ orders: 2 })).toEqual(['not active']);
    const whole = { last_active_at: '2026-11-28', orders: 3, plan: 'pro', joined: '2025-01-01' };
    expect(has(whole)).toEqual(['active']);
    expect(has({ country: 'DE', tier: 'gold', plan: 'free' })).toContain('deep');
    expect(has({ country: 'FR', tier: 'bronze', plan: 'free' })).not.toContain('deep');
  });

  it('are rules that can be asked', () => {
    const faults = segments.flatMap(({ rule }) => {
      const read = rule ? readRule(rule, '', []) : {};
      return 'faults' in read ? read.faults : [];
    });
    expect(faults).toEqual([]);
  });

  it('are told of: what is not there, and what to do', () => {
    const told = (pointer: string) => remarks.find((one) => one.pointer === pointer);
    for (const place of [1, 2, 3])
      expect(told(`/${place}/SegmentGroups/Groups/0/SourceSegments/0/Id`)).toMatchObject({
        mapping: 'not_mapped',
        note: expect.stringContaining('import them, then write a rule with {not: {segment: "imp"}}'),
      });
    expect(told('/4/SegmentGroups/Groups/0/SourceSegments/0/Id')).toMatchObject({ mapping: 'mapped' });
    expect(told('/8/SegmentGroups/Groups/0/SourceSegments/0/Id')?.note).toContain('opposite of its rule');
    for (const { note } of remarks) expect(note ?? '').not.toContain('whoever has none');
  });
});
