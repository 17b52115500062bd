import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SmtpProvider } from '../src/delivery/channels/email/smtp.provider.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { outgoing } from './support/provider-contract.js';
import { SmtpSink } from './support/smtp-sink.js';

/** For servers that never come to the point: short, yet long enough for a busy machine to have answered. */
const impatient = { connectMs: 2_000, greetingMs: 2_000, commandMs: 400, answerMs: 400, idleMs: 5_000 };
/** For servers that do answer, however late this machine finds the time to hear them. */
const patient = { connectMs: 30_000, greetingMs: 30_000, commandMs: 25_000, answerMs: 25_000, idleMs: 30_000 };

let server: Server;
let provider: SmtpProvider;
let connections = 0;
const sockets = new Set<Socket>();

/** A server that behaves until it is asked `verb`, and from then on does to the connection what `misbehave` says. */
async function rogue(verb: string, misbehave: (socket: Socket) => void, timeouts = impatient): Promise<void> {
  connections = 0;
  server = createServer((socket) => {
    connections++;
    sockets.add(socket.on('error', () => undefined));
    socket.write('220 rogue\r\n');
    socket.on('data', (line) => {
      const asked = line.toString('latin1').slice(0, 4);
      if (asked !== verb) return socket.write(asked === 'DATA' ? '354 go\r\n' : '250 fine\r\n');
      socket.removeAllListeners('data').pause();
      misbehave(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = new SmtpProvider({ url, from: 'bell@example.com', maxConnections: 1, timeouts });
}
const send = (body = 'x'): Promise<SendResult> => provider.send(outgoing({ body }), () => true);

afterEach(async () => {
  await provider.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});

/** Feeds the connection one byte at a time, forever: never silent, never done. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('2'), 20);
  socket.on('close', () => clearInterval(timer));
  socket.resume();
}

describe('a rogue server', () => {
  it('that answers byte by byte before the body cannot hold a message for ever', async () => {
    await rogue('RCPT', drip);
    expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'provider', code: 'smtp_timeout' });
  });

  it('nor after the body, when it leaves a doubt', async () => {
    await rogue('From', drip);
    expect(await send()).toMatchObject({ outcome: 'unknown', code: 'smtp_no_answer' });
  });

  it('nor during the handshake', async () => {
    await rogue('EHLO', drip);
    expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'provider', code: 'smtp_timeout' });
  });

  it('that refuses in the middle of a message never gets the rest of it as commands', async () => {
    await rogue('From', (socket) => socket.write('552 5.3.4 too big\r\n'), patient);
    const huge = 'MAIL FROM:<eve@example.org>\n'.repeat(1_000_000);
    expect(await send(huge)).toMatchObject({ outcome: 'rejected', code: 'smtp_552' });
    expect(await send('MAIL')).toMatchObject({ outcome: 'rejected', code: 'smtp_552' });
    expect(connections).toBe(2);
  });

  it('that says its last words without a line break is understood', async () => {
    await rogue('From', (socket) => socket.end('451 4.3.0 crashing'), patient);
    expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'recipient', code: 'smtp_451' });
  });
});

describe('a slow server', () => {
  it('is given more time for the message than for a command', async () => {
    await rogue('MAIL', () => undefined);
    const sink = await SmtpSink.start();
    const lenient = { ...impatient, connectMs: 5_000, answerMs: 25_000 };
    const slow = new SmtpProvider({ url: sink.url, from: 'bell@example.com', timeouts: lenient });
    const hanging = new SmtpProvider({
      url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      from: 'bell@example.com',
      timeouts: { ...lenient, commandMs: 800 },
    });
    const resume = sink.hold();
    const sending = slow.send(outgoing(), () => true);
    await sink.until(() => sink.held > 0);
    expect(await hanging.send(outgoing(), () => true)).toMatchObject({ code: 'smtp_timeout' });
    resume();
    expect(await sending).toMatchObject({ outcome: 'sent' });
    await Promise.all([slow.close(), hanging.close()]);
    await sink.stop();
  });
});
