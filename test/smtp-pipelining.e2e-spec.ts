import { afterEach, describe, expect, it } from '@jest/globals';
import { SmtpProvider } from '../src/delivery/channels/email/smtp.provider.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { outgoing } from './support/provider-contract.js';
import { CLOSE, HANG, type Said, WireServer } from './support/wire-server.js';

/** Long enough for this machine at its busiest; where a test waits for the end of patience it says so. */
const patient = { connectMs: 30_000, greetingMs: 30_000, commandMs: 25_000, answerMs: 25_000, idleMs: 30_000 };

let wire: WireServer;
let provider: SmtpProvider;

async function set({ said, offers, timeouts = patient }: { said?: Said; offers?: string[]; timeouts?: object } = {}) {
  wire = await WireServer.start(offers);
  if (said) wire.said = said;
  provider = new SmtpProvider({ url: wire.url, from: 'bell@example.com', maxConnections: 1, timeouts });
}
const send = (n: number, mayStart = () => true): Promise<SendResult> =>
  provider.send(outgoing({ contactId: n, to: `${n}@example.org` }), mayStart);
/** Messages 1 to `count` at once, over one connection. */
const sendMany = (count: number): Promise<SendResult[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index + 1)));
const addresses = (...numbers: number[]): string[] => numbers.map((n) => `${n}@example.org`);
/** Says `answer` to a verb of one message only. */
const once =
  (verb: string, nth: number, answer: string): Said =>
  (asked, about) =>
    asked === verb && about.nth === nth ? answer : undefined;

/** Whether a packet carries a command behind a message. */
const chained = (packet: string): boolean => packet.includes('\r\n.\r\nMAIL');

afterEach(async () => {
  await provider.close();
  await wire.stop();
});

const sent = { outcome: 'sent' };
const lost = { outcome: 'deferred', scope: 'provider', code: 'smtp_connection_lost' };

describe('a server that takes commands in a row', () => {
  it('gets MAIL, RCPT and DATA in one packet, and the next ones with the message before them', async () => {
    await set();
    expect(await sendMany(5)).toMatchObject([sent, sent, sent, sent, sent]);
    const commands = (n: number): string => `MAIL FROM:<bell@example.com>\r\nRCPT TO:<${n}@example.org>\r\nDATA\r\n`;
    const [ehlo, first, ...rest] = wire.packets;
    expect([ehlo!.slice(0, 4), first]).toEqual(['EHLO', commands(1)]);
    expect(rest).toHaveLength(5);
    for (const [index, packet] of rest.entries())
      expect(packet.slice(packet.indexOf('\r\n.\r\n') + 5)).toBe(index < 4 ? commands(index + 2) : '');
    expect(wire.accepted).toEqual(addresses(1, 2, 3, 4, 5));
  });

  it('gets no byte of a message before it granted all three', async () => {
    const bytes: number[] = [];
    await set({ said: (verb) => (verb === 'DATA' ? (bytes.push(wire.messageBytes), undefined) : undefined) });
    await send(1);
    await send(2);
    expect(bytes[0]).toBe(0);
    expect(bytes[1]).toBeGreaterThan(300);
    expect(wire.packets.filter((packet) => packet.startsWith('From:'))).toHaveLength(2);
  });
});

describe('a server that does not', () => {
  it('gets one command at a time, and a message on its own', async () => {
    await set({ offers: ['8BITMIME'] });
    expect(await sendMany(3)).toMatchObject([sent, sent, sent]);
    const kinds = wire.packets.map((packet) => packet.slice(0, 4));
    expect(kinds).toEqual(['EHLO', ...[1, 2, 3].flatMap(() => ['MAIL', 'RCPT', 'DATA', 'From'])]);
    expect(wire.packets.every((packet) => packet.startsWith('From') || packet.split('\r\n').length === 2)).toBe(true);
  });

  it('may grant DATA with 250, as old ones do', async () => {
    await set({ offers: [], said: (verb) => (verb === 'DATA' ? '250 go on' : undefined) });
    expect(await send(1)).toMatchObject(sent);
    expect(wire.accepted).toEqual(addresses(1));
  });
});

