import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { Absent } from '../platform/absent.decorator.js';
import { WEBHOOK_EVENTS, type WebhookEvent } from './domain/webhook-event.js';

const URL_FORM = /^https?:\/\/(?![^/]*@)[^\s/?#]+[^\s#]*$/;
const WRONG_URL = { message: 'url must be an https:// URL without a password in it' };
/** A pattern that is written once is told by hand. */
const PATTERN = { pattern: URL_FORM.source };

/** An endpoint to tell what happens. */
export class CreateWebhook {
  /**
   * Where events are posted to: https, on the public internet unless `ALLOW_PRIVATE_NETWORKS` is set.
   * @example "https://crm.example/hooks/campanile"
   */
  @IsString()
  @MaxLength(2_000)
  @Matches(URL_FORM, WRONG_URL)
  @ApiProperty(PATTERN)
  url: string;

  /**
   * What it is told of. `run.completed`: a run ended, with its totals, also a cancelled one, and again where it was opened
   * again. `delivery.failed`: recipients of a run that failed, up to a hundred in one event; not those whom people settle by
   * hand. `contact.unsubscribed`: a contact unsubscribed from a channel, by a link, a text, the API or an import; a complaint,
   * a bounce or an entry of the suppression list is no opt-out.
   * @example ["run.completed", "contact.unsubscribed"]
   */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(WEBHOOK_EVENTS, { each: true })
  events: WebhookEvent[];

  /**
   * What it is for.
   * @example "CRM"
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  description?: string | null;
}

/** Changes of an endpoint; what is left out stays. */
export class UpdateWebhook {
  /** @example "https://crm.example/hooks/campanile" */
  @Absent()
  @IsString()
  @MaxLength(2_000)
  @Matches(URL_FORM, WRONG_URL)
  @ApiPropertyOptional(PATTERN)
  url?: string;

  /** @example ["run.completed"] */
  @Absent()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(WEBHOOK_EVENTS, { each: true })
  events?: WebhookEvent[];

  /** Null clears it. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  description?: string | null;

  /**
   * False pauses it: it is not told of what happens meanwhile, and what waits for it goes on waiting. True also takes an
   * endpoint back that was disabled.
   */
  @Absent()
  @IsBoolean()
  active?: boolean;
}

/** An endpoint; never its secret. */
export class WebhookResponse {
  /** @example 3 */
  id: number;
  /** @example "https://crm.example/hooks/campanile" */
  url: string;
  /** @example ["run.completed"] */
  events: WebhookEvent[];
  /** @example "CRM" */
  description: string | null;
  /** Whether it is told of what happens. */
  active: boolean;
  /** Why Campanile stopped telling it; null where it did not. */
  disabled_reason: string | null;
  /** Since when it has taken nothing; null where it took the last. */
  failing_since: Date | null;
  /**
   * Until when nothing is sent to it, because it answered 429 or 503 with a `Retry-After`: an hour at most, or until people
   * take it back or change its URL; null where it did not.
   */
  held_until: Date | null;
  /** Until when the secret before the last rotation signs as well; null where it does not. */
  old_secret_until: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** An endpoint with its secret, which is shown this once. */
export class CreatedWebhook extends WebhookResponse {
  /**
   * What events are signed with, as Standard Webhooks says.
   * @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
   */
  secret: string;
}
