import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
} from 'class-validator';

/** Whom a campaign is for. Everybody gets it once, also who is in several of these segments. */
export class CampaignAudienceFields {
  /**
   * Name of a segment; null or absent means everyone. For more than one there is `include`.
   * @example "tech"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  target_segment?: string | null;

  /**
   * Names of segments, static or by rule, in one of which a contact must be; instead of `target_segment`.
   * @example ["tech", "trial ends soon"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: 'include must not be empty; leave it out for everyone' })
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(50, { each: true })
  include?: string[] | null;

  /**
   * Names of segments in none of which a contact may be.
   * @example ["had enough"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(50, { each: true })
  exclude?: string[] | null;

  /**
   * True leaves out whom an earlier run of this campaign reached: its outcome there is sent, or in doubt. It knows as much as the
   * ledger: whom only runs older than `RETENTION_DAYS` reached is reached again, and so is a contact that was deleted and made anew.
   */
  @IsOptional()
  @IsBoolean()
  only_new?: boolean;
}
