import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

/** A new static segment. */
export class CreateSegment {
  /**
   * Unique; what campaigns name in `target_segment`.
   * @example "vip"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  @Matches(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, {
    message: 'name must not contain control characters, nor start or end with a space',
  })
  name: string;

  /** @example "People who bought three times" */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string;
}

/** A segment and its present size. */
export class SegmentResponse {
  /** @example 3 */
  id: number;
  /** @example "vip" */
  name: string;
  /** @example "static" */
  kind: string;
  description: string | null;
  /** Members at the moment of asking. */
  size: number;
  created_at: Date;
}
