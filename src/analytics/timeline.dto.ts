import { IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ReportQuery } from '../platform/report.dto.js';
import type { Hitters } from './domain/engagement.js';
import { type Preset, PRESETS, type Step, STEPS } from './domain/timeline.js';
import { HitsQuery } from './hits.dto.js';
import { StepCounts, TimelineStep } from './outcome-counts.dto.js';

/** Which stretch of time to show, and how finely. */
export class TimelineQuery extends IntersectionType(ReportQuery, HitsQuery) {
  /**
   * The length of a step; what suits the stretch unless given.
   * @example "hour"
   */
  @IsOptional()
  @IsIn(STEPS)
  by?: Step;

  /**
   * A stretch from the (first) send on; not together with `from` and `to`. All of it unless given.
   * @example "first_day"
   */
  @IsOptional()
  @IsIn(PRESETS)
  preset?: Preset;

  /** Where to begin: ISO 8601, without an offset wall time in `time_zone`. The step that it is in is shown whole. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  from?: string;

  /** Where to end, as `from`. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  to?: string;

  /**
   * Whose hours and days; the campaign's zone unless given.
   * @example "Europe/Berlin"
   */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  time_zone?: string;
}

/** What became of recipients, step by step. */
export class TimelineResponse {
  hits: Hitters;
  by: Step;
  /** @example "UTC" */
  time_zone: string;
  /** When the first step begins; null where there is nothing to show. */
  from: Date | null;
  /** When the last step ends. */
  to: Date | null;
  /**
   * The steps added up. Over all time they are the counts of the run, or of the campaign's runs that are shown; with `hits=all`
   * `opened` and `clicked` are its `opened_all` and `clicked_all`.
   */
  totals: StepCounts;
  /** Without a gap, zeros included. */
  steps: TimelineStep[];
  /** Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
  runs_left_out: number;
}
