import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './deadline.js';
import type { Undertaker } from './undertaker.js';

// The answers are looked at as a client would, without the product's types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;

const KEY = 'a-key-for-the-processes-of-a-chaos';

/** One process of the product, as `npm start` runs it. */
export class Application {
  private text = '';
  private readonly exited: Promise<void>;

  private constructor(
    readonly index: number,
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {
    const hear = (chunk: Buffer): void => void (this.text += chunk.toString());
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    this.exited = once(child, 'close').then(() => undefined);
  }

  /** Spawns one, with flags for Node where it is to have some; `ready` tells when it serves. */
  static spawn(
    index: number,
    place: { product: string; directory: string; port: number; flags?: string[] },
    env: Record<string, string>,
    undertaker: Undertaker,
  ): Application {
    const child = spawn(process.execPath, [...(place.flags ?? []), join(place.product, 'src/main.js')], {
      cwd: place.directory,
      env: {
        PATH: process.env.PATH,
        NO_COLOR: '1',
        LOG_FORMAT: 'json',
        SEED_DEMO: 'false',
        ADMIN_API_KEY: KEY,
        PORT: String(place.port),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for the runner, which then ends everything in order.
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) {
      undertaker.watch(pid);
      child.once('exit', () => undertaker.forget(pid));
    }
    return new Application(index, child, `http://127.0.0.1:${place.port}`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get isReady(): boolean {
    return this.running && this.text.includes('Campanile is ready');
  }

  /** The entries of its log with this message, parsed. */
  entries(message: string): Record<string, unknown>[] {
    return this.text.split('\n').flatMap((line) => {
      if (!line.startsWith('{') || !line.includes(message)) return [];
      return [JSON.parse(line) as Record<string, unknown>];
    });
  }

  said(): string {
    return this.text;
  }

  async ready(): Promise<void> {
    await until('an application process is ready', 60_000, () => this.isReady || !this.running);
    if (!this.isReady) throw new Error(`an application process ended at its start: ${this.text}`);
  }

  /** An API call. Throws where there is no answer at all. */
  async request(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) this.child.kill(name);
  }

  /** Sends a signal and waits for the end; answers the exit code, null for a signal's end. */
  async end(name: NodeJS.Signals): Promise<number | null> {
    this.signal(name);
    await this.exited;
    return this.child.exitCode;
  }
}
