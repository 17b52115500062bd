import { IsBoolean, IsInt, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Endpoint, OneLine, ServiceUrl, TextValues, Token, WebhookSecret } from './settings-checks.js';

/** What every SMS account has. */
export class SmsSettings {
  /**
   * Connections that a process may have open at a time; 10 unless given.
   * @example 10
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  connections?: number;
}

/** Settings of kind `http`: any SMS provider that takes a POST for each message. */
export class HttpSettings extends SmsSettings {
  /**
   * Where each message is posted to. What of its query is secret belongs into the secret `query`: this is shown.
   * @example "https://sms.example.org/v1/messages"
   */
  @ServiceUrl()
  url: string;

  /**
   * Liquid over `to`, `text`, `from` and `id`, its values escaped as the content type asks; a JSON object of these unless given.
   * It only prints and chooses: no loops, no values of its own, no filters that may take long.
   * @example "{\"to\":\"{{ to }}\",\"text\":\"{{ text }}\"}"
   */
  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  body?: string;

  /**
   * Header names and values that are no secret, such as a content type. The others belong into the secret `headers`.
   * @example { "content-type": "application/json" }
   */
  @IsOptional()
  @IsObject()
  headers?: Record<string, string>;

  /**
   * The sender that the body may speak of.
   * @example "Example"
   */
  @IsOptional()
  @OneLine(100)
  from?: string;

  /** Whether it honours `Idempotency-Key`: then a message that it may have taken is sent again under its key. */
  @IsOptional()
  @IsBoolean()
  idempotent?: boolean;
}

/** Settings of kind `twilio`. Either `from` or `messaging_service_sid`. */
export class TwilioSettings extends SmsSettings {
  /** @example "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" */
  @OneLine(64)
  account_sid: string;

  /**
   * A number or a name of yours.
   * @example "+15550100"
   */
  @IsOptional()
  @OneLine(64)
  from?: string;

  /** @example "MGxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" */
  @IsOptional()
  @OneLine(64)
  messaging_service_sid?: string;

  /** Where the API is, if not at the vendor's usual place; the vendor's paths are put behind its own. */
  @IsOptional()
  @Endpoint()
  endpoint?: string;
}

/** Settings of kind `vonage`. */
export class VonageSettings extends SmsSettings {
  /** @example "abcd1234" */
  @OneLine(64)
  api_key: string;

  /**
   * A number or a name of yours.
   * @example "Example"
   */
  @OneLine(64)
  from: string;

  /** Where the API is, if not at the vendor's usual place; the vendor's paths are put behind its own. */
  @IsOptional()
  @Endpoint()
  endpoint?: string;
}

/** Secrets of kind `http`. */
export class HttpSecrets {
  /**
   * Header names and values.
   * @example { "authorization": "Bearer change-me" }
   */
  @IsOptional()
  @IsObject()
  headers?: Record<string, string>;

  /**
   * Names and values that are put behind the URL, for an API that takes its key there.
   * @example { "api_key": "change-me" }
   */
  @IsOptional()
  @TextValues()
  query?: Record<string, string>;

  /** The secret by which it signs its reports (Standard Webhooks); needed for these. */
  @IsOptional()
  @WebhookSecret()
  webhook_secret?: string;
}

/** Secrets of kind `twilio`. */
export class TwilioSecrets {
  @Token()
  auth_token: string;
}

/** Secrets of kind `vonage`. */
export class VonageSecrets {
  @Token()
  api_secret: string;

  /** The signature secret of the account, by which it signs reports (SHA-256 HMAC); needed for these. */
  @IsOptional()
  @Token()
  signature_secret?: string;
}
