import { expect, it } from '@jest/globals';
import { occurrences } from '../../../campaigns/domain/recurrence.js';
import { readSchedule } from '../../../campaigns/domain/schedule-request.js';
import { offsetsBeside } from './offsets-beside.js';

/** Coming times of a schedule with the offsets beside them, as they are listed. */
function listed(schedule_time: string, rule: { frequency: 'hourly' | 'minutely' | 'daily'; interval?: number }) {
  const read = readSchedule({ type: 'recurring', schedule_time, time_zone: 'Europe/Berlin', ...rule });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const times = occurrences(read.schedule, read.schedule.anchorAt, 4);
  const shown = times.map(({ at, local }) => ({ at: at.toISOString(), local }));
  return offsetsBeside(shown).map((offset, index) => [shown[index]!.local.slice(11, 16), offset]);
}

it('tells an hour that stands there twice from itself', () => {
  expect(listed('2027-10-31T01:30', { frequency: 'hourly' })).toEqual([
    ['01:30', null],
    ['02:30', '+02:00'],
    ['02:30', '+01:00'],
    ['03:30', null],
  ]);
});

it('marks each time that is listed twice, also where others stand between', () => {
  expect(listed('2027-10-31T02:00', { frequency: 'minutely', interval: 30 })).toEqual([
    ['02:00', '+02:00'],
    ['02:30', '+02:00'],
    ['02:00', '+01:00'],
    ['02:30', '+01:00'],
  ]);
});

it('marks both sides of an hour that is left out', () => {
  expect(listed('2027-03-28T00:30', { frequency: 'hourly' })).toEqual([
    ['00:30', null],
    ['01:30', '+01:00'],
    ['03:30', '+02:00'],
    ['04:30', null],
  ]);
});

it('says nothing of what is at the same time each day, nor where no clock is changed', () => {
  const hours = listed('2027-06-01T10:00', { frequency: 'hourly' });
  const days = listed('2027-10-30T10:00', { frequency: 'daily' });
  expect([...hours, ...days].filter(([, offset]) => offset !== null)).toEqual([]);
});

it('writes an offset west of Greenwich and of half an hour', () => {
  const twice = ['2027-11-07T03:30:00Z', '2027-11-07T04:30:00Z'].map((at) => ({ at, local: '2027-11-07T01:00:00' }));
  expect(offsetsBeside(twice)).toEqual(['-02:30', '-03:30']);
});
