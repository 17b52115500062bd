import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../../src/platform/clock.js';

/** A clock that stands still until it is set: the application's time and the time its statements compare with. */
export class ManualClock extends Clock {
  constructor(private time = new Date('2026-11-22T12:00:00Z')) {
    super();
  }

  now(): Date {
    return new Date(this.time);
  }

  sql(): RawBuilder<Date> {
    return sql<Date>`${this.time.toISOString()}::timestamptz`;
  }

  set(instant: string | Date): void {
    this.time = new Date(instant);
  }

  /** Moves on by so many milliseconds. */
  advance(milliseconds: number): void {
    this.time = new Date(this.time.getTime() + milliseconds);
  }
}
