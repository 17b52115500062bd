import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { FEWEST_VARIANTS, MOST_VARIANTS, WINNER_MEASURES, type WinnerMeasure } from './domain/variants.js';
import { CampaignMessageFields } from './email-message.dto.js';

/** One of the messages that are compared. What is left out is as the campaign says it. */
export class VariantFields extends PickType(CampaignMessageFields, [
  ...(['preheader', 'reply_to', 'sender', 'text', 'url', 'icon'] as const),
] as const) {
  /** @example "B" */
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  @Matches(/^(?=.*\S)\P{Cc}*$/u, { message: 'name must have a visible character and no control characters' })
  name: string;

  /**
   * Percent of those who take part. Given for all variants, together 100, or for none: then all have the same.
   * @example 50
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(99)
  share?: number | null;

  /** @example "Three things worth knowing" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  subject?: string | null;

  /** Where the campaign has a `text` of its own, that is to be given as well. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500_000)
  @Matches(/\S/, { message: 'message must have a visible character' })
  message?: string | null;
}

/** How those who do not take part get the message of one variant. */
export class WinnerFields {
  /**
   * `clicks` and `opens` compare how many people did so, of those whose message was sent; what machines do is left out.
   * `hand`: people choose, with `POST /runs/{id}/winner`, which they may do with the others as well.
   * @example "clicks"
   */
  @IsIn(WINNER_MEASURES)
  by: WinnerMeasure;

  /**
   * How long after the run opened the engine decides; at most 30 days. With `recipient_time_zone` or a send window it is counted
   * from when the last of the test is due. Needed but for `hand`, where people alone decide unless it is given.
   * @example 240
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(43_200)
  after_minutes?: number | null;

  /**
   * How sure it must be that the best variant is better than the next; 0.95 unless given. Each variant must have gone to
   * 100 people at least.
   */
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 0.95 })
  @IsOptional()
  @IsNumber()
  @Min(0.5)
  @Max(0.9999)
  significance?: number | null;

  /**
   * What happens where none is surely better, or nobody chose in time: the `leader` wins (unless given; the first of those
   * that are level), the variant of this name does, or the others `wait` (unless given, for `hand`) until people choose; who still waits at
   * the run's deadline, 72 hours later, is skipped as `expired`.
   * @example "leader"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  on_undecided?: string | null;
}

/** What a campaign tries out on part of its audience. */
export class CampaignVariantFields extends CampaignMessageFields {
  /**
   * Two to five messages that are compared, each run anew: a hash of run and contact decides who gets which. Null or absent
   * for none.
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(FEWEST_VARIANTS)
  @ArrayMaxSize(MOST_VARIANTS)
  @ValidateNested({ each: true })
  @Type(() => VariantFields)
  variants?: VariantFields[] | null;

  /**
   * Percent of the audience that the variants are tried out on; 100 unless given. The others wait for the `winner`.
   * @example 100
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  test_share?: number;

  /**
   * Percent of the audience that gets nothing, to compare with: skipped, with the reason `hold_out`. 0 unless given.
   * @example 0
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(90)
  hold_out?: number;

  /**
   * With `test_share` below 100: what those get who neither take part nor are held out. The run is going until they have it, so
   * for `overlap` it counts as going, too. With `recipient_time_zone` each of them gets it at the next such hour on their own clock
   * after it was decided: mostly the day after.
   */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => WinnerFields)
  winner?: WinnerFields | null;
}
