import { describe, expect, it } from '@jest/globals';
import { differences, rebased } from './rebase.js';

const before = { name: 'a', tags: ['x'], settings: { host: 'one', port: '25' }, rule: { all: [1] } as object };

describe('what one wrote, when another saved first', () => {
  it('stays, and the other changes come along, also within a field of several parts', () => {
    const mine = { ...before, name: 'mine', settings: { host: 'one', port: '2525' } };
    const theirs = { ...before, tags: ['x', 'y'], settings: { host: 'two', port: '25' } };
    expect(rebased(before, mine, theirs)).toEqual({
      name: 'mine',
      tags: ['x', 'y'],
      settings: { host: 'two', port: '2525' },
      rule: { all: [1] },
    });
  });

  it('is taken whole where its parts are of another shape', () => {
    const mine = { ...before, rule: { any: [2] } };
    expect(rebased(before, mine, { ...before, rule: { all: [1, 3] } }).rule).toEqual({ any: [2] });
  });

  it('is told apart from what the other changed', () => {
    const mine = { ...before, name: 'mine', tags: ['z'] };
    const theirs = { ...before, name: 'theirs', tags: ['z'], rule: { all: [] } };
    expect(differences(before, rebased(before, mine, theirs), theirs)).toEqual([
      { field: 'name', was: 'a', is: 'theirs', mine: 'mine' },
      { field: 'tags', was: ['x'], is: ['z'] },
      { field: 'rule', was: { all: [1] }, is: { all: [] } },
    ]);
    // Who takes a change of theirs back means it.
    expect(differences(before, before, theirs)[2]).toEqual({
      ...{ field: 'rule', was: before.rule, is: { all: [] } },
      mine: before.rule,
    });
  });
});
