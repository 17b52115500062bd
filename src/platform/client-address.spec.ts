import type { IncomingMessage } from 'node:http';
import { expect, it } from '@jest/globals';
import fastify from 'fastify';
import { clientAddress, isProxy, trusting } from './client-address.js';

const PROXIES = ['loopback', '10.0.0.0/8', '2001:db8::/32', '198.51.100.7', 'uniquelocal'];

it.each([
  ['127.0.0.1', undefined],
  ['203.0.113.1', '198.51.100.1'],
  ['127.0.0.1', '203.0.113.1'],
  ['127.0.0.1', '203.0.113.1, 10.1.2.3'],
  ['127.0.0.1', '203.0.113.9, 203.0.113.1,10.1.2.3'],
  ['::1', '2001:db8::5, 192.168.1.1, 2001:db8::4'],
  ['::ffff:10.0.0.1', '203.0.113.1'],
  ['198.51.100.7', '198.51.100.8, ::ffff:127.0.0.1'],
  ['10.0.0.1', 'somebody'],
  ['10.0.0.1', 'a, somebody, 10.0.0.2'],
])('a request of %s for "%s" comes from where the framework says, too', async (remoteAddress, forwarded) => {
  const server = fastify({ trustProxy: PROXIES });
  server.get('/', ({ ip }) => ip);
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { body } = await server.inject({ url: '/', remoteAddress, headers });
  const request = { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
  expect(clientAddress(request, trusting(PROXIES))).toBe(body);
});

it('believes nobody where nobody is trusted', () => {
  const request = { socket: { remoteAddress: '127.0.0.1' }, headers: { 'x-forwarded-for': '203.0.113.1' } };
  expect(clientAddress(request as unknown as IncomingMessage, trusting([]))).toBe('127.0.0.1');
});

it.each([
  ['203.0.113.5:4711', '203.0.113.5'],
  ['203.0.113.5:4711, 10.1.2.3:80', '203.0.113.5'],
  ['[2001:db9::1]:4711', '2001:db9::1'],
])('leaves out the ports of %s', (forwarded, address) => {
  const request = { socket: { remoteAddress: '127.0.0.1' }, headers: { 'x-forwarded-for': forwarded } };
  expect(clientAddress(request as unknown as IncomingMessage, trusting(PROXIES))).toBe(address);
});

it('knows what a list of proxies may have', () => {
  for (const proxy of [...PROXIES, '::/0', '0.0.0.0/0', '1.2.3.4/32'])
    expect([proxy, isProxy(proxy)]).toEqual([proxy, true]);
  for (const proxy of ['999.1.1.1', '1.2.3.4/99', '1.2.3.4/', '1.2.3.4/8/8', '::1/129', 'nginx', '', 'constructor'])
    expect([proxy, isProxy(proxy)]).toEqual([proxy, false]);
});
