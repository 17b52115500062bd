import { IsIn, IsString, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { CHANNELS, type Channel } from '../audience/domain/channel.js';
import type { SendResult } from './channels/provider.js';

/** What a person is asked to confirm. */
export class RequestOptIn {
  /** @example "email" */
  @IsIn(CHANNELS)
  channel: Channel;

  /**
   * The wording that is agreed to; goes into the history.
   * @example "2026-03"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  text_version: string;

  /**
   * Where the person signed up; goes into the history.
   * @example "sign-up form"
   */
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  source?: string;
}

/** A confirmation that was asked for. */
export class OptInResponse {
  /** @example 17 */
  contact_id: number;
  /** @example "email" */
  channel: Channel;
  /**
   * Where the person confirms, within 14 days. Told to administrators only, for whoever has it can confirm; else null.
   * @example "https://news.example.com/opt-in/c0ffee"
   */
  confirm_url: string | null;
  /**
   * Who carried the message.
   * @example "smtp"
   */
  provider: string;
  /**
   * What the provider said: `sent`, or that it did not take the message; ask again then.
   * @example "sent"
   */
  outcome: SendResult['outcome'];
  /** Its code and words; null where it took the message. */
  code: string | null;
  response: string | null;
}
