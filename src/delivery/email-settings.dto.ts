import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Endpoint, OneLine, Token, WebhookSecret } from './settings-checks.js';

/** What every email account has. */
export class EmailSettings {
  /**
   * The sender, as `address` or `Name <address>`.
   * @example "Example News <news@example.org>"
   */
  @OneLine(320)
  from: string;

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

/** Settings of kind `smtp`: a mail server. */
export class SmtpSettings extends EmailSettings {
  /** @example "smtp.example.org" */
  @OneLine(253)
  @Matches(/^[\w.:-]+$/, { message: 'host must be a name or an address' })
  host: string;

  /**
   * 465 with `security: tls`, else 587, unless given.
   * @example 587
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65_535)
  port?: number;

  /**
   * `tls` from the first byte; `starttls` sends nothing unencrypted; `opportunistic` (unless given) encrypts where the server
   * offers it.
   */
  @IsOptional()
  @IsIn(['tls', 'starttls', 'opportunistic'])
  security?: 'tls' | 'starttls' | 'opportunistic';

  /** Whether any certificate will do; false unless given. */
  @IsOptional()
  @IsBoolean()
  allow_invalid_certificate?: boolean;

  /** Together with the secret `password`. */
  @IsOptional()
  @OneLine(320)
  user?: string;
}

/** What every email account at an HTTP API has. */
export class EmailApiSettings extends EmailSettings {
  /**
   * Where the API is, if not where the vendor's documentation says: another region, a proxy of yours. The vendor's paths are
   * put behind its own.
   */
  @IsOptional()
  @Endpoint()
  endpoint?: string;
}

/** Settings of kind `ses`: Amazon SES. */
export class SesSettings extends EmailApiSettings {
  /** @example "eu-central-1" */
  @Matches(/^[a-z0-9-]{1,40}$/, { message: 'region must be one of AWS, such as eu-central-1' })
  region: string;

  /** @example "AKIAIOSFODNN7EXAMPLE" */
  @OneLine(128)
  access_key_id: string;

  /** Under whose event destinations the messages go. */
  @IsOptional()
  @OneLine(64)
  configuration_set?: string;

  /**
   * The SNS topic that reports arrive by; needed for these.
   * @example "arn:aws:sns:eu-central-1:123456789012:campanile"
   */
  @IsOptional()
  @OneLine(300)
  topic_arn?: string;
}

/** Settings of kind `sendgrid`. */
export class SendgridSettings extends EmailApiSettings {
  /** The verification key of the signed event webhook, in base64; needed for reports. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9+/]{40,400}={0,2}$/, { message: 'webhook_public_key must be a key in base64' })
  webhook_public_key?: string;
}

/** Settings of kind `mailgun`. */
export class MailgunSettings extends EmailApiSettings {
  /**
   * The sending domain.
   * @example "mg.example.org"
   */
  @OneLine(253)
  domain: string;
}

/** Settings of kind `postmark`. */
export class PostmarkSettings extends EmailApiSettings {
  /**
   * `broadcast` unless given.
   * @example "broadcast"
   */
  @IsOptional()
  @OneLine(64)
  message_stream?: string;
}

/** Settings of kind `resend`. */
export class ResendSettings extends EmailApiSettings {}

/** Secrets of kind `smtp`. */
export class SmtpSecrets {
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  password?: string;

  /** The secret of those who report bounces in the mail server's stead, by Standard Webhooks. */
  @IsOptional()
  @WebhookSecret()
  webhook_secret?: string;
}

/** Secrets of kind `ses`. */
export class SesSecrets {
  @Token()
  secret_access_key: string;
}

/** Secrets of kind `sendgrid`. */
export class ApiKeySecrets {
  @Token()
  api_key: string;
}

/** Secrets of kind `mailgun`. */
export class MailgunSecrets extends ApiKeySecrets {
  /** The HTTP webhook signing key; needed for reports. */
  @IsOptional()
  @Token()
  webhook_signing_key?: string;
}

/** Secrets of kind `resend`. */
export class ResendSecrets extends ApiKeySecrets {
  /** The signing secret of the webhook; needed for reports. */
  @IsOptional()
  @WebhookSecret()
  webhook_secret?: string;
}

/** Secrets of kind `postmark`. */
export class PostmarkSecrets {
  @Token()
  server_token: string;

  /** The password that its webhooks have in their URL, of your making: `https://any:<password>@…`; needed for reports. */
  @IsOptional()
  @Token()
  @MinLength(16)
  webhook_password?: string;
}
