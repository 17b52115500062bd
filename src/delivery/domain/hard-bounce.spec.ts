import { describe, expect, it } from '@jest/globals';
import { isHardBounce } from './hard-bounce.js';

describe('a hard bounce', () => {
  it.each(['5.1.1', '550 5.1.1 no such user', '550-5.1.10 null MX', '554 (5.2.1) disabled', 'smtp; 550 5.1.6.'])(
    'is %j',
    (words) => expect(isHardBounce(words)).toBe(true),
  );

  it.each([
    null,
    '',
    '550 5.7.1 Client host [192.5.1.10] blocked',
    '554 [45.5.2.1] listed',
    '550 5.7.1 from 5.1.1.9',
    '552 5.2.2 full',
    '5.1.11',
    '4.1.1',
  ])('is not %j', (words) => expect(isHardBounce(words)).toBe(false));
});
