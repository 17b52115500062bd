import { describe, expect, it } from '@jest/globals';
import { planZones, type ZonedRun } from './zone-plan.js';

/** Ten o'clock everywhere on 1 July 2026; Berlin's own. */
const run: ZonedRun = {
  scheduled_for: new Date('2026-07-01T08:00:00Z'),
  zones_from: new Date('2026-06-30T20:00:00Z'),
  time_zone: 'Europe/Berlin',
  late: 'send_now',
  opened_at: new Date('2026-06-30T20:00:00.050Z'),
  expires_at: new Date('2026-07-05T22:00:00Z'),
};
const due = (at: string, skip: string | null = null) => ({ dueAt: new Date(at), skip });
const zones = ['Pacific/Kiritimati', 'Asia/Tokyo', 'America/Lima', null, 'Mars/Olympus'];
const opened = (at: string, late: 'send_now' | 'skip') => ({ ...run, opened_at: new Date(at), late });

describe('the zones of a run', () => {
  it('are each due at their own wall time; who has none that is usable at the campaign’s', () => {
    expect(planZones(run, zones, null)).toEqual({
      zones: [
        { zone: 'Pacific/Kiritimati', ...due('2026-06-30T20:00:00Z') },
        { zone: 'Asia/Tokyo', ...due('2026-07-01T01:00:00Z') },
        { zone: 'America/Lima', ...due('2026-07-01T15:00:00Z') },
      ],
      others: due('2026-07-01T08:00:00Z'),
    });
  });

  it('are left out, or sent to at once, where their time is past by more than a minute', () => {
    const skipping = planZones(opened('2026-07-01T01:01:00.001Z', 'skip'), zones, null);
    expect(skipping.zones.map(({ skip }) => skip)).toEqual(['zone_past', 'zone_past', null]);
    const onTime = planZones(opened('2026-07-01T01:01:00Z', 'skip'), zones, null);
    expect(onTime.zones.map(({ skip }) => skip)).toEqual(['zone_past', null, null]);
    const sending = planZones(opened('2026-07-01T01:01:00.001Z', 'send_now'), zones, null);
    expect(sending.zones.map(({ skip }) => skip)).toEqual([null, null, null]);
  });

  it('wait for their hours, and are left out where these come after the deadline', () => {
    const afternoon = { window: { from: '14:00', to: '16:00', weekdays: null }, quiet: null };
    expect(planZones(run, ['Asia/Tokyo'], afternoon)).toEqual({
      zones: [{ zone: 'Asia/Tokyo', ...due('2026-07-01T05:00:00Z') }],
      others: due('2026-07-01T12:00:00Z'),
    });
    const mondays = { window: { from: '00:00', to: '23:59', weekdays: ['monday' as const] }, quiet: null };
    expect(planZones(run, ['Asia/Tokyo', 'America/Lima'], mondays).zones).toMatchObject([
      due('2026-07-05T15:00:00Z'),
      { skip: 'quiet_hours' },
    ]);
  });

  it('share one instant in a run that does not follow their clocks', () => {
    const once = { ...run, zones_from: null, late: 'skip' as const, opened_at: new Date('2026-07-01T12:00:00Z') };
    expect(planZones(once, ['Asia/Tokyo'], null)).toEqual({
      zones: [{ zone: 'Asia/Tokyo', ...due('2026-07-01T08:00:00Z') }],
      others: due('2026-07-01T08:00:00Z'),
    });
  });
});
