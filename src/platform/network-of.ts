/**
 * Whom limits count together: an IPv4 address, or the /64 of an IPv6 address, of which whoever has one has all. A port that
 * a proxy tells with it is left out; what is no address counts for itself.
 */
export function networkOf(told: string): string {
  const address = withoutPort(told).toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!/^[\da-f:]+(?:%\S+)?$/.test(address) || !address.includes(':')) return address;
  const [before, after] = address.split('%')[0]!.split('::') as [string, string?];
  const [head, tail] = [groupsOf(before), groupsOf(after ?? '')];
  const gap = after === undefined ? 0 : Math.max(8 - head.length - tail.length, 0);
  const groups = [...head, ...Array<string>(gap).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** `203.0.113.5:4711` and `[2001:db8::1]:4711` without what follows the address. */
export const withoutPort = (told: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(told)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(told)?.[1] ?? told;

const groupsOf = (text: string): string[] =>
  text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
