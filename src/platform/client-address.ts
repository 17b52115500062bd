import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { withoutPort } from './network-of.js';

/** What may be said instead of networks. */
const NAMED: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address is one of these proxies, given as in TRUSTED_PROXIES. Throws for what is no address. */
export function trusting(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const proxy of proxies.flatMap((name) => NAMED[name] ?? [name])) {
    const [network, prefix] = proxy.split('/') as [string, string?];
    if (prefix === undefined) list.addAddress(network, familyOf(network));
    else list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return (told) => {
    const address = withoutPort(told);
    return isIP(address) !== 0 && list.check(address, familyOf(address));
  };
}

/** Whether `trusting` understands it: an address, a network with a prefix that it can have, or what may be said instead. */
export function isProxy(text: string): boolean {
  const [network, prefix, ...more] = text.split('/') as [string, string?, ...string[]];
  if (Object.hasOwn(NAMED, text)) return true;
  if (isIP(network) === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(network) === 6 ? 128 : 32));
}

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
