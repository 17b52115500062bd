import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { answerParent } from './answering.js';

/** The end of a message, whose first half may be the end of the command before it, and the end of a command. */
const DOT = Buffer.from('\r\n.\r\n');
const LINE = Buffer.from('\r\n');

const greeting = '220 sink ESMTP\r\n';
const offers = '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n';

let accepted = 0;

/**
 * A conversation with one client. Commands may arrive in one packet or in pieces; what follows a message's final dot is
 * commands again. Nothing is kept of a message but that it was there.
 */
function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  let inMessage = false;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write(greeting);
  socket.on('data', (chunk: Buffer) => {
    let unread = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let replies = '';
    for (;;) {
      const mark = inMessage ? DOT : LINE;
      const at = unread.indexOf(mark);
      if (at < 0) break;
      if (inMessage) {
        accepted += 1;
        replies += '250 2.0.0 Ok: accepted\r\n';
        inMessage = false;
      } else {
        const verb = unread.toString('latin1', 0, Math.min(at, 4)).toUpperCase();
        inMessage = verb === 'DATA';
        replies += replyTo(verb);
        if (verb === 'QUIT') return void socket.end(replies);
      }
      unread = unread.subarray(inMessage ? at : at + mark.length);
    }
    rest = unread;
    if (replies) socket.write(replies);
  });
}

function replyTo(verb: string): string {
  switch (verb) {
    case 'EHLO':
      return offers;
    case 'HELO':
    case 'MAIL':
    case 'RCPT':
    case 'RSET':
    case 'NOOP':
      return '250 2.1.0 Ok\r\n';
    case 'DATA':
      return '354 Go on\r\n';
    case 'QUIT':
      return '221 2.0.0 Bye\r\n';
    default:
      return '502 5.5.2 Not known here\r\n';
  }
}

const server = createServer(serve).listen(0, '127.0.0.1');
await once(server, 'listening');
answerParent({
  port: () => (server.address() as AddressInfo).port,
  /** How many messages it took responsibility for since it was last asked. */
  taken: () => {
    const taken = accepted;
    accepted = 0;
    return taken;
  },
  close: () => server.close(),
});
