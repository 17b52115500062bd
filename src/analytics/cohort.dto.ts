import { IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { RunStatus } from '../campaigns/domain/campaign-status.js';
import { PageQuery } from '../platform/page.dto.js';
import { ReportQuery } from '../platform/report.dto.js';
import { type Age, AGES } from './domain/age.js';
import { HitsQuery } from './hits.dto.js';
import { OutcomeRates, StepCounts } from './outcome-counts.dto.js';

/** At which age to compare runs. */
export class CohortQuery extends IntersectionType(PageQuery, ReportQuery, HitsQuery) {
  /**
   * How long after it opened each run is looked at.
   * @example "1d"
   */
  @IsOptional()
  @IsIn(AGES)
  age: Age = '1d';
}

/** A run as it was at the age asked for. */
export class CohortRun extends StepCounts {
  /** @example 12 */
  run_id: number;
  scheduled_for: Date;
  opened_at: Date;
  status: RunStatus;
  /** @example "1d" */
  age: Age;
  /** Whether it is that old already: the counts of a younger one still grow. */
  complete: boolean;
  /** Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
  open_base: number;
  /** Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
  click_base: number;
  rates: OutcomeRates;
}
