import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from './config.js';

describe('quiet hours in the configuration', () => {
  it('are none unless given, and may cross midnight', () => {
    expect(parseConfig({ QUIET_HOURS_SMS: '' }).QUIET_HOURS_SMS).toBeUndefined();
    expect(parseConfig({ QUIET_HOURS_SMS: '21:00-08:00' })).toMatchObject({ QUIET_HOURS_SMS: '21:00-08:00' });
  });

  it.each(['21-8', '21:00-24:00', '9:00-20:00', '21:00-21:00', '21:00-08:00 ', 'night'])(
    'written %j keep the process from starting, each with its name',
    (text) => {
      const wrong = () => parseConfig({ QUIET_HOURS_EMAIL: text, QUIET_HOURS_PUSH: text });
      expect(wrong).toThrow(ConfigError);
      expect(wrong).toThrow(/QUIET_HOURS_EMAIL must be two different times[^]*QUIET_HOURS_PUSH must be/);
    },
  );
});

describe('the retention in the configuration', () => {
  it('is a whole number of days, and for ever unless given', () => {
    expect(parseConfig({}).RETENTION_DAYS).toBe(0);
    expect(parseConfig({ RETENTION_DAYS: '90' }).RETENTION_DAYS).toBe(90);
    for (const text of ['-1', '1.5', 'soon', '36501'])
      expect(() => parseConfig({ RETENTION_DAYS: text })).toThrow(/RETENTION_DAYS/);
  });
});

describe('the URL for text messages', () => {
  it('is http or https, with no password in it, and none unless given', () => {
    expect(parseConfig({ SMS_HTTP_URL: '' }).SMS_HTTP_URL).toBeUndefined();
    const url = 'https://sms.example/v1/messages?account=7';
    expect(parseConfig({ SMS_HTTP_URL: url })).toMatchObject({ SMS_HTTP_URL: url, ALLOW_PRIVATE_NETWORKS: false });
    for (const text of ['sms.example', 'ftp://sms.example/', 'https://u:p@sms.example/', 'https://', 'https://a b/'])
      expect(() => parseConfig({ SMS_HTTP_URL: text })).toThrow(/SMS_HTTP_URL must be/);
  });
});

describe('the signing of email in the configuration', () => {
  it('is none unless given, and asks for all of it', () => {
    expect(parseConfig({})).toMatchObject({ EMAIL_SENDERS: [] });
    const wrong = () => parseConfig({ DKIM_DOMAIN: 'example.org' });
    expect(wrong).toThrow(/DKIM_SELECTOR must be[^]*DKIM_PRIVATE_KEY must be/);
    const DKIM_SELECTOR = 'bell';
    expect(parseConfig({ DKIM_DOMAIN: 'example.org', DKIM_SELECTOR, DKIM_PRIVATE_KEY: './key' })).toMatchObject({
      DKIM_SELECTOR,
    });
    for (const domain of ['localhost', 'a..b', 'https://example.org'])
      expect(() => parseConfig({ BOUNCE_DOMAIN: domain })).toThrow(/BOUNCE_DOMAIN must be/);
    expect(() => parseConfig({ EMAIL_SENDERS: 'a@b@c' })).toThrow(/EMAIL_SENDERS must be/);
  });
});

describe('the trusted proxies in the configuration', () => {
  it('are nobody unless given, everybody, or a list of addresses and networks', () => {
    const of = (text: string) => parseConfig({ TRUST_PROXY: text }).TRUST_PROXY;
    expect(['', 'false', '0', 'true', '1'].map(of)).toEqual([false, false, false, true, true]);
    expect(of('10.0.0.1, 172.16.0.0/12,fd00::/8,::1')).toEqual(['10.0.0.1', '172.16.0.0/12', 'fd00::/8', '::1']);
    for (const text of ['2', 'off', 'loopback', '10.0.0.1/33', 'fd00::/129', '10.0.0.0/', '10.0.0.1,', 'a.example'])
      expect(() => of(text)).toThrow(/TRUST_PROXY must be/);
  });
});
