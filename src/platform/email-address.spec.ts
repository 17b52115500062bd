import { describe, expect, it } from '@jest/globals';
import { isAscii, parseAddress, parseSender } from './email-address.js';

describe('an address', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ["o'neil+bell_7@mail.example.co.uk", "o'neil+bell_7@mail.example.co.uk"],
    ['root@localhost', 'root@localhost'],
    ['zoë@example.org', 'zoë@example.org'],
    ['zoe@München.example', 'zoe@xn--mnchen-3ya.example'],
  ])('%j goes out as %j', (text, wire) => expect(parseAddress(text)).toBe(wire));

  it.each([
    ...[
      '',
      'ada',
      '@example.org',
      'ada@',
      'ada@@example.org',
      'a@b@example.org',
      '.ada@example.org',
      'a..b@example.org',
    ],
    ...['ada@example.org\r\nRCPT TO:<eve@example.org>', 'ada\n@example.org', 'ada@example.org\n', 'ada\0@example.org'],
    ...['ada @example.org', ' ada@example.org', 'ada@exa mple.org', 'ada\u00a0@example.org', 'ada\u200b@example.org'],
    ...['Ada <ada@example.org>', '<ada@example.org>', 'a@b.c,d@e.f', '"ada"@example.org', 'ada(x)@example.org'],
    ...['ada@[127.0.0.1]', 'ada@-example.org', 'ada@example..org', 'ada@example.org.', 'ada\ud800@example.org'],
    ...['ada@ｅxample.com', `${'a'.repeat(65)}@example.org`, `ada@${'a.'.repeat(130)}org`],
  ])('%j is refused', (text) => expect(parseAddress(text)).toBeNull());

  it('needs SMTPUTF8 only beyond ASCII', () => {
    expect([isAscii('ada@example.org'), isAscii('zoë@example.org')]).toEqual([true, false]);
  });
});

describe('the sender', () => {
  it.each([
    ['bell@example.com', null],
    ['Bell <bell@example.com>', 'Bell'],
    ['"Bell, \\"The\\" Tower" <bell@example.com>', 'Bell, "The" Tower'],
    ['<bell@example.com>', null],
  ])('%j has the name %j', (text, name) => {
    expect(parseSender(text)).toEqual({ address: 'bell@example.com', name, domain: 'example.com' });
  });

  it.each(['', 'Bell', 'Bell <bell>', 'a@b.c, d@e.f', 'Bell\r\nBcc: x <bell@example.com>', 'zoë@example.com'])(
    '%j is not usable',
    (text) => expect(() => parseSender(text)).toThrow('The sender must be'),
  );
});
