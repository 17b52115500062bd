import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../platform/clock.js';
import { SignInPatience } from './sign-in-patience.js';

const DAY_MS = 86_400_000;

describe('the patience with who signs in', () => {
  let now: number;
  let patience: SignInPatience;
  beforeEach(() => {
    now = 0;
    patience = new SignInPatience({ now: () => new Date(now) } as Clock);
  });
  const tries = (count: number, addressOf: (index: number) => string) => {
    let taken = 0;
    for (let index = 0; index < count; index += 1)
      try {
        patience.attempt(addressOf(index), 'ann@example.com');
        taken += 1;
      } catch {
        // Counted by not being taken.
      }
    return taken;
  };

  it('counts the addresses of an IPv6 network as one', () => {
    expect(tries(1_000, (index) => `2001:470:1:2::${index.toString(16)}`)).toBeLessThan(10);
  });

  it('lets somebody in from where they signed in lately, though others guess at the account from everywhere', () => {
    patience.attempt('198.51.100.78', 'ann@example.com');
    patience.forgive('198.51.100.78', 'ann@example.com');
    const everywhere = (index: number) => `10.${index >> 8}.${index & 255}.1`;
    tries(1_000, everywhere);
    expect(tries(1, () => '192.0.2.1')).toBe(0);
    expect(tries(1, () => '198.51.100.78')).toBe(1);
    now = 31 * DAY_MS;
    tries(1_000, everywhere);
    expect(tries(1, () => '198.51.100.78')).toBe(0);
  });

  it('has none with who guesses from there', () => {
    patience.attempt('198.51.100.78', 'ann@example.com');
    patience.forgive('198.51.100.78', 'ann@example.com');
    expect(tries(1_000, () => '198.51.100.78')).toBeLessThan(10);
  });
});
