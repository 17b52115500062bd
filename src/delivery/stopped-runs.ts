import { Injectable } from '@nestjs/common';
import { RunsService } from '../campaigns/runs.service.js';

/**
 * Knows which runs were paused or cancelled, or ran out of time, while their messages wait in this process: between two
 * windows the record's statement sees it, but a window may wait for its provider longer than people do.
 */
@Injectable()
export class StoppedRuns {
  private readonly stopped = new Set<number>();

  constructor(private readonly runs: RunsService) {}

  has(runId: number): boolean {
    return this.stopped.has(runId);
  }

  /** A claim has found the run going on. */
  forget(runId: number): void {
    this.stopped.delete(runId);
  }

  /** Looks at the runs that are worked on, all in one statement; at none in none. */
  async look(runIds: ReadonlySet<number>): Promise<void> {
    const stopped = runIds.size === 0 ? [] : await this.runs.stoppedAmong([...runIds]);
    this.stopped.clear();
    for (const runId of stopped) this.stopped.add(runId);
  }
}
