import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifySmtpFailure, parseSmtpReply, type SmtpFailure, type SmtpStage } from './smtp-reply.js';

const STAGES: SmtpStage[] = ['connect', 'tls', 'auth', 'mail', 'rcpt', 'data', 'body'];

function reply(stage: SmtpStage, text: string): SmtpFailure {
  return { stage, bodyRead: stage === 'body', ...parseSmtpReply(text), response: text, errno: 'EENVELOPE' };
}

function silence(stage: SmtpStage, errno = 'ECONNECTION'): SmtpFailure {
  const bodyRead = stage === 'body';
  return { stage, bodyRead, code: null, enhancedCode: null, response: 'Connection closed', errno };
}

function verdict(failure: SmtpFailure): string {
  const outcome = classifySmtpFailure(failure);
  return outcome.outcome === 'deferred' ? outcome.scope : outcome.outcome;
}

describe('an SMTP reply', () => {
  it.each<[SmtpStage, string, string]>([
    ['connect', '421 too busy', 'provider'],
    ['connect', '554 no service here', 'provider'],
    ['tls', '454 4.7.0 TLS not available', 'provider'],
    ['mail', '421 4.7.0 closing', 'provider'],
    ['rcpt', '421 4.2.1 closing', 'provider'],
    ['body', '421 shutting down', 'provider'],
    ['rcpt', '451 4.3.2 not accepting messages', 'provider'],
    ['rcpt', '451 4.4.1 no answer from host', 'provider'],
    ['body', '451 4.4.2 bad connection', 'provider'],
    ['auth', '535 5.7.8 bad credentials', 'account'],
    ['auth', '504 unrecognised mechanism', 'account'],
    ['auth', '454 4.7.0 temporary authentication failure', 'provider'],
    ['mail', '530 5.7.0 must issue STARTTLS first', 'account'],
    ['rcpt', '530 authentication required', 'account'],
    ['mail', '550 5.1.8 sender refused', 'account'],
    ['mail', '553 not your address', 'account'],
    ['rcpt', '550 5.7.13 account disabled', 'account'],
    ['body', '550 5.7.8 trust relationship required', 'account'],
    ['mail', '503 5.5.1 AUTH first', 'account'],
    ['rcpt', '503 bad sequence of commands', 'provider'],
    ['mail', '451 try again', 'recipient'],
    ['rcpt', '450 mailbox busy', 'recipient'],
    ['rcpt', '451 local error', 'recipient'],
    ['rcpt', '452 no storage', 'recipient'],
    ['body', '451 local error', 'recipient'],
    ['rcpt', '450 4.2.1 receiving mail too quickly', 'recipient'],
    ['rcpt', '452 4.2.2 mailbox full', 'recipient'],
    ['rcpt', '552 5.2.2 mailbox full', 'recipient'],
    ['rcpt', '450 4.7.1 Greylisted, too many', 'recipient'],
    ['rcpt', '450 4.7.28 unusual rate', 'provider'],
    ['body', '454 Throttling failure: maximum sending rate exceeded', 'provider'],
    ['rcpt', '450 4.7.0 rate limited', 'provider'],
    ['rcpt', '550 no such user', 'rejected'],
    ['rcpt', '550 5.1.1 no such user', 'rejected'],
    ['rcpt', '550 5.2.1 mailbox disabled', 'rejected'],
    ['rcpt', '550 5.4.1 access denied', 'rejected'],
    ['rcpt', '550 5.7.1 too many complaints', 'rejected'],
    ['data', '554 no valid recipients', 'rejected'],
    ['body', '554 5.7.1 spam', 'rejected'],
    ['body', '552 5.3.4 too big', 'rejected'],
  ])('at %s, "%s" concerns: %s', (stage, text, expected) => {
    expect(verdict(reply(stage, text))).toBe(expected);
  });

  it('is passed on with a stable code, its enhanced code and its words on one line', () => {
    expect(classifySmtpFailure(reply('rcpt', '550-5.1.1 no\n550 5.1.1 such user'))).toEqual({
      outcome: 'rejected',
      code: 'smtp_550',
      enhancedCode: '5.1.1',
      response: '550-5.1.1 no 550 5.1.1 such user',
    });
  });

  it('that greylists asks for five minutes', () => {
    expect(classifySmtpFailure(reply('rcpt', '451 4.7.1 Greylisting in action'))).toMatchObject({
      retryAfterMs: 300_000,
    });
    expect(classifySmtpFailure(reply('rcpt', '451 4.7.1 try later'))).not.toHaveProperty('retryAfterMs');
  });
});

