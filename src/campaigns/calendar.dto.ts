import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { Channel } from '../audience/domain/channel.js';

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Which days to show, and whose. */
export class CalendarQuery {
  /**
   * The first day, `YYYY-MM-DD`.
   * @example "2026-11-01"
   */
  @Matches(DATE, { message: 'from must be a date such as 2026-11-28' })
  from: string;

  /**
   * The last day, at most 61 later.
   * @example "2026-11-30"
   */
  @Matches(DATE, { message: 'to must be a date such as 2026-11-28' })
  to: string;

  /**
   * IANA name of the zone whose days they are, in any case; UTC unless given.
   * @example "Europe/Berlin"
   */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  time_zone: string = 'UTC';

  /**
   * How many campaigns of a day to name; the sums are of all.
   * @example 50
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 50;
}

/** Occurrences. */
export class CalendarCounts {
  /**
   * Carried out or under way.
   * @example 1
   */
  runs: number;
  /**
   * Skipped or missed, a stretch of them where it began.
   * @example 0
   */
  left_out: number;
  /**
   * Still to come; what is overdue is one.
   * @example 23
   */
  planned: number;
  /** Whether there were more than these: of a campaign's past ones no more than 2,000 a day are counted. */
  more: boolean;
}

/** A campaign on a day. */
export class CalendarEntry extends CalendarCounts {
  /** @example 1 */
  campaign_id: number;
  /** @example "Weekly Tech News" */
  campaign_name: string;
  channel: Channel;
  /** Whether the campaign was deleted since. What it did stays. */
  deleted: boolean;
  /** The first of the day, past or to come, in the campaign's zone where recipients' own clocks count. */
  first_at: Date;
  /**
   * The run of the first one; null where it is still to come.
   * @example 12
   */
  run_id: number | null;
}

/** A day with all its occurrences. */
export class CalendarDay extends CalendarCounts {
  /** @example "2026-11-28" */
  date: string;
  /** How many campaigns have any. */
  campaigns: number;
  /** The first `limit` of them by their first time. */
  entries: CalendarEntry[];
}

/** What ran and what will, day by day. */
export class CalendarResponse {
  /** @example "Europe/Berlin" */
  time_zone: string;
  /** False where more than 1,000 campaigns ran or are due in these days: the later ones are then in no count. */
  complete: boolean;
  /** Every day, also those without any. */
  days: CalendarDay[];
}
