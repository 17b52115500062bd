import { expect, it } from '@jest/globals';
import { Reading, Remarks } from './reading.js';
import { scheduleOf } from './schedule.js';

const now = new Date('2026-11-01T12:00:00Z');
const schedule = (json: object) =>
  scheduleOf(new Reading(json, new Remarks(), { file: 'a.json', thing: 'the file', pointer: '' }), now);

it.each([
  ['2027-03-01T10:00:00', '2027-03-01T10:00:00'],
  ['2027-03-01T10:00:00+02:00', '2027-03-01T08:00:00'],
  ['2027-03-01', '2027-03-01T00:00:00'],
  ['20270301T1000Z', '2027-03-01T10:00:00'],
  ['Mar 1, 2027 10:00', '2026-11-01T12:00:00'],
])('the start %s is %s in UTC; what is no ISO 8601 is taken for none', (StartTime, schedule_time) => {
  expect(schedule({ StartTime })).toEqual({ type: 'one_time', schedule_time });
});

it.each(['2027-03-01T09:30', '2027-03-01T09:30:00.5Z', '2027-03-01T09:30-05', '20270301T093000+0100'])(
  'the start %s is 09:30 wherever a recipient is',
  (StartTime) => {
    const wall = { schedule_time: '2027-03-01T09:30:00', recipient_time_zone: true };
    expect(schedule({ StartTime, IsLocalTime: true })).toEqual({ type: 'one_time', ...wall });
  },
);

it('the end is an instant, in UTC where it has no offset', () => {
  const end = (EndTime: string) => schedule({ Frequency: 'DAILY', EndTime }).until;
  expect(end('2028-02-01T08:00')).toBe('2028-02-01T08:00:00.000Z');
  expect(end('2028-02-01T08:00+01:00')).toBe('2028-02-01T07:00:00.000Z');
});
