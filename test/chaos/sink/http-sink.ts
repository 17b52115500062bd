import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../chance.js';
import type { Entry } from './faults.js';
import { Journal } from './journal.js';

/**
 * What happens to a request instead of being taken and answered. `fail` takes the message and answers 500, `truncate` takes
 * it and breaks its answer off, `late` takes it and answers after `ms`, `drop` closes without taking, `reject` says no.
 */
export interface HttpFault {
  act: 'fail' | 'truncate' | 'late' | 'drop' | 'reject';
  /** How often it strikes, 0 to 1. */
  share: number;
  ms?: number;
}

/** A provider of text messages that speaks HTTP and misbehaves; what it takes it notes first. */
export class HttpSink {
  faults: HttpFault[] = [];
  /** Milliseconds before each answer. */
  answerMs = 0;
  /** Moments at which requests came while it had asked everybody to wait, by its monotonic clock. */
  readonly unwelcome: number[] = [];
  taken = 0;
  private closedUntil = 0;
  private readonly known = new Set<string>();
  private readonly server: Server;
  private readonly journal: Journal;

  private constructor(
    path: string,
    private readonly chance: Chance,
  ) {
    this.journal = new Journal(path);
    this.server = createServer((request, response) => void this.receive(request, response));
  }

  static async start(path: string, chance: Chance): Promise<HttpSink> {
    const sink = new HttpSink(path, chance);
    await new Promise<void>((resolve) => sink.server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** From now on everybody is asked to come back in so many seconds; answers when that is over. */
  async throttle(seconds: number): Promise<void> {
    this.closedUntil = performance.now() + seconds * 1_000;
    await pause(seconds * 1_000);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    this.journal.close();
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mailAt = Date.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { id, to } = JSON.parse(Buffer.concat(chunks).toString()) as { id: string; to: string };
    const note = (end: Entry['end']): void =>
      this.journal.write({ end, key: id, subject: '', to, mailAt, at: Date.now() });
    const wait = this.closedUntil - performance.now();
    if (wait > 0) {
      this.unwelcome.push(performance.now());
      note('refused');
      return answer(response, 429, { 'retry-after': String(Math.ceil(wait / 1_000)) });
    }
    if (this.answerMs > 0) await pause(this.answerMs);
    // A repeat under a known key is answered as the first should have been, and taken no second time.
    const key = request.headers['idempotency-key'];
    if (typeof key === 'string' && this.known.has(key)) return answer(response, 200);
    const fault = this.faults.find(({ share }) => this.chance.next() < share);
    const end = endOf(fault);
    note(end);
    if (end === 'ok' || end === 'swallowed') {
      this.taken += 1;
      if (typeof key === 'string') this.known.add(key);
    }
    switch (fault?.act) {
      case undefined:
        return answer(response, 200);
      case 'reject':
        return answer(response, 422);
      case 'fail':
        return answer(response, 500);
      case 'late':
        await pause(fault.ms);
        return answer(response, 200);
      case 'truncate':
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"id":"tr', () => request.socket.destroy());
        return;
      case 'drop':
        request.socket.destroy();
    }

    function answer(to: ServerResponse, status: number, headers: Record<string, string> = {}): void {
      to.writeHead(status, headers);
      to.end(JSON.stringify({ id: `sink-${id}` }));
    }
  }
}

/** What the journal says of a request that this happens to. */
function endOf(fault: HttpFault | undefined): Entry['end'] {
  if (fault?.act === 'reject') return 'refused';
  if (fault?.act === 'drop') return 'dropped';
  return fault ? 'swallowed' : 'ok';
}
