import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { MessageWalk, WriteWatch } from './wire.js';

/**
 * How the way to the database behaves. `stalled`: packets wait, as in a short network failure that TCP survives;
 * `half_open`: connections that are open now swallow everything for ever, new ones work; `cut_at_commit`: now and then a
 * write is carried out and its answer lost.
 */
export type Weather = 'fair' | 'stalled' | 'cut_at_commit' | 'refusing';

interface Pair {
  client: Socket;
  server: Socket;
  swallows: boolean;
}

/** Stands between one application process and the database. */
export class FaultProxy {
  weather: Weather = 'fair';
  /** Milliseconds added to each chunk, both ways. */
  delayMs = 0;
  /** Of `cut_at_commit`: the share of writes whose answer is lost. */
  cutShare = 0.15;
  /** Answers lost so far. */
  cuts = 0;
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;

  private constructor(
    private readonly target: () => number,
    private readonly chance: () => number,
  ) {
    this.server = createServer({ allowHalfOpen: false }, (client) => this.join(client));
  }

  /** Opens one on a free port; `target` is asked anew for each connection. */
  static async open(target: () => number, chance: () => number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, chance);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Whatever is open now hears nothing any more and is heard by nobody. */
  halfOpen(): void {
    for (const pair of this.pairs) pair.swallows = true;
  }

  /** Resets every connection. */
  reset(): void {
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  close(): void {
    this.server.close();
    this.reset();
  }

  private join(client: Socket): void {
    client.on('error', () => undefined);
    if (this.weather === 'refusing') return void client.resetAndDestroy();
    const server = connect(this.target(), '127.0.0.1');
    server.on('error', () => undefined);
    const pair: Pair = { client, server, swallows: false };
    this.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.once('close', () => this.part(pair));
    }
    const writes = new WriteWatch();
    const answers = new MessageWalk();
    let doomed = false;
    this.carry(pair, client, server, (chunk) => {
      const asks = writes.asksForWrite(chunk);
      if (asks && this.weather === 'cut_at_commit' && this.chance() < this.cutShare) doomed = true;
      return true;
    });
    this.carry(pair, server, client, (chunk) => {
      // ReadyForQuery comes after the commit: until then the write is not yet done, and the answer must not be heard.
      const ready = [...answers.of(chunk)].some(({ type }) => type === 'Z');
      if (!doomed) return true;
      if (ready) this.cut(pair);
      return false;
    });
  }

  private carry(pair: Pair, from: Socket, to: Socket, passes: (chunk: Buffer) => boolean): void {
    let chain = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (pair.swallows || !passes(chunk)) return;
      if (this.delayMs === 0 && this.weather !== 'stalled') return void to.write(chunk);
      // In order, however the weather changes in the meantime.
      chain = chain.then(async () => {
        if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
        while (this.weather === 'stalled' && !to.destroyed) await new Promise((resolve) => setTimeout(resolve, 10));
        if (!to.destroyed) to.write(chunk);
      });
    });
  }

  private cut({ client, server }: Pair): void {
    this.cuts += 1;
    client.resetAndDestroy();
    server.destroy();
  }

  /** One end is gone: so is the other, but for a half-open connection, whose end nobody hears of. */
  private part(pair: Pair): void {
    if (pair.swallows && !pair.client.destroyed) return;
    this.pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
