import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Undertaker } from '../undertaker.js';
import type { Entry, FromSink, Manners, ToSink } from './faults.js';

/** The SMTP server under the runner's command. */
export class Sink {
  /** Messages taken so far, answered or not. */
  accepted = 0;
  connections = 0;
  /** Hears the index of the port at which the poisonous address was named. */
  onPoison: (port: number) => void = () => undefined;
  private ports: number[] = [];
  private manners: Manners = { faults: [], dotMs: 0 };

  private constructor(
    private readonly child: ChildProcess,
    readonly path: string,
    private readonly undertaker: Undertaker,
  ) {
    child.on('message', (message: FromSink) => this.hear(message));
  }

  /** Starts one with as many ports as application processes will ever need. */
  static async start(path: string, seed: number, ports: number, undertaker: Undertaker): Promise<Sink> {
    const script = fileURLToPath(new URL('process.js', import.meta.url));
    const child = fork(script, [path, String(seed), String(ports)], { execArgv: [] });
    undertaker.watch(child.pid!);
    const sink = new Sink(child, path, undertaker);
    while (sink.ports.length === 0) await once(child, 'message');
    return sink;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Where the application process with this index sends to. */
  urlOf(index: number): string {
    const user = this.manners.auth ? 'user:password@' : '';
    return `smtp://${user}127.0.0.1:${this.ports[index % this.ports.length]}`;
  }

  /** Changes some of its manners; the rest stays. */
  behave(manners: Partial<Manners>): void {
    this.manners = { ...this.manners, ...manners };
    this.tell({ manners: this.manners });
  }

  /** Ends every connection without a word. */
  hangUp(): void {
    this.tell({ hangUp: true });
  }

  /** Everything it noted so far. */
  journal(): Entry[] {
    const lines = readFileSync(this.path, 'utf8').split('\n');
    return lines.filter(Boolean).map((line) => JSON.parse(line) as Entry);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
    this.undertaker.forget(this.pid);
  }

  private tell(message: ToSink): void {
    if (this.child.connected) this.child.send(message);
  }

  private hear(message: FromSink): void {
    if ('ports' in message) this.ports = message.ports;
    else if ('poisoned' in message) this.onPoison(message.poisoned);
    else Object.assign(this, message);
  }
}
