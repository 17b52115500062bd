import { isIP } from 'node:net';

/** IPv4 addresses stand among those of IPv6, as in `::ffff:0:0/96`. */
const MAPPED = 0xffffn << 32n;
const BITS = 128;

interface Range {
  from: bigint;
  to: bigint;
}

/** A set of networks, perhaps hundreds of thousands, of which an address is found in a few steps. */
export class NetworkSet {
  private constructor(private readonly ranges: readonly Range[]) {}

  /**
   * Reads lists as they are published: a network or an address at the beginning of each line, before a comma; empty lines and
   * those that begin with `#` say nothing. Throws an Error that names the first line that is neither.
   */
  static parse(text: string): NetworkSet {
    const ranges = text.split('\n').flatMap((line, index) => {
      const network = line.split(',')[0]!.trim();
      if (network === '' || network.startsWith('#')) return [];
      const range = rangeOf(network);
      if (!range) throw new Error(`line ${index + 1} begins with no network: ${network.slice(0, 50)}`);
      return [range];
    });
    return new NetworkSet(joined(ranges));
  }

  has(address: string): boolean {
    const wanted = numberOf(address);
    if (wanted === null) return false;
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ranges[middle]!.to < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.ranges.length && this.ranges[low]!.from <= wanted;
  }
}

function rangeOf(network: string): Range | null {
  const [address, prefix, more] = network.split('/') as [string, string?, string?];
  const first = numberOf(address);
  if (first === null || more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null;
  const width = isIP(address) === 4 ? 32 : BITS;
  const length = prefix === undefined ? width : Number(prefix);
  if (length > width) return null;
  const free = BigInt(width - length);
  const from = (first >> free) << free;
  return { from, to: from + (1n << free) - 1n };
}

/** Sorted, and in one piece where they touch: what is published comes in small pieces. */
function joined(ranges: Range[]): Range[] {
  const sorted = ranges.sort((one, other) => (one.from < other.from ? -1 : one.from > other.from ? 1 : 0));
  const pieces: Range[] = [];
  for (const { from, to } of sorted) {
    const last = pieces.at(-1);
    if (last && from <= last.to + 1n) last.to = to > last.to ? to : last.to;
    else pieces.push({ from, to });
  }
  return pieces;
}

/** An address as a number; null for what is none. */
function numberOf(address: string): bigint | null {
  const family = isIP(address);
  if (family === 4) return MAPPED | BigInt(fourOf(address));
  if (family === 0) return null;
  const groups = (part: string): bigint[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [BigInt(`0x${group}`)];
          const four = BigInt(fourOf(group));
          return [four >> 16n, four & 0xffffn];
        });
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const whole = [...first, ...Array<bigint>(8 - first.length - last.length).fill(0n), ...last];
  return whole.reduce((number, group) => (number << 16n) | group, 0n);
}

const fourOf = (address: string): number => address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
