import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerParent } from './answering.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const CONNECTIONS = 64;
const TICK_MS = 10;

/** What a load saw: how long each answer took, and how long it all did. */
export interface Load {
  milliseconds: number[];
  seconds: number;
}

/** A connection that asks one thing at a time, with as little work as can be: the other side is what is measured. */
class Asker {
  private heard = '';
  private answered: (() => void) | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay().on('data', (chunk) => this.hear(chunk.toString('latin1')));
  }

  static async open(port: number): Promise<Asker> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Asker(socket);
  }

  ask(path: string): Promise<void> {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: ${BROWSER}\r\n\r\n`);
    return new Promise((resolve) => (this.answered = resolve));
  }

  end(): void {
    this.socket.destroy();
  }

  private hear(text: string): void {
    this.heard += text;
    const head = this.heard.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.heard)![1]);
    if (this.heard.length < head + 4 + length) return;
    if (!/^HTTP\/1\.1 (?:200|302) /.test(this.heard)) throw new Error(this.heard);
    this.heard = '';
    this.answered!();
  }
}

async function withAskers<T>(port: number, work: (askers: Asker[]) => Promise<T>): Promise<T> {
  const askers = await Promise.all(Array.from({ length: CONNECTIONS }, () => Asker.open(port)));
  return work(askers).finally(() => {
    for (const asker of askers) asker.end();
  });
}

/** A process of its own that asks for pixels and links. */
answerParent({
  /** As fast as they are answered. */
  flood: (port: number, paths: string[]): Promise<Load> =>
    withAskers(port, async (askers) => {
      const milliseconds: number[] = [];
      const begun = performance.now();
      const rest = paths.values();
      const work = async (asker: Asker) => {
        for (const path of rest) {
          const asked = performance.now();
          await asker.ask(path);
          milliseconds.push(performance.now() - asked);
        }
      };
      await Promise.all(askers.map(work));
      return { milliseconds, seconds: (performance.now() - begun) / 1_000 };
    }),
  /** So many a second; one that has to wait for a connection waits on the server's account. */
  pace: (port: number, paths: string[], perSecond: number): Promise<Load> =>
    withAskers(port, async (askers) => {
      const milliseconds: number[] = [];
      const free = [...askers];
      const due: { path: string; at: number }[] = [];
      const start = () => {
        while (free.length > 0 && due.length > 0) {
          const [asker, { path, at }] = [free.pop()!, due.shift()!];
          void asker.ask(path).then(() => {
            milliseconds.push(performance.now() - at);
            free.push(asker);
            start();
          });
        }
      };
      const begun = performance.now();
      for (let asked = 0; milliseconds.length < paths.length; await delay(TICK_MS)) {
        const until = Math.min(paths.length, ((performance.now() - begun) / 1_000) * perSecond);
        for (; asked < until; asked += 1)
          due.push({ path: paths[asked]!, at: begun + (asked / perSecond) * 1_000 + TICK_MS });
        start();
      }
      return { milliseconds, seconds: (performance.now() - begun) / 1_000 };
    }),
  close: () => undefined,
});
