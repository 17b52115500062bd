import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { type Weekday } from '../campaigns/domain/schedule.js';
import { ReportQuery } from '../platform/report.dto.js';
import type { Hitters } from './domain/engagement.js';
import { HitsQuery } from './hits.dto.js';

/** Which clicks, and by whose clock. */
export class HeatMapQuery extends IntersectionType(ReportQuery, HitsQuery) {
  /**
   * By whose clock; the campaign's zone unless given.
   * @example "Europe/Berlin"
   */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  time_zone?: string;
}

/** Whose clicks. */
export class WaitsQuery extends IntersectionType(ReportQuery, HitsQuery) {}

/** Clicks in one hour of one weekday. */
export class HeatMapCell {
  /** @example "monday" */
  weekday: Weekday;
  /**
   * From 0 to 23.
   * @example 9
   */
  hour: number;
  /** @example 17 */
  clicks: number;
}

/** When links were followed, by weekday and hour. */
export class HeatMapResponse {
  hits: Hitters;
  /** @example "UTC" */
  time_zone: string;
  /** All of them: `clicks`, or with `hits=all` `clicks_all`, of the run, or of the campaign's runs that are shown. */
  clicks: number;
  /** All 168, zeros included, Monday 0 o'clock first. */
  cells: HeatMapCell[];
  /** Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
  runs_left_out: number;
}

/** How many waited so long. */
export class WaitResponse {
  /** @example 60 */
  from_seconds: number;
  /**
   * Null for the last, which has no end.
   * @example 120
   */
  to_seconds: number | null;
  /** @example 12 */
  recipients: number;
}

/** How long it took recipients from the acceptance of their message to their first click. */
export class WaitsResponse {
  hits: Hitters;
  /** Recipients whose first click is known by its time. */
  recipients: number;
  /**
   * Half of them took no longer; null where there are none.
   * @example 754.5
   */
  @ApiProperty({ type: 'number', format: 'double', nullable: true })
  median_seconds: number | null;
  /** Every bar, zeros included. */
  waits: WaitResponse[];
  /** Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
  runs_left_out: number;
}
