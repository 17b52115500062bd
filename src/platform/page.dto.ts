import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

/** How much of a list to answer, and from where. */
export class PageQuery {
  /**
   * Rows on a page.
   * @example 50
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;
}
