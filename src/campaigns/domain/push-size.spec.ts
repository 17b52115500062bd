import { describe, expect, it } from '@jest/globals';
import { leastPushBytes } from './push-size.js';

const parts = { subject: null, message: 'Hi', url: null, icon: null };

describe('the least size of a push message', () => {
  it('counts bytes, not characters, of all of its parts', () => {
    expect(leastPushBytes(parts)).toBe(leastPushBytes({ ...parts, message: '' }) + 2);
    expect(leastPushBytes({ ...parts, message: 'é🎉' })).toBe(leastPushBytes({ ...parts, message: '' }) + 6);
    expect(leastPushBytes({ ...parts, subject: 'abc', url: 'https://x', icon: 'http://y' })).toBe(
      leastPushBytes(parts) + 3 + 9 + 8,
    );
  });

  it('counts nothing that may be left out', () => {
    expect(leastPushBytes({ ...parts, message: 'Hi {{ first_name | default: "you" }}' })).toBe(
      leastPushBytes({ ...parts, message: 'Hi ' }),
    );
    expect(leastPushBytes({ ...parts, message: '{% if first_name %}long{% endif %}' })).toBe(0);
  });
});
