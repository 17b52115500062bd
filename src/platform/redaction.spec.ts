import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { parseConfig } from './config.js';
import { Log } from './log.js';
import { keepSecret, keepSecretsOf, redacted } from './redaction.js';

const canary = (name: string): string => `canary-of-${name}`;

describe('what this process prints', () => {
  const written: string[] = [];
  const catchOutput = () => {
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  };
  afterEach(() => {
    jest.restoreAllMocks();
    written.length = 0;
  });

  it('has no secret of the configuration in it, however that is written', () => {
    keepSecretsOf(
      parseConfig({
        ADMIN_API_KEY: canary('the-admin-of-this'),
        SECRET_KEY: canary('the-key-that-signs-all-links'),
        DATABASE_URL: `postgres://user:${canary('database')}%2F@host/campanile`,
        SMTP_URL: `smtp://user:${canary('smtp')}%40@host`,
        SMS_HTTP_HEADERS: JSON.stringify({ authorization: `Bearer ${canary('sms')}`, 'x-key': canary('header') }),
        DKIM_DOMAIN: 'example.org',
        DKIM_SELECTOR: 'bell',
        DKIM_PRIVATE_KEY: `-----BEGIN PRIVATE KEY-----\n${canary('dkim')}\n-----END PRIVATE KEY-----`,
      }),
    );
    const all = ['the-admin-of-this', 'the-key-that-signs-all-links', 'sms', 'header'];
    all.push('database%2F', 'database/', 'smtp@', 'smtp%40');
    const words = all.map(canary).join(' ');
    catchOutput();
    for (const format of ['text', 'json'] as const) {
      const log = new Log(format);
      log.warn(words);
      log.warn({ message: 'refused', response: words, nested: { words } });
      log.error('failed', `Error: ${words}\n    at file.js:1:1`);
      log.error(new Error(`no connection to postgres://user:${canary('database')}%2F@host/campanile`));
      log.error({
        message: 'with a key',
        pem: `-----BEGIN PRIVATE KEY-----\n${canary('dkim')}\n-----END PRIVATE KEY-----`,
      });
    }
    expect(written.join('')).toContain('***');
    expect(written.join('')).not.toContain('canary');
  });

  it('has none in it that came later, and none that looks like one', () => {
    keepSecret(canary('provider "account"'));
    catchOutput();
    new Log('json').warn({ message: 'refused', response: canary('provider "account"') });
    new Log('json').warn(
      `Bearer abcdefgh.ijkl ck_live_0123456789abcdef whsec_c2lnbg+/== smtp://me:pass-word@mail.example.org:587/x`,
    );
    const said = written.join('');
    for (const secret of ['canary', 'abcdefgh', '0123456789', 'c2lnbg', 'pass-word'])
      expect(said).not.toContain(secret);
    expect(said).toContain('mail.example.org:587');
  });

  it('has none in it that an Authorization header of kind Basic packs', () => {
    const [user, password] = ['me', canary('basic:password')];
    keepSecret(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
    expect(redacted(`bad credentials ${user}:${password}`)).toBe('bad credentials ***');
    expect(redacted(`no such password: ${password}`)).toBe('no such password: ***');
  });

  it('leaves ordinary words alone', () => {
    keepSecret('abc', '', null, undefined);
    const words = 'run 7 of https://example.org/a@b paused: 12:30, abc, user@example.org';
    expect(redacted(words)).toBe(words);
  });

  it('is one line of JSON an entry, its fields where machines look for them', () => {
    catchOutput();
    new Log('json').warn({ message: 'lease lost', run_id: 7, sent: 3 }, 'Ledger');
    const line = written.join('');
    expect(line).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      message: 'lease lost',
      context: 'Ledger',
      run_id: 7,
      sent: 3,
      timestamp: expect.any(Number),
    });
  });
});
