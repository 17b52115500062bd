import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReplyReader } from './reply-reader.js';

const REPLIES = ['250 fine', '250-one\n250-two\n250 three', '354 go on', '550 5.1.1 keine Straße dieses Namens', '250'];
const WIRE = Buffer.from(REPLIES.map((reply) => `${reply.replaceAll('\n', '\r\n')}\r\n`).join(''));

describe('replies', () => {
  it('are the same, however they were cut into packets', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(WIRE.length), { maxLength: 20 }), (cuts) => {
        const reader = new ReplyReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), WIRE.length];
        const packets = edges.slice(1).map((end, index) => WIRE.subarray(edges[index], end));
        expect(packets.flatMap((packet) => reader.read(packet))).toEqual(REPLIES);
        expect(reader.lastWords()).toBe('');
      }),
    );
  });

  it('may end lines with LF alone, have empty lines between them and bytes that are no UTF-8', () => {
    const packet = Buffer.from('250 fine\n\r\n\n550 caf\xe9\r\n', 'latin1');
    expect(new ReplyReader().read(packet)).toEqual(['250 fine', '550 caf\xe9']);
  });

  it('that a server did not finish are its last words', () => {
    const reader = new ReplyReader();
    expect(reader.read(Buffer.from('250 fine\r\n451 4.3.0 crash'))).toEqual(['250 fine']);
    expect(reader.lastWords()).toBe('451 4.3.0 crash');
  });

  it.each(['x', '250-more\r\n'])('that never end (%j) are given up, and little of them is kept', (piece) => {
    const reader = new ReplyReader();
    const packet = Buffer.from(piece.repeat(1_000));
    let packets = 0;
    while (reader.read(packet)) packets++;
    expect(packets * packet.length).toBeLessThan(100_000);
  });
});
