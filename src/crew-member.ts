import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figures } from './platform/figures.js';

/** The question of the process that engaged another; the answer are its figures. */
const QUESTION = 'figures';

/** One that does not answer so long is starting, or has its hands full: what it said last has to do. */
const PATIENCE_MS = 500;

/** A further process that only sends, as the one that engaged it sees it. */
export class CrewMember {
  /** What it last said that it counts and measures. */
  figures: Figures = [];
  /** Resolves once it has ended. */
  readonly gone: Promise<unknown>;
  private leaving: Promise<unknown> | undefined;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    onError: (error: Error) => void,
  ) {
    this.gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    child.on('error', onError);
    child.on('message', (figures: Figures) => (this.figures = figures));
  }

  /** Starts one that runs `program` on this database. */
  static engage(name: string, program: URL, databaseUrl: string, onError: (error: Error) => void): CrewMember {
    const child = fork(fileURLToPath(program), {
      // A Ctrl-C is for us, and they hear of it from us.
      detached: true,
      env: { ...process.env, DATABASE_URL: databaseUrl, ROLES: 'sender' },
    });
    return new CrewMember(name, child, onError);
  }

  /** Has it say what it counts and measures now; the answer is `figures`. */
  async ask(): Promise<void> {
    if (!this.child.connected) return;
    const heard = once(this.child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined);
    this.child.send(QUESTION, () => undefined);
    await Promise.race([heard, this.gone]);
  }

  /** Tells it to record what is in flight and to go, once it has said its last figures; ends when it is gone. */
  leave(): Promise<unknown> {
    return (this.leaving ??= this.ask().then(() => {
      // Not a signal: Windows would end it at once. Our own death says the same to it.
      if (this.child.connected) this.child.disconnect();
      return this.gone;
    }));
  }
}

/** Answers the process that engaged this one. */
export function answerFigures(own: () => Promise<Figures>): void {
  process.on('message', (question) => {
    // Whoever asked may have gone meanwhile.
    if (question === QUESTION)
      void own().then((figures) => process.send?.(figures, undefined, undefined, () => undefined));
  });
}
