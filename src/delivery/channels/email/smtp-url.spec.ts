import { describe, expect, it } from '@jest/globals';
import { parseSmtpUrl } from './smtp-url.js';

describe('an SMTP URL', () => {
  const plain = { implicitTls: false, requireTls: false, rejectUnauthorized: true, credentials: null };

  it('names host and port, or gets the usual ones', () => {
    expect(parseSmtpUrl('smtp://mail.example.org')).toEqual({ ...plain, host: 'mail.example.org', port: 587 });
    expect(parseSmtpUrl('smtp://127.0.0.1:2525/')).toMatchObject({ host: '127.0.0.1', port: 2525 });
    expect(parseSmtpUrl('smtp://[::1]:25')).toMatchObject({ host: '::1', port: 25 });
    expect(parseSmtpUrl('smtps://mail.example.org')).toMatchObject({ implicitTls: true, port: 465 });
  });

  it('has user and password percent-encoded', () => {
    const { credentials } = parseSmtpUrl('smtp://bell%40example.org:p%40ss%3Aw%25rd%2F%C3%BC@mail.example.org');
    expect(credentials).toEqual({ user: 'bell@example.org', pass: 'p@ss:w%rd/ü' });
  });

  it('may ask for encryption, or for less trust', () => {
    expect(parseSmtpUrl('smtp://h?tls=required&rejectUnauthorized=false')).toMatchObject({
      requireTls: true,
      rejectUnauthorized: false,
    });
  });

  it.each([
    ...['', 'mail.example.org', 'http://mail.example.org', 'smtp://', 'smtp://h:99999', 'smtp://h:0', 'smtp://h/path'],
    ...['smtp://secret@h', 'smtp://:secret@h', 'smtp://u:100%secret@h', 'smtp://h?tls=maybe', 'smtp://h?__proto__=x'],
  ])('%j is refused, without a word about the password', (text) => {
    expect(() => parseSmtpUrl(text)).toThrow('The SMTP URL is not usable');
    expect(() => parseSmtpUrl(text)).not.toThrow('secret');
  });
});
