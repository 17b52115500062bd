import { describe, expect, it } from '@jest/globals';
import { isTimeZone, spellZone } from './time-zone.js';

describe('the spelling of a time zone', () => {
  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['EUROPE/BERLIN', 'Europe/Berlin'],
    ['Europe/berlin', 'Europe/Berlin'],
    ['america/port_of_spain', 'America/Port_of_Spain'],
    ['antarctica/mcmurdo', 'Antarctica/McMurdo'],
    ['etc/gmt+5', 'Etc/GMT+5'],
    ['utc', 'UTC'],
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
    ['us/eastern', 'us/eastern'],
  ])('of the alias %s is mended where a rule can tell, and it stays that alias', (given, spelled) => {
    expect(spellZone(given)).toBe(spelled);
  });

  it.each(['Mars/Olympus', 'asia/nowhere', ''])('of %j, which is no zone, is nobody’s business', (name) => {
    expect(spellZone(name)).toBe(name);
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'US/Pacific', 'Etc/UTC', 'Asia/Kolkata'])(
    'accepts %s',
    (name) => expect(isTimeZone(name)).toBe(true),
  );
  it.each([
    'EST',
    'MST',
    'CET',
    'EST5EDT',
    'GMT',
    'SystemV/EST5',
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
