import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../platform/clock.js';
import type { Act, AuditService } from './audit.service.js';
import { SignInPatience } from './sign-in-patience.js';
import { SignInTries } from './sign-in-tries.js';

const HOUR_MS = 3_600_000;

describe('the failures to sign in', () => {
  let now: number;
  let told: NonNullable<Act['details']>[];
  let tries: SignInTries;
  beforeEach(() => {
    now = 0;
    told = [];
    const clock = { now: () => new Date(now) } as Clock;
    const audit = { record: async (_: unknown, { details }: Act) => void told.push(details!) };
    tries = new SignInTries(new SignInPatience(clock), audit as unknown as AuditService, clock);
  });
  const guess = (address: string) =>
    tries.begin(address, 'ann@example.com').then(
      () => tries.fail(address, 7),
      () => undefined,
    );

  it('are told of a caller at first, when it is held off first, and at each tenfold, and anew the next hour', async () => {
    for (let count = 0; count < 1_234; count += 1) await guess('203.0.113.9');
    const from = '203.0.113.9';
    expect(told.map(({ tries: all, held_off, users }) => [all, held_off, users])).toEqual([
      ...[
        [1, 0, [7]],
        [6, 1, [7]],
        [10, 5, [7]],
      ],
      ...[
        [100, 95, [7]],
        [1_000, 995, [7]],
      ],
    ]);
    expect(told[0]).toEqual({ from, since: '1970-01-01T00:00:00.000Z', tries: 1, held_off: 0, users: [7] });
    now = HOUR_MS;
    await guess('203.0.113.9');
    expect(told.at(-1)).toEqual({ ...told[0], since: '1970-01-01T01:00:00.000Z' });
  });

  it('of however many callers fill no disk: beyond twenty in an hour they are one', async () => {
    for (let count = 0; count < 5_000; count += 1) await guess(`10.${count >> 8}.${count & 255}.1`);
    expect(new Set(told.map(({ from }) => from)).size).toBe(21);
    expect(told.length).toBeLessThan(40);
    expect(told.at(-1)).toMatchObject({ from: 'elsewhere', tries: 1_000 });
  });
});
