import type { Logger } from '@nestjs/common';
import { isDatabaseOutage } from './database-outage.js';

/**
 * Work that intervals begin again and again: a beat never overlaps itself, an error never stops the next one, and who shuts
 * down can wait for those under way. Intervals themselves promise none of this.
 */
export class Beats {
  private readonly beating = new Map<string, Promise<void>>();
  private going = false;

  /** `logger` is told what went wrong. */
  constructor(private readonly logger: Logger) {}

  /** Between `start` and `stop`. */
  get alive(): boolean {
    return this.going;
  }

  start(): void {
    this.going = true;
  }

  /** Begins nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.beating.values());
  }

  /** Begins the work of this name, unless it is still under way. */
  begin(name: string, work: () => Promise<void>): void {
    if (!this.going || this.beating.has(name)) return;
    const beating = work()
      .catch((error: unknown) => {
        if (isDatabaseOutage(error)) this.logger.warn(`${name}: the database does not answer`);
        else this.logger.error(`${name} failed`, (error as Error).stack);
      })
      .finally(() => this.beating.delete(name));
    this.beating.set(name, beating);
  }
}
