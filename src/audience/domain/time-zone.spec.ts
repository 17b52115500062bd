import { describe, expect, it } from '@jest/globals';
import { databaseZone, isTimeZone, spellZone } from './time-zone.js';

describe('the spelling of a time zone', () => {
  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['EUROPE/BERLIN', 'Europe/Berlin'],
    ['Europe/berlin', 'Europe/Berlin'],
    ['america/port_of_spain', 'America/Port_of_Spain'],
    ['antarctica/mcmurdo', 'Antarctica/McMurdo'],
    ['etc/gmt+5', 'Etc/GMT+5'],
    ['utc', 'UTC'],
    ['cet', 'CET'],
    ['est5edt', 'EST5EDT'],
    ['w-su', 'W-SU'],
    ['gb-eire', 'GB-Eire'],
    ['ETC/utc', 'Etc/UTC'],
    ['america/knox_in', 'America/Knox_IN'],
    ['chile/easterisland', 'Chile/EasterIsland'],
  ])('of %s is %s', (given, spelled) => {
    expect(spellZone(given)).toBe(spelled);
    expect(spellZone(given)).toBe(spelled);
  });

  it.each(['Asia/Calcutta', 'Asia/Kolkata', 'Europe/Kyiv', 'US/Eastern', 'Australia/ACT', 'America/Knox_IN', 'GMT'])(
    'of %s, right already or an alias, stays',
    (name) => {
      expect(spellZone(name)).toBe(name);
    },
  );

  it.each([
    ['asia/kolkata', 'Asia/Kolkata'],
    ['asia/calcutta', 'Asia/Calcutta'],
    ['AMERICA/ARGENTINA/BUENOS_AIRES', 'America/Argentina/Buenos_Aires'],
    ['us/eastern', 'US/Eastern'],
  ])('of the alias %s is mended, and it stays that alias', (given, spelled) => {
    expect(spellZone(given)).toBe(spelled);
  });

  it.each(['Mars/Olympus', 'asia/nowhere', ''])('of %j, which is no zone, is nobody’s business', (name) => {
    expect(spellZone(name)).toBe(name);
  });
});

describe('isTimeZone', () => {
  it.each(
    [
      'UTC',
      'utc',
      'GMT',
      'gmt',
      'CET',
      'EST',
      'EST5EDT',
      'Europe/Berlin',
      'europe/berlin',
      'US/Pacific',
      'us/pacific',
    ].concat(['America/Argentina/Buenos_Aires', 'Etc/UTC', 'Etc/GMT+5', 'Asia/Kolkata', 'Asia/Calcutta', 'Zulu']),
  )('accepts %s', (name) => expect(isTimeZone(name)).toBe(true));
  it.each([
    'PST',
    'IST',
    'AET',
    'SystemV/EST5',
    'US/Pacific-New',
    'Factory',
    'GMT+2',
    '+02:00',
    '+05:30',
    '-00:00',
    '-0500',
    '',
    'Berlin',
    'Europe/Atlantis',
    'local',
  ])('refuses %p', (name) => expect(isTimeZone(name)).toBe(false));
});

describe('the name by which the database is asked', () => {
  it.each([
    ['CET', 'Europe/Brussels'],
    ['EST', 'America/Panama'],
    ['US/Eastern', 'America/New_York'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
  ])('for %s is %s', (name, asked) => expect(databaseZone(name)).toBe(asked));
});
