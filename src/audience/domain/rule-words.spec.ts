import { describe, expect, it } from '@jest/globals';
import { conditionsAsked, leadsTo } from './rule-graph.js';
import type { RuleSubject } from './rule-evaluation.js';
import { decide, inWords } from './rule-words.js';
import type { Comparison, Rule } from './segment-rule.js';

const is = (attribute: string, value: string): Comparison => ({ attribute, op: 'eq', value });
const subject: RuleSubject = {
  fields: {} as RuleSubject['fields'],
  attributes: { a: 'yes', b: 'yes', c: 'no' },
  memberOf: new Set([7]),
  happened: (what) => 'opened' in what,
};
const yes = (key: string) => is(key, 'yes');
const say = (rule: Rule) => {
  const decision = decide(rule, subject, { now: new Date(0), rules: new Map([[7, null]]) });
  return `${decision.holds}: ${inWords(decision, (id) => `segment ${id}`)}`;
};

describe('why a rule holds or not', () => {
  it.each<[Rule, string]>([
    [yes('a'), 'true: attribute a is "yes"'],
    [yes('c'), 'false: it is not so that attribute c is "yes"'],
    [{ all: [yes('a'), yes('b')] }, 'true: attribute a is "yes", and attribute b is "yes"'],
    [{ all: [yes('a'), yes('c'), yes('d')] }, 'false: it is not so that attribute c is "yes"'],
    [{ any: [yes('c'), yes('b'), yes('a')] }, 'true: attribute b is "yes"'],
    [
      { not: { any: [yes('c'), { all: [yes('a'), yes('b')] }] } },
      'false: attribute a is "yes", and attribute b is "yes"',
    ],
    [{ any: [{ segment: 7 }, yes('a')] }, 'true: it is in the segment "segment 7"'],
    [{ opened: { campaign: 3, channel: 'email' } }, 'true: it opened a message by email of campaign 3'],
    [{ received: { within_last: '3 days' } }, 'false: it is not so that it was sent a message within the last 3 days'],
    [{ attribute: 'n', op: 'in', value: [1, 2, 3, 4] }, 'false: it is not so that attribute n is one of 1, 2, 3, …'],
    [{ attribute: 'n', op: 'between', value: [1, 2] }, 'false: it is not so that attribute n is between 1 and 2'],
    [{ field: 'email', op: 'missing' }, 'true: email is missing'],
    [
      { any: [yes('c'), yes('d'), yes('e'), yes('f'), yes('g')] },
      'false: it is not so that attribute c is "yes", and it is not so that attribute d is "yes", and it is not so that attribute e is "yes", and 2 more',
    ],
  ])('%j', (rule, words) => {
    expect(say(rule)).toBe(words);
  });
});

describe('rules that name each other', () => {
  const graph = new Map<number, Rule>([
    [1, { any: [{ segment: 2 }, { segment: 2 }, yes('a')] }],
    [2, { all: [yes('a'), yes('b'), { segment: 9 }] }],
  ]);

  it('lead where they lead, by way of others', () => {
    expect([leadsTo(graph, 1, 9), leadsTo(graph, 2, 1), leadsTo(graph, 1, 1)]).toEqual([true, false, true]);
  });

  it('come to as many conditions as stand in their places', () => {
    expect(conditionsAsked(graph)).toEqual(
      new Map([
        [2, 3],
        [1, 7],
      ]),
    );
  });
});
