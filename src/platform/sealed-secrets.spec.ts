import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SealedSecrets } from './sealed-secrets.js';
import type { SecretKey } from './secret-key.js';

const keyed = (secret: string) =>
  new SealedSecrets({
    for: (purpose: string) => createHmac('sha256', secret).update(purpose).digest(),
  } as unknown as SecretKey);
const secrets = keyed('one');
const place = 'provider.secrets:7';

describe('a sealed secret', () => {
  it('opens in its place, and is another text each time', () => {
    const sealed = [secrets.seal('pässword 🎉', place), secrets.seal('pässword 🎉', place)];
    expect(sealed.map((text) => secrets.open(text, place))).toEqual(['pässword 🎉', 'pässword 🎉']);
    expect(sealed[0]).not.toBe(sealed[1]);
    expect(sealed[0]).not.toContain('ssword');
  });

  it('does not open in another place, changed, cut short, or with another key', () => {
    const sealed = secrets.seal('password', place);
    const changed = sealed.slice(0, -3) + (sealed.at(-3) === 'A' ? 'B' : 'A') + sealed.slice(-2);
    expect(() => secrets.open(sealed, 'provider.secrets:8')).toThrow();
    expect(() => secrets.open(changed, place)).toThrow();
    expect(() => secrets.open(sealed.slice(0, 20), place)).toThrow();
    expect(() => keyed('two').open(sealed, place)).toThrow(/another SECRET_KEY/);
  });
});
