/** A terminal's Ctrl-C reaches us directly and once more through npm: within this time it is the same wish. */
const SAME_WISH_MS = 1_000;

/** How often we look whether the shell that npm started us in is still there. */
const PARENT_CHECK_MS = 500;

/** Ends the process in order: the application drains first, the database goes last. A second, later signal ends it at once. */
export class Shutdown {
  private readonly steps: (() => Promise<unknown>)[] = [];
  private begun: number | null = null;

  /** `tell` says what an operator is to know. */
  constructor(private readonly tell: (words: string) => void) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.onSignal());
    // Whoever started us with a channel and closes it, or dies, wants us to go.
    if (process.connected) process.once('disconnect', () => this.begun === null && void this.run(0));
    if (process.env.npm_lifecycle_event) this.followParent();
  }

  /** Adds a step before those added so far. */
  first(step: () => Promise<unknown>): void {
    this.steps.unshift(step);
  }

  /** Adds a step after those added so far. */
  last(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  /** Runs every step, even after one that fails, and exits. */
  async run(code: number): Promise<never> {
    this.begun ??= performance.now();
    for (const step of this.steps.splice(0))
      await step().catch((error: unknown) => {
        this.tell(`While stopping: ${error instanceof Error ? error.message : String(error)}`);
        code = 1;
      });
    process.exit(code);
  }

  /** npm runs scripts in a shell that passes no signal on: killing npm would leave us behind. When the shell goes, we go. */
  private followParent(): void {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && this.begun === null && this.onSignal(), PARENT_CHECK_MS).unref();
  }

  private onSignal(): void {
    if (this.begun === null) {
      this.tell('\nStopping: what is in flight is being recorded …');
      void this.run(0);
    } else if (performance.now() - this.begun > SAME_WISH_MS) {
      this.tell('Stopped at once; what was in flight will be shown as in doubt.');
      process.exit(1);
    }
  }
}
