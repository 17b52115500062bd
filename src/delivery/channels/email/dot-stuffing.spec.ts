import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dotStuffed } from './dot-stuffing.js';

describe('dots', () => {
  const message = fc
    .array(fc.constantFrom('.', '\r\n', '\r', '\n', 'a', 'é'), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('that begin a line are doubled, and no others', () => {
    fc.assert(
      fc.property(message, (text) => {
        const stuffed = dotStuffed(Buffer.from(text)).toString();
        expect(`\n${stuffed}`).not.toMatch(/[\r\n]\.(?!\.)/);
        expect(
          stuffed
            .split(/([\r\n])/)
            .map((line) => line.replace(/^\./, ''))
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('cost nothing where there are none', () => {
    const plain = Buffer.from('Subject: x\r\n\r\nno dot. begins a line\r\n');
    expect(dotStuffed(plain)).toBe(plain);
  });
});
