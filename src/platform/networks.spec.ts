import { expect, it } from '@jest/globals';
import { isNetwork, within } from './networks.js';

it.each([
  ['203.0.113.5', '203.0.113.0/24', true],
  ['203.0.113.5', '203.0.113.77/24', true],
  ['203.0.114.5', '203.0.113.0/24', false],
  ['::ffff:203.0.113.5', '203.0.113.0/24', true],
  ['::ffff:203.0.113.5', '203.0.113.5', true],
  ['203.0.113.5', '::ffff:203.0.113.0/120', true],
  ['203.0.114.5', '::ffff:203.0.113.0/120', false],
  ['203.0.113.5:4711', '203.0.113.5', true],
  ['[2001:db8::5]:4711', '2001:db8::/32', true],
  ['2001:db9::5', '2001:db8::/32', false],
  ['2001:db8::5', '0.0.0.0/0', false],
  ['fe80::1%eth0', '2001:db8::/32', false],
  ['somebody', '0.0.0.0/0', false],
  ['', '::/0', false],
])('"%s" is in %s: %s', (address, network, is) => {
  expect(within([network])(address)).toBe(is);
});

it('an address is in one of several networks, and in none of none', () => {
  expect(within(['192.0.2.1', '203.0.113.0/24'])('203.0.113.5')).toBe(true);
  expect(within([])('203.0.113.5')).toBe(false);
});

it('knows what a network is', () => {
  for (const network of ['1.2.3.4', '1.2.3.4/32', '0.0.0.0/0', '::1', '::/0', '::ffff:1.2.3.4/96'])
    expect([network, isNetwork(network)]).toEqual([network, true]);
  for (const network of [
    '999.1.1.1',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    '::1/129',
    '1.2.3',
    'loopback',
    ' ::1',
    '',
  ])
    expect([network, isNetwork(network)]).toEqual([network, false]);
});
