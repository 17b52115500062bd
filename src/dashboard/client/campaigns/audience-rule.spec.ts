import { describe, expect, it } from '@jest/globals';
import { readRule } from '../../../audience/domain/rule-check.js';
import { FACT_NAMES } from '../../../audience/domain/segment-rule.js';
import { audienceRule, lackingRule } from './audience-rule.js';

const audience = { include: ['tech'], exclude: ['had enough'] };
const nobodyNamed = { include: [], exclude: [] };

describe('an audience as a rule', () => {
  it.each([
    [audienceRule(nobodyNamed)],
    [audienceRule({ ...audience, exclude: [] })],
    [audienceRule(audience)],
    [lackingRule(audience, 'attributes.city')],
    [lackingRule(nobodyNamed, 'first_name')],
  ])('is one that the API takes: %j', (rule) => {
    expect(readRule(rule, '', FACT_NAMES)).toEqual({ rule });
  });

  it('finds within it those who lack what a message prints', () => {
    expect(lackingRule(audience, 'first_name')).toEqual({
      all: [audienceRule(audience), { field: 'first_name', op: 'missing' }],
    });
  });

  it('is none where the variable lies deeper than a rule can look', () => {
    expect(lackingRule(audience, 'attributes.address.city')).toBeNull();
  });
});
