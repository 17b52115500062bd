import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

const TYPES: Record<number, 'TXT' | 'MX'> = { 15: 'MX', 16: 'TXT' };
const NO_SUCH_NAME = 3;
const REFUSED = 5;

/** A DNS server on this machine that knows a few names (RFC 1035), and refuses those under `refused.`. */
export class NameServer {
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    readonly address: string,
    /** By `TXT name` and `MX name`. */
    readonly zone: Record<string, string[]>,
  ) {}

  static async start(zone: Record<string, string[]>): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
    const server = new NameServer(socket, `127.0.0.1:${(socket.address() as AddressInfo).port}`, zone);
    socket.on('message', (query, { port, address }) => socket.send(server.answer(query), port, address));
    return server;
  }

  stop(): Promise<void> {
    return new Promise((closed) => this.socket.close(() => closed()));
  }

  private answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length; (length = query[at]!) > 0; at += length + 1)
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
    const name = labels.join('.').toLowerCase();
    const type = TYPES[query.readUInt16BE(at + 1)];
    const question = query.subarray(12, at + 5);
    this.asked.push(`${type} ${name}`);
    const values = this.zone[`${type} ${name}`] ?? [];
    const known = Object.keys(this.zone).some((key) => key.endsWith(` ${name}`));
    const code = name.startsWith('refused.') ? REFUSED : known ? 0 : NO_SUCH_NAME;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(values.length, 6);
    const answers = values.map((value) =>
      record(type === 'MX' ? 15 : 16, type === 'MX' ? exchange(value) : text(value)),
    );
    return Buffer.concat([head, question, ...answers]);
  }
}

/** The name is that of the question. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, data]);
}

/** In pieces of at most 255 bytes. */
function text(value: string): Buffer {
  const pieces = value.match(/[^]{1,255}/g) ?? [''];
  return Buffer.concat(pieces.map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)])));
}

function exchange(host: string): Buffer {
  const labels = host.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from([0, 10]), ...labels, Buffer.from([0])]);
}