describe('a refusal among commands in a row', () => {
  it.each([
    ['MAIL', '550 5.1.8 sender refused', { outcome: 'deferred', scope: 'account', code: 'smtp_550' }],
    ['RCPT', '550 5.1.1 nobody here', { outcome: 'rejected', code: 'smtp_550' }],
    ['RCPT', '450 4.2.1 busy', { outcome: 'deferred', scope: 'recipient', code: 'smtp_450' }],
  ])('of %s (%s), with DATA granted all the same, ends in no message at all', async (verb, answer, expected) => {
    await set({ said: once(verb, 1, answer) });
    expect(await send(1)).toMatchObject(expected);
    expect(wire.messageBytes).toBe(0);
    expect(wire.accepted).toEqual([]);
    expect(await send(2)).toMatchObject(sent);
    expect(wire.connections).toBe(2);
    expect(wire.packets.join('')).not.toContain('RSET');
  });

  it('counts, though the connection is lost before the rest is answered', async () => {
    await set({ said: (verb) => (verb === 'RCPT' ? '550 5.1.1 nobody here' : verb === 'DATA' ? CLOSE : undefined) });
    expect(await send(1)).toMatchObject({ outcome: 'rejected', code: 'smtp_550', enhancedCode: '5.1.1' });
  });
});

describe('a message whose commands came behind another', () => {
  const refuseData =
    (nth: number, verb: string, answer: string): Said =>
    (asked, about) =>
      about.nth !== nth
        ? undefined
        : asked === verb
          ? answer
          : asked === 'DATA' && verb === 'RCPT'
            ? '503 no'
            : undefined;

  it.each<[string, string, object]>([
    ['RCPT', '550 5.1.1 nobody here', { outcome: 'rejected', code: 'smtp_550' }],
    ['RCPT', '452 4.2.2 full', { outcome: 'deferred', scope: 'recipient', code: 'smtp_452' }],
    ['DATA', '451 no room', { outcome: 'deferred', scope: 'recipient', code: 'smtp_451' }],
    ['DOT', '554 5.7.1 spam', { outcome: 'rejected', code: 'smtp_554' }],
    ['DOT', '451 later', { outcome: 'deferred', scope: 'recipient', code: 'smtp_451' }],
  ])('is refused at %s (%s) on its own account', async (verb, answer, expected) => {
    await set({ said: refuseData(2, verb, answer) });
    expect(await sendMany(4)).toMatchObject([sent, expected, sent, sent]);
    expect(wire.accepted).toEqual(addresses(1, 3, 4));
    expect(wire.connections).toBe(1);
  });

  it.each(['451 4.3.0 later', '554 5.7.1 spam'])('leaves, whatever became of the other (%s)', async (answer) => {
    await set({ said: once('DOT', 1, answer) });
    expect(await sendMany(3)).toMatchObject([{ code: `smtp_${answer.slice(0, 3)}` }, sent, sent]);
    expect(wire.connections).toBe(1);
  });

  /** A 421 on a connection in use is meant for us, whatever else it says. */
  const putOff = { outcome: 'deferred', scope: 'provider', code: 'smtp_421', retryAfterMs: 10_000 };
  it.each([
    ['MAIL', CLOSE, sent],
    ['MAIL', '421 4.4.2 idle for too long', sent],
    ['MAIL', '421 4.7.0 too many messages', putOff],
    ['RCPT', CLOSE, sent],
    ['DATA', CLOSE, sent],
    ['DATA', '421 4.3.2 going down', putOff],
  ])('when the server ends this connection at %s with %s comes to %j', async (verb, answer, end) => {
    await set({ said: once(verb, 2, answer) });
    expect(await sendMany(4)).toMatchObject([sent, end, sent, sent]);
    expect(wire.accepted.sort()).toEqual(addresses(...[1, 2, 3, 4].filter((id) => id !== 2 || end === sent)));
    expect(wire.connections).toBe(2);
  });

  it('is begun behind another again after a server that wanted no more messages over one connection', async () => {
    await set({ said: once('MAIL', 2, '421 4.7.0 too many messages') });
    await sendMany(5);
    expect(wire.packets.filter(chained)).toHaveLength(3);
  });

  it('takes one too, when the other is in doubt; that one is not sent again', async () => {
    await set({ said: once('DOT', 1, CLOSE) });
    expect(await sendMany(3)).toMatchObject([{ outcome: 'unknown', code: 'smtp_no_answer' }, sent, sent]);
    expect(wire.accepted.sort()).toEqual(addresses(2, 3));
  });

  it('is in doubt itself once it was handed over', async () => {
    await set({ said: once('DOT', 2, CLOSE) });
    expect(await sendMany(3)).toMatchObject([sent, { outcome: 'unknown', code: 'smtp_no_answer' }, sent]);
    expect(wire.accepted).toEqual(addresses(1, 3));
  });

  it('needs permission again when its turn has come', async () => {
    await set();
    const permissions = [true, false];
    const results = await Promise.all([send(1), send(2, () => permissions.shift()!), send(3)]);
    expect(results).toMatchObject([sent, { outcome: 'deferred', scope: 'provider', code: 'not_started' }, sent]);
    expect(wire.accepted).toEqual(addresses(1, 3));
    expect(permissions).toEqual([]);
  });
});

