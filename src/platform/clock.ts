import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';

/** The time, injected everywhere it decides something. */
export abstract class Clock {
  /** This machine's time: for what people read, never compared with a lease. */
  abstract now(): Date;
  /**
   * The time a statement compares with. In production the database's own `statement_timestamp()`, so that processes with
   * wrong clocks agree (R4), and stable, so that an index can be searched by it; a manual clock puts its own time there.
   */
  abstract sql(): RawBuilder<Date>;

  /** So many days before that, as a statement compares with it. */
  daysAgo(days: number): RawBuilder<Date> {
    return sql<Date>`(${this.sql()} - ${days} * interval '1 day')`;
  }
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  sql(): RawBuilder<Date> {
    return sql<Date>`statement_timestamp()`;
  }
}
