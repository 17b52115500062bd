import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsString,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { type EvidenceVerdict, VERDICTS } from './domain/evidence.js';
import type { Outcome } from './domain/outcome.js';

/** What a provider said about one message after the fact. Name it by `delivery_key` or by `message_id`. */
export class Evidence {
  /**
   * `<run>.<contact>.<mark>`, as the message's `X-Delivery-Id` says.
   * @example "12.17.mhq2k3v4"
   */
  @ValidateIf(({ delivery_key, message_id }: Evidence) => delivery_key !== undefined || message_id === undefined)
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  delivery_key?: string;

  /**
   * The Message-ID header of our message, with or without its angle brackets; it contains the delivery key.
   * @example "<12.17.mhq2k3v4@example.com>"
   */
  @ValidateIf(({ message_id }: Evidence) => message_id !== undefined)
  @IsString()
  @MinLength(1)
  @MaxLength(400)
  message_id?: string;

  /**
   * `accepted`: the provider took the message. `refused`: it did not, and will not.
   * @example "accepted"
   */
  @IsIn(VERDICTS)
  verdict: EvidenceVerdict;

  /**
   * The provider's words; of a refusal they go into the failure log.
   * @example "550 5.1.1 no such user"
   */
  @ValidateIf(({ response }: Evidence) => response !== undefined)
  @IsString()
  @MaxLength(2000)
  response?: string;
}

export const EVIDENCE_RESULTS = ['settled', 'unchanged', 'pending', 'unknown'] as const;
export type EvidenceResult = (typeof EVIDENCE_RESULTS)[number];

/** What became of one piece of evidence. */
export class EvidenceResponse {
  /**
   * The key or id it was given with.
   * @example "12.17.mhq2k3v4"
   */
  key: string;

  /**
   * `settled`: it changed the outcome. `unchanged`: the outcome stands. `pending`: the recipient has none yet; send it again
   * later. `unknown`: no message of this installation has that key.
   * @example "settled"
   */
  result: EvidenceResult;

  /**
   * The outcome now; null while there is none.
   * @example "sent"
   */
  outcome: Outcome | null;
}

/** The list that a call brings. */
export class EvidenceList {
  @IsArray({ message: 'the body must be a list of evidence' })
  @ArrayMinSize(1, { message: 'the list must have at least 1 item' })
  @ArrayMaxSize(1_000, { message: 'the list must have at most 1000 items' })
  @ValidateNested({ each: true, message: 'each item must be an object' })
  @Type(() => Evidence)
  items: Evidence[];
}
