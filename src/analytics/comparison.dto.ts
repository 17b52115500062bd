import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsInt, Min } from 'class-validator';
import { ReportQuery } from '../platform/report.dto.js';
import { CampaignAnalytics } from './analytics.dto.js';

/** Which campaigns to compare. */
export class ComparisonQuery extends ReportQuery {
  /**
   * Two to ten of them: `campaign_id=1&campaign_id=2`.
   * @example [1, 2]
   */
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value : [value]).map(idOf))
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  campaign_id: number[];
}

/** What is not written as a number of ours stays, to be refused. */
const idOf = (text: unknown): unknown => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text);

/** Where a rate truly lies with a probability of 95 % (Wilson). */
export class RateInterval {
  /** @example 0.0412 */
  @ApiProperty({ type: 'number', format: 'double' })
  low: number;
  /** @example 0.0611 */
  @ApiProperty({ type: 'number', format: 'double' })
  high: number;
}

/** How sure the rates are; null where there is nothing to take a share of. */
export class RateIntervals {
  sent_rate: RateInterval | null;
  delivered_rate: RateInterval | null;
  failure_rate: RateInterval | null;
  open_rate: RateInterval | null;
  click_rate: RateInterval | null;
}

/** A campaign beside others. Where the intervals of two do not overlap, their rates surely differ. */
export class ComparedCampaign extends CampaignAnalytics {
  intervals: RateIntervals;
}
