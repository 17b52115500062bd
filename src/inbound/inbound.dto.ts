import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, MaxLength, Max, Min } from 'class-validator';
import { PageQuery } from '../platform/page.dto.js';
import { REPORT_KINDS, type ReportKind } from './domain/report.js';
import type { SmsKeyword } from './domain/sms-keyword.js';

/** Which reports to list. */
export class ReportQuery extends PageQuery {
  /** Those about messages of this run. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  run_id?: number;

  /** Those of this kind. */
  @IsOptional()
  @IsIn(REPORT_KINDS)
  kind?: ReportKind;

  /** True: those about messages of this installation; false: the others. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  matched?: boolean;
}

/** Which reports to count. */
export class ReportTotalsQuery {
  /** Those about messages of this run; unless given, those about no message of this installation. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  run_id?: number;
}

/** What a provider reported about a message: a fact beside its outcome. */
export class ReportResponse {
  /** @example 7 */
  id: number;
  /**
   * The account that reported it, or `mail` for what came to `/inbound/mail`.
   * @example "ses-main"
   */
  source: string;
  /** `bounced` for good, `soft_bounced` for the moment. */
  kind: ReportKind;
  /** When it happened, as the provider says; no later than it was received. */
  at: Date;
  received_at: Date;
  /**
   * The delivery key or Message-ID that it names; null where it names none.
   * @example "12.17.mhq2k3v4"
   */
  message: string | null;
  /**
   * The words of the mail system, or the code of the carrier.
   * @example "smtp; 550 5.1.1 no such user"
   */
  words: string | null;
  /** Null where it is about no message of this installation. */
  run_id: number | null;
  contact_id: number | null;
}

/** How often an account reported something. */
export class ReportTotal {
  /** @example "ses-main" */
  source: string;
  kind: ReportKind;
  /** @example 1200 */
  count: number;
}

/** Which texts to list. */
export class ReplyQuery extends PageQuery {
  /**
   * Those from this number, in E.164 form.
   * @example "+4915112345678"
   */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  phone?: string;
}

/** A text that somebody sent to us. */
export class ReplyResponse {
  /** @example 7 */
  id: number;
  /** @example "twilio-news" */
  source: string;
  /** @example "+4915112345678" */
  phone: string;
  /** @example "Stop." */
  text: string;
  /** What it asked for; null where it is something else, which nobody acts on. */
  keyword: SmsKeyword | null;
  /** When it was written, as the provider says; no later than it was received. */
  at: Date;
  received_at: Date;
  /** Whose number it was when it came. */
  contact_id: number | null;
}

/** By which way an email came. */
export class MailQuery {
  /**
   * The address that it was delivered to (the envelope's recipient), where your mail server knows; else its headers are asked.
   * @example "bounce+c.h.mhq2k3v4.0123456789abcdef0123@bounces.example.org"
   */
  @IsOptional()
  @IsString()
  @MaxLength(320)
  recipient?: string;
}

/** What an email was taken for. */
export class MailTaken {
  /** Null for one that reports nothing: an answer by a person or a machine, a delay. */
  kind: ReportKind | null;
  /**
   * The delivery key of the message that it is about; null where it tells none that can be believed.
   * @example "12.17.mhq2k3v4"
   */
  message: string | null;
}
