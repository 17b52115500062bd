import { describe, expect, it } from '@jest/globals';
import { isPrivateAddress } from './private-address.js';

describe('a private address', () => {
  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.9.9.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.0.0.192', '192.168.1.1', '198.18.0.1', '203.0.113.7', '224.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      'fec0::1',
      '2001:db8::1',
      '100::1',
    ],
    // Another address inside: mapped, compatible, NAT64, 6to4, Teredo.
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001::1',
    ],
    ...['', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5'],
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each([
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '100.63.255.255',
      '100.128.0.1',
      '172.15.0.1',
      '172.32.0.1',
      '192.169.0.1',
      '223.255.255.1',
    ],
    ...['2606:4700:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888'],
  ])('is not %s', (address) => expect(isPrivateAddress(address)).toBe(false));
});
