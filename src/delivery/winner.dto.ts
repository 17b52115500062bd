import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import type { DecidedBy } from './domain/winner.js';

/** Which variant wins. */
export class ChooseWinner {
  /** @example "B" */
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  variant: string;
}

/** How a variant stood when the winner was decided. */
export class VariantResultResponse {
  /** @example "B" */
  name: string;
  sent: number;
  /** People who opened. */
  opened: number;
  /** People who clicked. */
  clicked: number;
}

/** Which variant won, or that none did yet. */
export class WinnerResponse {
  /** Null while people are waited for. */
  variant: string | null;
  /**
   * `clicks` or `opens`: it was surely better. `leader`: it was not, but best. `named`: none was, and `on_undecided` names it.
   * `hand`: people chose. `undecided`: none was, and people are waited for.
   * @example "clicks"
   */
  decided_by: DecidedBy;
  decided_at: Date;
  /** The API key of who chose; null where the engine did. */
  chosen_by: string | null;
  /**
   * How likely a difference as large between the best variant and the next is where there is none, times the number of pairs;
   * null where nothing was compared.
   */
  @ApiProperty({ type: 'number', format: 'double', nullable: true, example: 0.012 })
  p_value: number | null;
  /** How the variants stood then. */
  results: VariantResultResponse[];
}
