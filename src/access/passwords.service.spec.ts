import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../platform/config.js';
import { PasswordsService } from './passwords.service.js';

describe('passwords', () => {
  const of = (cost: number) => new PasswordsService(parseConfig({ PASSWORD_COST: String(cost) }));

  it('are kept with their cost and a salt of their own, and are known again after the cost was raised', async () => {
    const [kept, other] = [await of(12).hash('correct horse battery'), await of(12).hash('correct horse battery')];
    expect(kept).toMatch(/^scrypt\$12\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(other).not.toBe(kept);
    expect(await of(13).isRight('correct horse battery', kept)).toBe(true);
    expect(await of(13).isRight('correct horse batterY', kept)).toBe(false);
  });

  it('are the same in whatever form Unicode has them', async () => {
    const kept = await of(12).hash('Ünïcode password');
    expect(await of(12).isRight('U\u0308ni\u0308code password', kept)).toBe(true);
  });

  it('of nobody are tried as long as any, and never right', async () => {
    expect(await of(12).isRight('', null)).toBe(false);
  });
});
