import { BlockList, isIP } from 'node:net';
import { withoutPort } from './network-of.js';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Whether an address is in one of these networks, with or without a port; an IPv4 address that is written as IPv6
 * (`::ffff:192.0.2.1`) is that IPv4 address. What is no address is in none. Throws for what is no network.
 */
export function within(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const each of networks) {
    const [network, prefix] = each.split('/') as [string, string?];
    if (prefix === undefined) list.addAddress(network, familyOf(network));
    else list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return (told) => {
    const address = withoutPort(told);
    return isIP(address) !== 0 && list.check(address, familyOf(address));
  };
}

/** Whether `within` understands it: an address, or a network with a prefix that it can have. */
export function isNetwork(text: string): boolean {
  const [network, prefix, ...more] = text.split('/') as [string, string?, ...string[]];
  if (isIP(network) === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(network) === 6 ? 128 : 32));
}
