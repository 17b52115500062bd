import type { IncomingMessage } from 'node:http';
import { withoutPort } from './network-of.js';
import { isNetwork, within } from './networks.js';

/** What may be said instead of networks. */
const NAMED: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Whether an address is one of these proxies, given as in TRUSTED_PROXIES. Throws for what is no address. */
export const trusting = (proxies: readonly string[]): ((address: string) => boolean) =>
  within(proxies.flatMap((name) => NAMED[name] ?? [name]));

/** Whether `trusting` understands it: an address, a network with a prefix that it can have, or what may be said instead. */
export const isProxy = (text: string): boolean => Object.hasOwn(NAMED, text) || isNetwork(text);

/**
 * Where a request comes from: who connected, and where that is a trusted proxy whom it names, from proxy to proxy. The same
 * as the framework's `ip` with the same `trusted`, but for the port that some proxies tell.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trusted: (address: string) => boolean): string {
  let address = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined) return address;
  const named = String(forwarded).split(',');
  while (named.length > 0 && trusted(address)) address = withoutPort(named.pop()!.trim());
  return address;
}
