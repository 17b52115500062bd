import { ApiProperty } from '@nestjs/swagger';

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

/** What came of recipients who needed so many tries. */
export class TriesResponse {
  /**
   * Tries, the last one included; 0 where the message could not even be made.
   * @example 2
   */
  tries: number;
  /** Who came to their end, or so far as it is known, with that many. */
  recipients: number;
  /** Of them accepted in the end. */
  sent: number;
  failed: number;
  in_doubt: number;
  /**
   * Accepted of all with that many, between 0 and 1.
   * @example 0.9
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
  /** By number of tries, ascending. */
  tries: TriesResponse[];
  /** Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
  runs_left_out: number;
}
