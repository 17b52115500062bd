import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { PageQuery } from '../platform/page.dto.js';

export const CHANGES = ['added', 'removed'] as const;
export type Change = (typeof CHANGES)[number];

/** What to tell of a run's audience. */
export class RunAudienceQuery extends PageQuery {
  /**
   * Whether this contact is in it.
   * @example 17
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  contact_id?: number;

  /** Lists the contacts who are in it and were not in the previous run's, or the other way round. */
  @IsOptional()
  @IsIn(CHANGES)
  change?: Change;
}

/** A segment as it was when the run opened. */
export class RunSegment {
  /** @example "vip" */
  name: string;
  /** Null for a static one. */
  rule: Record<string, unknown> | null;
}

/** Whom a run is for, and how many that are. */
export class RunAudienceResponse {
  /** @example 12 */
  run_id: number;
  /** In one of these a contact had to be; null for everyone. */
  include: RunSegment[] | null;
  /** In none of these it could be. */
  exclude: RunSegment[];
  /** Whether those were left out whom an earlier run had reached. */
  only_new: boolean;
  /** Whether it is complete; otherwise the counts are of what is frozen so far. */
  frozen: boolean;
  /** @example 1000 */
  size: number;
  /** The run of the campaign before it that was carried out; null for the first. */
  previous_run_id: number | null;
  /** Contacts who were not in the previous run's audience; null where that is kept no more. */
  added: number | null;
  /** Contacts of the previous run's audience who are not in it; null where that is kept no more. */
  removed: number | null;
}

/** Whether a contact is in a run's audience. */
export class RunMemberResponse {
  /** @example 12 */
  run_id: number;
  /** @example 17 */
  contact_id: number;
  in_audience: boolean;
  /** The batch it was frozen into; null where it is not in the audience. */
  batch: number | null;
  /** When that was settled: the opening of the run; null where it is not in the audience. */
  since: Date | null;
}
