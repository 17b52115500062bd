import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

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
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

/**
 * Where a request comes from: who connected, and where that is a trusted proxy whom it names, from proxy to proxy. The same
 * as the framework's `ip` with the same `trusted`.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trusted: (address: string) => boolean): string {
  let address = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined) return address;
  const named = String(forwarded).split(',');
  while (named.length > 0 && trusted(address)) address = named.pop()!.trim();
  return address;
}
