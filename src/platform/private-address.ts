import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** What is not the public internet, by its registries: our own machine and network, clouds' metadata, tests, groups. */
const PRIVATE_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];

/** Of IPv6 only global unicast is public, and of that not what carries another address inside or is for examples. */
const PUBLIC_V6 = ['2000::/3'];
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (family: 'ipv4' | 'ipv6', ranges: string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, prefix] = range.split('/');
    list.addSubnet(network!, Number(prefix), family);
  }
  return list;
};
const privateV4 = listOf('ipv4', PRIVATE_V4);
const publicV6 = listOf('ipv6', PUBLIC_V6);
const privateV6 = listOf('ipv6', PRIVATE_V6);

/** Whether an IP address is one that a request from inside must not be led to (R55). What is no address counts as one. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return privateV4.check(address, 'ipv4');
  if (!isIPv6(address)) return true;
  return !publicV6.check(address, 'ipv6') || privateV6.check(address, 'ipv6');
}
