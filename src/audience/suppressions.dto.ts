import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../platform/page.dto.js';
import { Absent } from '../platform/absent.decorator.js';
import {
  SUPPRESSION_CHANNELS,
  SUPPRESSION_REASONS,
  type SuppressionChannel,
  type SuppressionReason,
} from './domain/suppression.js';

/** The longest address there is: a browser's push endpoint. */
const MAX_ADDRESS = 2_048;

/** Which address, on which channel. */
export class SuppressedAddress {
  /**
   * An email address, an international phone number, or a push endpoint or token. It is kept only as an HMAC. What does not
   * look like one of these is put on the list only with its `channel`, or where a contact has it as a token.
   * @example "ada@example.com"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_ADDRESS)
  address: string;

  /**
   * Messages of this channel to the address, or `all`: messages of any channel to whoever has the address. A suppression is
   * for `all` unless given; a removal takes back every entry of the address unless given.
   * @example "email"
   */
  @Absent()
  @IsIn(SUPPRESSION_CHANNELS)
  channel?: SuppressionChannel;
}

/** An address that is not to be written to. */
export class CreateSuppression extends SuppressedAddress {
  /** @example "manual" */
  @Absent()
  @IsIn(SUPPRESSION_REASONS)
  reason?: SuppressionReason;
}

/** Addresses that are not to be written to. */
export class BulkSuppressions {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => CreateSuppression)
  suppressions: CreateSuppression[];
}

/** Entries to take back. */
export class RemoveSuppressions {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => SuppressedAddress)
  suppressions: SuppressedAddress[];

  /**
   * Why; must be given where one of the entries is for `complaint` or `erasure`, and is then kept in the log, with the name of
   * the key.
   * @example "asked for it by letter of 3 March"
   */
  @Absent()
  @IsString()
  @Matches(/\S/, { message: 'note must say something' })
  @MaxLength(500)
  note?: string;
}

/** Which entries to list. */
export class SuppressionQuery extends PageQuery {
  /**
   * Those of this address.
   * @example "ada@example.com"
   */
  @Absent()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_ADDRESS)
  address?: string;

  /** Those of this channel, `all` being one of its own. */
  @Absent()
  @IsIn(SUPPRESSION_CHANNELS)
  channel?: SuppressionChannel;

  /** Those with this reason. */
  @Absent()
  @IsIn(SUPPRESSION_REASONS)
  reason?: SuppressionReason;
}

/** An entry of the suppression list. The address itself is not kept: ask for it by `?address=`. */
export class SuppressionResponse {
  /** @example 3 */
  id: number;
  /** @example "email" */
  channel: SuppressionChannel;
  /**
   * The first that was given; but `erasure` prevails over all, then `complaint`, while `unsubscribe` gives way to any other
   * but `manual`, and `soft_bounce` to all.
   */
  reason: SuppressionReason;
  created_at: Date;
}

/** The entry of an address that was to be suppressed. */
export class CreatedSuppression extends SuppressionResponse {
  /** Whether it is new. One that was there keeps its id, and its reason unless the new one prevails. */
  created: boolean;
}

/** What a bulk suppression did. */
export class SuppressionResult {
  /** @example 9998 */
  created: number;
  /** On the list already, or twice in the call. */
  known: number;
}

/** What a removal did. */
export class RemovalResult {
  /**
   * Entries taken back.
   * @example 2
   */
  removed: number;
}
