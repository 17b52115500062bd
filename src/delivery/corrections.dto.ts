import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Absent } from '../platform/absent.decorator.js';

/** Which recipients are to be sent to again, of those in doubt; all of them unless named. */
export class ResendInDoubt {
  /**
   * Only these contacts.
   * @example [17, 18]
   */
  @Absent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(Number.MAX_SAFE_INTEGER, { each: true })
  contact_ids?: number[];
}

/** Which recipients are to be sent to again, of those that failed; all of them unless narrowed. */
export class RetryFailed extends ResendInDoubt {
  /**
   * Only those that failed for this reason, as their delivery shows it.
   * @example "attempts_exhausted"
   */
  @Absent()
  @IsString()
  @MaxLength(200)
  reason?: string;
}

/** What recipients in doubt are settled to, by somebody who knows; all of them unless named. */
export class SettleInDoubt extends ResendInDoubt {
  /** @example "sent" */
  @ApiProperty({ enum: ['sent', 'failed'] })
  @IsIn(['sent', 'failed'])
  outcome: 'sent' | 'failed';
}

/** How many recipients a correction took. */
export class CorrectionResponse {
  /** @example 12 */
  run_id: number;

  /**
   * Recipients taken; 0 when there were none.
   * @example 2
   */
  taken: number;

  /**
   * Of the contacts that were named, those it did not take: they had another outcome by then, or are not in this run.
   * @example []
   */
  not_taken: number[];
}
