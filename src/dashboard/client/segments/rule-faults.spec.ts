import { expect, it } from '@jest/globals';
import { faultAt, faultsOf } from './rule-faults.js';

it('says what is wrong at a place in words, without the way there', () => {
  const faults = faultsOf({
    all: [{ attribute: '', op: 'eq', value: '' }, { any: [{ attribute: 'a', op: 'in', value: [] }] }],
  });
  expect(faultAt(faults, '/all/0/attribute')).toBe('Must be the name of an attribute, up to 100 characters.');
  expect(faultAt(faults, '/all/1/any/0/value')).toBe('Must not be empty.');
  expect(faultAt(faults, '/all/0/value')).toBeUndefined();
  expect(faultAt(faultsOf({ all: [{ field: 'email', op: 'in', value: ['a', 5] }] }), '/all/0/value')).toBe(
    'Must be text.',
  );
  expect(faultsOf({ all: [{ field: 'email', op: 'exists' }] })).toEqual([]);
});
