import { BlockList, isIPv4 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NetworkSet } from './network-set.js';

describe('a set of networks', () => {
  it('is read from a list as Apple publishes it', () => {
    const set = NetworkSet.parse(
      '# of today\n172.224.224.0/31,GB,GB-ENG,London,\n172.224.224.2/31,GB,GB-EN,London,\r\n\n2a02:26f7:b000:4000::/64,DE,DE-BE,Berlin,\n203.0.113.9\n',
    );
    const inside = [
      '172.224.224.0',
      '172.224.224.3',
      '::ffff:172.224.224.1',
      '2a02:26f7:b000:4000:1::9',
      '203.0.113.9',
    ];
    const outside = ['172.224.223.255', '172.224.224.4', '2a02:26f7:b000:4001::', '203.0.113.8', 'somebody', ''];
    expect(inside.filter((address) => !set.has(address))).toEqual([]);
    expect(outside.filter((address) => set.has(address))).toEqual([]);
    expect(NetworkSet.parse('').has('203.0.113.9')).toBe(false);
  });

  it.each(['London', '1.2.3.4/33', '::/129', '1.2.3.4/8/9', '1.2.3/8', '1.2.3.4/x'])('is not read from %j', (line) => {
    expect(() => NetworkSet.parse(`10.0.0.0/8\n${line},GB`)).toThrow(/^line 2 begins with no network/);
  });

  it('has what Node’s own list has', () => {
    const part = fc.integer({ min: 0, max: 3 });
    const four = fc.tuple(part, part, part, part).map((parts) => parts.join('.'));
    const six = fc.array(part, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':'));
    const network = fc.oneof(
      fc.tuple(four, fc.integer({ min: 0, max: 32 })),
      fc.tuple(six, fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(fc.array(network, { maxLength: 6 }), fc.array(fc.oneof(four, six)), (networks, addresses) => {
        const list = new BlockList();
        const family = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6');
        for (const [address, prefix] of networks) list.addSubnet(address, prefix, family(address));
        const set = NetworkSet.parse(networks.map(([address, prefix]) => `${address}/${prefix}`).join('\n'));
        // Of networks of IPv6 that hold all of IPv4 the two are of different opinions.
        const mixed = networks.some(([address, prefix]) => !isIPv4(address) && prefix < 96);
        for (const address of addresses)
          if (!(mixed && isIPv4(address)))
            expect([address, set.has(address)]).toEqual([address, list.check(address, family(address))]);
      }),
    );
  });
});
