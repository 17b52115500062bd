import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { RunCounts } from '../delivery/delivery.dto.js';
import { WinnerResponse } from '../delivery/winner.dto.js';
import { PageQuery } from '../platform/page.dto.js';
import { HitsQuery } from './hits.dto.js';

/** Which runs of a campaign, and whose opens and clicks their rates are of. */
export class VariantsQuery extends IntersectionType(PageQuery, HitsQuery) {}

/** Where a true share lies, with a certainty of 95 percent (Wilson). */
export class IntervalResponse {
  @ApiProperty({ type: 'number', format: 'double', example: 0.0211 })
  low: number;
  @ApiProperty({ type: 'number', format: 'double', example: 0.0405 })
  high: number;
}

/** A share of those sent to; of `opened` and `clicked`, or with `hits=all` of `opened_all` and `clicked_all`. */
export class RateResponse {
  @ApiProperty({ type: 'number', format: 'double', example: 0.0293 })
  rate: number;
  interval: IntervalResponse;
}

/** What became of one variant; once one has won, those who waited are among its audience. */
export class VariantCounts extends RunCounts {
  /** @example "B" */
  name: string;
  /** Of the skipped: whose address is suppressed. */
  suppressed: number;
  /** People who opened. */
  opened: number;
  /** Recipients whose message was opened, by whomever: people or machines. */
  opened_all: number;
  /** People who clicked. */
  clicked: number;
  /** Recipients a link of whose message was followed, by whomever. */
  clicked_all: number;
  /** Null while nothing was sent, or where messages do not count it. */
  open_rate: RateResponse | null;
  /** Null while nothing was sent, or where messages do not count it. */
  click_rate: RateResponse | null;
}

/** How the variants of a run fare. The counts of the variants, of who waits and of who is held out are those of the run. */
export class RunVariantsResponse {
  /** @example 12 */
  run_id: number;
  /** In their order. */
  variants: VariantCounts[];
  /** Those who wait for the winner, or waited in vain; nobody once it is decided. */
  waiting: RunCounts;
  /** Those who get nothing, to compare with. */
  hold_out: RunCounts;
  /** When the engine decides the winner; null where it does not, or has. */
  decides_at: Date | null;
  /** Null as long as nothing was decided. */
  winner: WinnerResponse | null;
}
