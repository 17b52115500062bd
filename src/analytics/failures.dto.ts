import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ReportQuery } from '../platform/report.dto.js';

/** In which form, and as CSV which of its lists. */
export class FailuresQuery extends ReportQuery {
  /**
   * What CSV has the rows of.
   * @example "tries"
   */
  @IsOptional()
  @IsIn(['reasons', 'tries'])
  rows: 'reasons' | 'tries' = 'reasons';
}

/** Recipients who failed for one reason. */
export class FailureResponse {
  /**
   * The provider's code, or `attempts_exhausted`.
   * @example "smtp_550"
   */
  reason: string;
  /** @example 12 */
  count: number;
  /**
   * Of all who failed, between 0 and 1.
   * @example 0.6
   */
  @ApiProperty({ type: 'number', format: 'double' })
  share: number;
  /**
   * The share of this reason and the more frequent ones.
   * @example 0.6
   */
  @ApiProperty({ type: 'number', format: 'double' })
  cumulative_share: number;
  /** Whether another try might have helped, by the last try of the example; null where there was no try. */
  retryable: boolean | null;
  /**
   * The code of that try.
   * @example "smtp_550"
   */
  example_code: string | null;
  /**
   * The provider's words in it.
   * @example "550 5.1.1 no such user"
   */
  example: string | null;
}

/** What the first try came to, or the second, and so on. */
export class TriesResponse {
  /**
   * Which try it was; 0 where the message could not even be made.
   * @example 2
   */
  tries: number;
  /**
   * Who was tried so often at least; whom none of the counts below has was tried once more.
   * @example 247
   */
  recipients: number;
  /**
   * Accepted at this try.
   * @example 195
   */
  sent: number;
  /** Failed for good with this try. */
  failed: number;
  /** In doubt since this try. */
  in_doubt: number;
  /**
   * Accepted at this try of all who were tried so often, between 0 and 1.
   * @example 0.7895
   */
  @ApiProperty({ type: 'number', format: 'double' })
  sent_share: number;
}

/** Why recipients failed, and what trying again came to. Who waits for another try is in neither. */
export class FailuresResponse {
  /** Who failed, as the run's or the campaign's counts have it. */
  failed: number;
  /** The most frequent reason first. */
  reasons: FailureResponse[];
  /** Try by try, the first one first, none left out. */
  tries: TriesResponse[];
  /** Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
  runs_left_out: number;
}