describe('a server that cannot cope with commands behind a message', () => {
  it.each(['503 5.5.1 out of order', '554 SMTP synchronization error'])(
    'and says so (%s) gets them alone, now and later, and blames nobody',
    async (answer) => {
      await set();
      wire.said = (verb) => {
        const astray = chained(wire.packets.at(-1)!) && verb !== 'DOT';
        return astray ? answer : undefined;
      };
      expect(await sendMany(6)).toMatchObject([sent, sent, sent, sent, sent, sent]);
      expect(wire.packets.filter(chained)).toHaveLength(1);
      expect(wire.connections).toBe(1);
    },
  );

  it('and hangs up gets them alone over the next connection', async () => {
    await set();
    wire.said = (verb) => (chained(wire.packets.at(-1)!) && verb === 'MAIL' ? CLOSE : undefined);
    expect(await sendMany(6)).toMatchObject([sent, sent, sent, sent, sent, sent]);
    expect(wire.packets.filter(chained)).toHaveLength(1);
  });

  it('and never heard them is not waited for twice', async () => {
    await set({ timeouts: { ...patient, commandMs: 300, answerMs: 300 } });
    wire.deafBehindDot = true;
    expect(await sendMany(6)).toMatchObject([sent, sent, sent, sent, sent, sent]);
    expect(wire.accepted.sort()).toEqual(addresses(1, 2, 3, 4, 5, 6));
    expect(wire.packets.filter(chained)).toHaveLength(1);
  });
});

describe('a server that makes things up', () => {
  it('and answers a message that it has not got yet has surely not accepted it', async () => {
    await set({ said: once('DATA', 1, '354 go on\r\n250 accepted') });
    expect(await send(1)).toMatchObject(lost);
    expect(wire.messageBytes).toBe(0);
  });

  it('and grants DATA with 250 in a row of answers gets no message', async () => {
    await set({ said: once('DATA', 1, '250 go on') });
    expect(await send(1)).toMatchObject(lost);
    expect(wire.connections).toBe(1);
  });

  it('and answers out of turn is not taken at its word', async () => {
    await set({ said: once('MAIL', 1, '250 fine\r\n250 fine') });
    expect(await send(1)).toMatchObject(lost);
    expect(wire.messageBytes).toBe(0);
  });

  it.each(['250 fine\r\n', '354 go on\r\n', 'hello\r\n'])('and says %j unasked loses its connection', async (words) => {
    await set();
    await send(1);
    wire.blurt(words);
    expect(await send(2)).toMatchObject(sent);
    expect(wire.connections).toBe(2);
  });

  it.each([
    ['line', 'x'.repeat(100_000)],
    ['reply', '250-and more\r\n'.repeat(10_000)],
  ])('and gives an answer with a %s that never ends is left at once', async (_what, words) => {
    await set({ said: (verb, { nth }) => (verb === 'MAIL' && nth === 1 ? (wire.blurt(words), HANG) : undefined) });
    expect(await send(1)).toMatchObject({ ...lost, response: expect.stringContaining('without end') });
    expect(await send(2)).toMatchObject(sent);
  });

  it('and answers the message with 354 leaves a doubt', async () => {
    await set({ said: once('DOT', 1, '354 go on') });
    expect(await send(1)).toMatchObject({ outcome: 'unknown', code: 'smtp_no_answer' });
  });
});
