import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request, once it has read it whole. */
export type ApiAct =
  | { status: number; headers?: Record<string, string>; body?: string; takes?: boolean }
  /** Takes the message and hangs up without a word, in the middle of its answer, or never answers. */
  | 'take_and_close'
  | 'take_and_break_off'
  | 'take_and_hang';

/** A request as it arrived. */
export interface ApiRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  raw: string;
  bytes: Buffer;
}

/** A provider that speaks HTTP, and knows a repeat by its Idempotency-Key. */
export class ApiServer {
  /** The messages that it took responsibility for, in their order. */
  readonly taken: string[] = [];
  /** Their requests. */
  readonly takenRequests: ApiRequest[] = [];
  readonly seen: ApiRequest[] = [];
  connections = 0;
  held = 0;
  /** Decides what happens to a request; taken and answered with 200 by default. */
  script: (request: ApiRequest) => ApiAct = () => ({ status: 200 });
  private gate: Promise<void> | null = null;
  private readonly keys = new Set<string>();
  private readonly watchers = new Set<() => void>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.receive(request, response));
    this.server.on('connection', () => this.connections++);
  }

  static async start(): Promise<ApiServer> {
    const server = new ApiServer();
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/messages?v=1`;
  }

  /** The texts of the messages taken, from their JSON. */
  texts(): string[] {
    return this.taken.map((raw) => (JSON.parse(raw) as { text: string }).text);
  }

  /** From now on answers wait, messages taken, until the returned function is called. */
  hold(): { reached: Promise<void>; release: () => void } {
    let release!: () => void;
    this.gate = new Promise((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      const watcher = (): void => {
        if (this.held === 0) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
    });
    return { reached, release };
  }

  /** Once it has, it is not there any more; stopping it again does nothing. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [method, path] = [request.method!, request.url!];
    const bytes = Buffer.concat(chunks);
    const seen = { method, path, headers: request.headers, raw: bytes.toString(), bytes };
    this.seen.push(seen);
    const act = this.script(seen);
    if (typeof act === 'string' || act.takes || act.status < 300) this.take(seen);
    this.held += 1;
    for (const watcher of this.watchers) watcher();
    await this.gate;
    if (act === 'take_and_hang') return;
    if (act === 'take_and_close') return void request.socket.destroy();
    if (act === 'take_and_break_off') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"id":"sm', () => request.socket.destroy());
      return;
    }
    response.writeHead(act.status, act.headers);
    response.end(act.body ?? JSON.stringify({ id: `sms-${this.taken.length}` }));
  }

  private take(seen: ApiRequest): void {
    const { headers, raw } = seen;
    const key = headers['idempotency-key'];
    if (typeof key === 'string' && this.keys.has(key)) return;
    if (typeof key === 'string') this.keys.add(key);
    this.taken.push(raw);
    this.takenRequests.push(seen);
  }
}
