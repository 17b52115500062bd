import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { CampaignAnalyticsDetail } from './analytics.dto.js';
import { HeatMapResponse, WaitsResponse } from './clicks.dto.js';
import { CohortRun } from './cohort.dto.js';
import { type Age, AGES } from './domain/age.js';
import type { Hitters } from './domain/engagement.js';
import { type Preset, PRESETS } from './domain/timeline.js';
import { FailuresResponse } from './failures.dto.js';
import { HitsQuery } from './hits.dto.js';
import { LinkResponse } from './links.dto.js';
import { TimelineResponse } from './timeline.dto.js';
import { RunVariantsResponse } from './variants.dto.js';

/** How to look at a campaign. */
export class AnalysisQuery extends HitsQuery {
  /** One of the campaign's runs, to look at that alone. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  run_id?: number;

  /**
   * The stretch of the timeline, from the (first) send on.
   * @example "first_day"
   */
  @IsOptional()
  @IsIn(PRESETS)
  preset: Preset = 'all';

  /**
   * How long after it opened each run of the cohort is looked at.
   * @example "1d"
   */
  @IsOptional()
  @IsIn(AGES)
  age: Age = '1d';
}

/**
 * Everything about how a campaign went, at one moment: no two parts of it disagree. Each is what its own route answers; null is
 * what cannot be told of a run of which only totals are left (`RETENTION_DAYS`).
 */
export class AnalysisResponse {
  /** The run that is looked at; null for the campaign. */
  run_id: number | null;
  hits: Hitters;
  analytics: CampaignAnalyticsDetail;
  timeline: TimelineResponse | null;
  failures: FailuresResponse | null;
  click_heat_map: HeatMapResponse | null;
  time_to_click: WaitsResponse | null;
  /** Every link of the campaign's messages that is counted, with its runs. */
  links: LinkResponse[];
  /** The latest 30 runs at the same age; none where one run is looked at. */
  cohort: CohortRun[];
  /** Of the run, or of the latest 20 runs that have variants. */
  variants: RunVariantsResponse[];
}
