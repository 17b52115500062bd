import { describe, expect, it } from '@jest/globals';
import { normaliseAddress, normalisePhone } from './address.js';
import { channelOf } from './suppression.js';

describe('a phone number', () => {
  it.each([
    ['+4915112345678', '+4915112345678'],
    ['+49 (0)151 / 123 456-78', '+4915112345678'],
    ['  +1 (202) 555-01.00 ', '+12025550100'],
    ['+44 20 7946 0958', '+442079460958'],
    ['+39 06 698 12345', '+390669812345'],
    ['tel:+1-415-555-2671', '+14155552671'],
    ['\uff0b49 151 \uff11\uff12345678', '+4915112345678'],
    ['\u202a+49 151 12345678\u202c', '+4915112345678'],
  ])('%s is %s, wherever we are', (text, number) => {
    expect(normalisePhone(text)).toBe(number);
    expect(normalisePhone(text, 'US')).toBe(number);
  });

  it.each([
    ['0151 12345678', 'DE', '+4915112345678'],
    ['(202) 555-0100', 'US', '+12025550100'],
    ['06 698 12345', 'IT', '+390669812345'],
    ['0049 151 12345678', 'DE', '+4915112345678'],
  ])('%s in %s is %s', (text, country, number) => {
    expect(normalisePhone(text, country)).toBe(number);
  });

  it.each([
    ['0151 12345678', undefined],
    ['0151 12345678', 'XX'],
    ['+1 202 555', undefined],
    ['+1 202 555 0100 000', undefined],
    ['+999 123456789', undefined],
    ['+49', undefined],
    ['call +49 151 12345678', undefined],
    ['+49 151 12345678 ext. 5 and more', undefined],
    ['+1 212 555 0199 ext. 42', undefined],
    ['+1 212 555 0199 x42', undefined],
    ['tel:+12125550199;ext=42', undefined],
    ['', 'DE'],
    ['not a number', 'DE'],
  ])('%j in %s is none', (text, country) => {
    expect(normalisePhone(text, country)).toBeNull();
  });
});

describe('an address', () => {
  it.each([
    ['ada@example.com', 'email'],
    ['+49 151 12345678', 'sms'],
    ['0151-12345678', 'sms'],
    ['https://push.example.com/send/a@b', 'push'],
    ['fcm-token:APA91bH', 'push'],
  ])('%s looks like one for %s', (address, channel) => {
    expect(channelOf(address)).toBe(channel);
  });

  it.each([
    'ada.example.com',
    'ada at example.com',
    'ada(at)example.com',
    'Mobile: +49 151 12345678',
    'foo',
    'ada-lovelace-of-london',
  ])('%s looks like none', (address) => {
    expect(channelOf(address)).toBeNull();
  });

  it.each([
    ['ada@M\u00fcnchen.de', 'ada@xn--mnchen-3ya.de'],
    ['ada@mu\u0308nchen.de', 'ada@xn--mnchen-3ya.de'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['\u00fc@ex\u00e4mple.de', '\u00fc@xn--exmple-cua.de'],
    ["o'brien+tag@sub-domain.example.com", "o'brien+tag@sub-domain.example.com"],
  ])('%j is written %s', (text, normal) => {
    expect(normaliseAddress(text, 'email')).toBe(normal);
    expect(normaliseAddress(normal, 'email')).toBe(normal);
  });

  it.each(
    ['x@-a..b.com', 'x@a..com', '.a@x.com', 'a.@x.com', 'a..b@x.com', 'x@.com.de', 'x@-a.com'].concat([
      'a\u200bb@x.com',
      'a@x\u200b.com',
      'a@x.com\u200b',
      'a\u00adb@x.com',
      'a@m\u00fcn chen.de',
    ]),
  )('%j is none', (text) => {
    expect(normaliseAddress(text, 'email')).toBeNull();
  });

  it('has one normal form on each channel, or is none', () => {
    expect(normaliseAddress(' Ada@Example.COM', 'email')).toBe('ada@example.com');
    expect(normaliseAddress('ada@', 'email')).toBeNull();
    expect(normaliseAddress('0151 12345678', 'sms', 'DE')).toBe('+4915112345678');
    expect(normaliseAddress('ada@example.com', 'sms')).toBeNull();
    expect(normaliseAddress(' token ', 'push')).toBe('token');
    expect(normaliseAddress('  ', 'push')).toBeNull();
  });
});
