import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const dist = (file: string): string => fileURLToPath(new URL(`../../dist/src/${file}`, import.meta.url));

/** A process of the built product: what it said so far, and how to end it. */
export interface Product {
  child: ChildProcess;
  said(): string;
  /** Resolves when it has said something; throws with all it said when it exits first or takes longer than a minute. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end; answers the exit code, null for a signal's end. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs `main.js` or `cli.js` of the built product with nothing of this process's environment but the path. */
export function run(file: 'main.js' | 'cli.js', env: Record<string, string>, args: string[] = []): Product {
  const child = spawn(process.execPath, [dist(file), ...args], {
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  // Streams may still hold the last words when the process is gone.
  const closed = once(child, 'close');

  const until = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const give = (why: string) => reject(new Error(`${why} before ${String(pattern)}: ${text}`));
      const timer = setTimeout(() => give('a minute passed'), 60_000);
      const look = () => {
        const match = pattern.exec(text);
        if (!match) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      void closed.then(() => (look(), clearTimeout(timer), give('it ended')));
      look();
    });
  const end = async (signal?: NodeJS.Signals) => {
    if (signal) child.kill(signal);
    const [code] = await exited;
    await closed;
    return code;
  };
  return { child, said: () => text, until, end };
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
