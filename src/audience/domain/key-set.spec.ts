import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeySet } from './key-set.js';

describe('a set of keys', () => {
  it('knows what was added, and nothing else, also when it has grown', () => {
    const keys = new KeySet();
    const add = () => {
      let known = 0;
      for (let index = 0; index < 50_000; index += 1) if (keys.add(`email:p${index}@example.com`)) known += 1;
      return known;
    };
    expect(add()).toBe(0);
    expect(add()).toBe(50_000);
    expect(keys.add('email:p50000@example.com')).toBe(false);
  });

  it('answers like a set of texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (texts) => {
        const [keys, model] = [new KeySet(), new Set<string>()];
        for (const text of texts) {
          expect(keys.add(text)).toBe(model.has(text));
          model.add(text);
        }
      }),
    );
  });
});