describe('no SMTP reply', () => {
  it.each<[SmtpStage, string, string, string]>([
    ['connect', 'ESOCKET', 'provider', 'smtp_connect'],
    ['connect', 'EDNS', 'provider', 'smtp_dns'],
    ['connect', 'ETIMEDOUT', 'provider', 'smtp_timeout'],
    ['tls', 'ESOCKET', 'provider', 'smtp_tls'],
    ['auth', 'EAUTH', 'account', 'smtp_auth'],
    ['auth', 'ECONNECTION', 'provider', 'smtp_connection_lost'],
    ['mail', 'ECONNECTION', 'provider', 'smtp_connection_lost'],
    ['rcpt', 'ETIMEDOUT', 'provider', 'smtp_timeout'],
    ['data', 'ESOCKET', 'provider', 'smtp_connection_lost'],
    ['body', 'ECONNECTION', 'unknown', 'smtp_no_answer'],
    ['body', 'ESOCKET', 'unknown', 'smtp_no_answer'],
    ['body', 'ETIMEDOUT', 'unknown', 'smtp_no_answer'],
  ])('at %s with %s concerns: %s', (stage, errno, expected, code) => {
    expect(verdict(silence(stage, errno))).toBe(expected);
    expect(classifySmtpFailure(silence(stage, errno)).code).toBe(code);
  });
});

describe('the classification as a whole', () => {
  const failures = fc.record<SmtpFailure>({
    stage: fc.constantFrom(...STAGES),
    bodyRead: fc.boolean(),
    code: fc.option(fc.integer({ min: 400, max: 599 })),
    enhancedCode: fc.option(fc.constantFrom('4.2.1', '4.2.2', '4.3.2', '4.4.7', '4.7.28', '5.1.1', '5.2.2', '5.7.8')),
    response: fc.string(),
    errno: fc.option(fc.constantFrom('ETIMEDOUT', 'EDNS', 'EAUTH', 'ECONNECTION', 'ESOCKET')),
  });

  it('says unknown exactly when the body was read and nobody answered', () => {
    fc.assert(
      fc.property(failures, (failure) => {
        const unknown = classifySmtpFailure(failure).outcome === 'unknown';
        expect(unknown).toBe(failure.bodyRead && failure.code === null);
      }),
    );
  });

  it('fails a recipient only for a 5yz at or after RCPT', () => {
    fc.assert(
      fc.property(failures, (failure) => {
        if (classifySmtpFailure(failure).outcome !== 'rejected') return;
        expect(failure.code).toBeGreaterThanOrEqual(500);
        expect(['rcpt', 'data', 'body']).toContain(failure.stage);
      }),
    );
  });

  it('always has a short code and at most 500 characters of words', () => {
    fc.assert(
      fc.property(failures, fc.string({ maxLength: 2_000 }), (failure, response) => {
        const outcome = classifySmtpFailure({ ...failure, response });
        expect(outcome.code).toMatch(/^smtp_[a-z0-9_]+$/);
        expect(outcome.response.length).toBeLessThanOrEqual(500);
      }),
    );
  });
});

describe('reading a reply', () => {
  it.each([
    ['550 5.1.1 unknown user', 550, '5.1.1'],
    ['550-5.1.1 first\n550 5.1.1 last', 550, '5.1.1'],
    ['450 4.7.28: slow down', 450, '4.7.28'],
    ['450 greylisted 4.7.1', 450, null],
    ['550 5.1 half a code', 550, null],
    ['421', 421, null],
    ['250 ok', null, null],
    ['4500 nonsense', null, null],
    ['Connection closed', null, null],
  ])('%j gives %s and %s', (text, code, enhancedCode) => {
    expect(parseSmtpReply(text)).toEqual({ code, enhancedCode });
  });
});
