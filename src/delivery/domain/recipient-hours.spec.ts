import { describe, expect, it } from '@jest/globals';
import { RecipientHours } from './recipient-hours.js';
import { retryGroups, type Settlement } from './settlement.js';

const hours = { window: null, quiet: { from: '21:00', to: '08:00' } };
const until = (expiresAt: string) =>
  new RecipientHours({ hours, timeZone: 'Europe/Berlin', expiresAt: new Date(expiresAt) });
const evening = new Date('2026-07-01T19:30:15Z'); // 21:30 in Berlin, 14:30 in Lima

describe('a recipient outside the hours of sending', () => {
  const recipientHours = until('2026-07-04T00:00:00Z');

  it('waits for the opening in its zone, and no try is burnt', () => {
    expect(recipientHours.check(7, 'Europe/Berlin', 2, evening)).toEqual({
      kind: 'deferred',
      contactId: 7,
      retry: { kind: 'retry', attempt: 2, burn: false, minDelayMs: 37_785_000 },
      opening: new Date('2026-07-02T06:00:00Z'),
    });
    expect(recipientHours.check(7, 'America/Lima', 2, evening)).toBeNull();
  });

  it('is measured by the campaign’s zone where it has none', () => {
    for (const zone of [null, 'Mars/Olympus'])
      expect(recipientHours.check(7, zone, 1, evening)).toMatchObject({ opening: new Date('2026-07-02T06:00:00Z') });
  });

  it('may be sent to from the minute of the opening on', () => {
    expect(recipientHours.check(7, null, 1, new Date('2026-07-02T05:59:59.999Z'))).not.toBeNull();
    expect(recipientHours.check(7, null, 1, new Date('2026-07-02T06:00:00Z'))).toBeNull();
  });

  it('is skipped where the opening does not come before the deadline', () => {
    const skipped = { kind: 'skipped', contactId: 7, reason: 'quiet_hours' };
    expect(until('2026-07-02T06:00:00Z').check(7, null, 1, evening)).toEqual(skipped);
    expect(until('2026-07-02T06:00:00.001Z').check(7, null, 1, evening)).toMatchObject({ kind: 'deferred' });
  });
});

it('those who wait are gathered by their opening, apart from those a provider put off', () => {
  const recipientHours = until('2026-07-04T00:00:00Z');
  const check = (contactId: number, zone: string) =>
    recipientHours.check(contactId, zone, 1, new Date('2026-07-01T02:00:00Z')) as Settlement;
  const putOff = { kind: 'retry', attempt: 1, burn: false, minDelayMs: 60_000 } as const;
  const groups = retryGroups(
    [
      check(1, 'Europe/Berlin'),
      check(2, 'Europe/London'),
      { kind: 'deferred', contactId: 3, retry: putOff },
      check(4, 'Europe/Paris'),
    ],
    { baseMs: 1, capMs: 1 },
    () => 0.5,
  );
  expect(groups).toEqual([
    { attempt: 1, contactIds: [1, 4], dueInMs: 4 * 3_600_000, doubtful: false },
    { attempt: 1, contactIds: [2], dueInMs: 5 * 3_600_000, doubtful: false },
    { attempt: 1, contactIds: [3], dueInMs: 60_000, doubtful: false },
  ]);
});
