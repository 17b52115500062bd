import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../../platform/clock.js';

/** A time that stands still while something happens and then leaps to the next event: for the engine and its statements. */
export class VirtualClock extends Clock {
  constructor(private time: Date) {
    super();
  }

  now(): Date {
    return new Date(this.time);
  }

  sql(): RawBuilder<Date> {
    return sql<Date>`${this.time.toISOString()}::timestamptz`;
  }

  leap(to: Date): void {
    this.time = new Date(to);
  }
}
