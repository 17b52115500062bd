import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TemplateSource } from '../../campaigns/domain/content.js';
import { LIQUID_LIMITS, REMOVED_TAGS } from '../../campaigns/domain/liquid.js';
import { processorMs } from './processor-time.js';
import { RenderStopped, RenderUnavailable } from './render-stopped.js';

/** How much time of a processor one message may take, some ten times what the engine's own limits allow. */
const LIMIT_MS = 1_000;
/** How long one message may take on a machine that has no processor free for it: somebody may wait for a preview. */
const PATIENCE_MS = 2_500;
/** How long a process may take to begin with. */
const START_MS = 15_000;
const MEMORY_MB = 128;
const MOST_CHARACTERS = 2_000_000;

/** What the process says: that it is ready, or what became of a message. */
interface Answer {
  filled?: (string | null)[];
  fault?: string;
}

/** One message to be filled. */
export interface RenderJob {
  sources: readonly (TemplateSource | null)[];
  fields: object;
}

/**
 * A process that fills one message at a time, and is killed where it takes too long or too much. It is not a thread: a thread
 * ends only between two steps of JavaScript, and one search in a long text can take seconds; and where V8 runs out of
 * memory it ends the whole process. It sees no environment.
 */
export class RenderProcess {
  private readonly child: ChildProcess;
  private readonly ready: Promise<Answer>;
  /** Whether it can take no more. */
  over = false;
  private late = false;

  /** Throws RenderUnavailable where the system refuses a process at once. */
  constructor() {
    this.child = begin();
    // Also a second time: an error that nobody hears would end us.
    for (const end of ['exit', 'error'] as const) this.child.on(end, () => (this.over = true));
    this.ready = this.within(START_MS).catch((error: Error) => {
      throw unavailable(error);
    });
    this.ready.catch(() => undefined);
  }

  /** Throws RenderStopped where it took too much, RenderUnavailable, and an Error with the template's fault. */
  async fill(job: RenderJob): Promise<(string | null)[]> {
    this.child.ref();
    this.child.channel?.ref();
    try {
      await this.ready;
      const { filled, fault } = await this.within(LIMIT_MS, () => this.child.send(job));
      if (filled) return filled;
      throw new Error(fault);
    } finally {
      // One that waits must not keep us from ending.
      this.child.unref();
      this.child.channel?.unref();
    }
  }

  end(): void {
    this.over = true;
    this.child.kill('SIGKILL');
  }

  /**
   * What the process says next, once it was asked; its end is an answer, too, and so is a question that cannot be put. Time
   * in which it only waited for a processor does not count, where the system tells: a busy machine must fail nobody.
   */
  private within(milliseconds: number, ask?: () => void): Promise<Answer> {
    const { child } = this;
    const begun = performance.now();
    const before = processorMs(child.pid);
    return new Promise<Answer>((resolve, reject) => {
      const look = (): void => {
        const patience = PATIENCE_MS - (performance.now() - begun);
        const left = Math.min(patience, milliseconds - (processorMs(child.pid) - before));
        if (left > 0) timer = setTimeout(look, left);
        else {
          this.late = true;
          this.end();
        }
      };
      let timer = setTimeout(look, milliseconds);
      const done = () => {
        clearTimeout(timer);
        child.off('message', heard).off('exit', ended).off('error', failed);
      };
      const heard = (answer: unknown) => {
        done();
        resolve(answer as Answer);
      };
      const ended = () => {
        done();
        const stopped = this.late
          ? new RenderStopped('render_timeout', `it takes longer than ${milliseconds} ms to fill`)
          : new RenderStopped('render_memory', `it takes more than ${MEMORY_MB} MB of memory to fill`);
        reject(stopped);
      };
      const failed = (error: Error) => {
        done();
        reject(error);
      };
      child.on('message', heard).on('exit', ended).on('error', failed);
      try {
        ask?.();
      } catch (error) {
        failed(error as Error);
      }
    });
  }
}

function begin(): ChildProcess {
  const settings = { limits: LIQUID_LIMITS, removedTags: REMOVED_TAGS, mostCharacters: MOST_CHARACTERS };
  try {
    return fork(fileURLToPath(new URL('./render-child.mjs', import.meta.url)), [JSON.stringify(settings)], {
      env: {},
      execArgv: [`--max-old-space-size=${MEMORY_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  } catch (error) {
    throw unavailable(error as Error);
  }
}

const unavailable = ({ message }: Error): RenderUnavailable =>
  new RenderUnavailable(`no process that fills templates could be started: ${message}`);
