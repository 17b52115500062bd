import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { lookAtFiles } from './config-files.js';
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

describe('what starts refuse', () => {
  const signing = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'bell' };
  const faults = (environment: Record<string, string>): string[] => {
    try {
      parseConfig(environment, lookAtFiles);
      return [];
    } catch (error) {
      return (error as ConfigError).violations;
    }
  };
  const pem = (pair: { privateKey: { export(options: object): string | Buffer } }) =>
    pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it('is a key for DKIM that is not there, or is none, each in a sentence with its name', () => {
    expect(faults({ ...signing, DKIM_PRIVATE_KEY: '/nonexistent' })).toEqual([
      'DKIM_PRIVATE_KEY names a file that cannot be read (ENOENT)',
    ]);
    const broken = '-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----';
    expect(faults({ ...signing, DKIM_PRIVATE_KEY: broken })).toEqual([
      'DKIM_PRIVATE_KEY is no private key as PEM that can be read without a passphrase',
    ]);
    const curve = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    expect(faults({ ...signing, DKIM_PRIVATE_KEY: curve })[0]).toContain('must be an RSA or Ed25519 key, not ec');
    expect(faults({ ...signing, DKIM_PRIVATE_KEY: pem(generateKeyPairSync('ed25519')) })).toEqual([]);
  });

  it('is a proxy that is no address, together with all else that is wrong', () => {
    const wrong = { ...signing, DKIM_PRIVATE_KEY: '/nonexistent', TRUSTED_PROXIES: 'loopback, 1.2.3.4/99', PORT: '-1' };
    expect(
      faults(wrong)
        .map((sentence) => sentence.split(' ')[0])
        .sort(),
    ).toEqual(['DKIM_PRIVATE_KEY', 'PORT', 'TRUSTED_PROXIES']);
    expect(faults({ TRUSTED_PROXIES: '999.1.1.1' })).toHaveLength(1);
  });
});
