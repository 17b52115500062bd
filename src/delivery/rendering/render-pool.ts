import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type RenderJob, RenderProcess } from './render-process.js';

/** Processes at most: one that is stuck until it is ended must not be all there is. */
const PROCESSES = 2;

/** Fills templates that could take any time, each message within hard limits, while this process does other things. */
@Injectable()
export class RenderPool implements OnModuleDestroy {
  private readonly idle: RenderProcess[] = [];
  private readonly waiting: (() => void)[] = [];
  private busy = 0;

  /** In the order of asking. Throws RenderStopped where a message took too much, and an Error with a template's fault. */
  async fill(job: RenderJob): Promise<(string | null)[]> {
    if (this.busy >= PROCESSES) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.busy += 1;
    try {
      return await this.fillBy(this.idlest() ?? this.start(), job);
    } finally {
      this.leave();
    }
  }

  /** Ends the processes; one that is at work is ended by its own limit. */
  onModuleDestroy(): void {
    for (const child of this.idle.splice(0)) child.end();
  }

  /** Throws RenderUnavailable. */
  protected start(): RenderProcess {
    return new RenderProcess();
  }

  private async fillBy(child: RenderProcess, job: RenderJob): Promise<(string | null)[]> {
    try {
      return await child.fill(job);
    } finally {
      if (!child.over) this.idle.push(child);
    }
  }

  /** One that ended while it waited is none. */
  private idlest(): RenderProcess | undefined {
    const child = this.idle.pop();
    return child?.over ? this.idlest() : child;
  }

  /** Whoever waits takes the place over. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.busy -= 1;
  }
}
