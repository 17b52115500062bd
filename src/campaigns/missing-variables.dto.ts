import { ApiProperty } from '@nestjs/swagger';
/** A variable that a message prints without a default. */
export class MissingVariable {
  /** @example "attributes.city" */
  variable: string;
  /**
   * Contacts that leave it empty: their message has a gap there.
   * @example 120
   */
  missing: number;
  /**
   * Their share of the contacts that were looked at, from 0 to 1.
   * @example 0.012
   */
  @ApiProperty({ type: 'number', format: 'double' })
  share: number;
}

/** For how many of a campaign's audience its message would have gaps. */
export class MissingVariablesResponse {
  /** @example 1 */
  campaign_id: number;
  /** Contacts looked at: those of the audience with an address on the channel; null where even a part of them takes too long. */
  contacts: number | null;
  /** False where counting all takes too long, and the numbers are those of the newest contacts. */
  exact: boolean;
  /** Each variable that is printed somewhere without a default, the one most often empty first. */
  variables: MissingVariable[];
}
