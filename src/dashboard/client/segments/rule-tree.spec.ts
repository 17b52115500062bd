import { describe, expect, it } from '@jest/globals';
import { asGroup, groupOf, leafAbout, ruleOf, subjectOf, type Tree } from './rule-tree.js';

const condition: Tree = { attribute: 'plan', op: 'eq', value: 'pro' };

describe('a rule in the builder', () => {
  it.each<Tree>([{ all: [condition] }, { any: [condition, { all: [condition] }] }, { not: { any: [condition] } }])(
    'is the same rule when it comes out: %j',
    (rule) => expect(ruleOf(groupOf(rule)!)).toEqual(rule),
  );

  it('means the same where it has to be written otherwise', () => {
    expect(ruleOf(asGroup(condition))).toEqual({ all: [condition] });
    expect(ruleOf(asGroup({ not: condition }))).toEqual({ not: { any: [condition] } });
  });

  it.each(['email', 'created_at', 'attribute', 'segment', 'received', 'opened', 'clicked'])(
    'begins a condition about %s that is about it',
    (subject) => expect(subjectOf(leafAbout(subject))).toBe(subject),
  );
});
