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
import type { Channel } from '../audience/domain/channel.js';
import { PreviewVariant } from './preview.dto.js';

/** Where a campaign's message is sent for a test, and as whom it is written. */
export class TestSend extends PreviewVariant {
  /**
   * Up to ten addresses of the campaign's channel; they need not be contacts.
   * @example ["me@example.org"]
   */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(4_000, { each: true })
  to: string[];

  /** Whether the subject begins with `[Test]`; true unless given. */
  @IsOptional()
  @IsBoolean()
  mark?: boolean;
}

/** What became of a test message. */
export class TestSendResult {
  /** @example "me@example.org" */
  to: string;
  /** `sent` was accepted, `rejected` and `deferred` surely not; `unknown` may have been. */
  outcome: 'sent' | 'rejected' | 'deferred' | 'unknown';
  /** @example "smtp_550" */
  code: string | null;
  /** The provider's words. */
  response: string | null;
  provider_message_id: string | null;
}

/** A campaign's message as it was sent for a test: in no run, in no ledger and in no count. */
export class TestSendResponse {
  /** @example 1 */
  campaign_id: number;
  channel: Channel;
  /** @example "smtp" */
  provider: string;
  /** @example "[Test] Good morning, Ada" */
  subject: string | null;
  results: TestSendResult[];
}
