import { ApiExtraModels, ApiProperty, getSchemaPath, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { CHANNELS, type Channel } from '../audience/domain/channel.js';
import { PROVIDER_KIND_NAMES, PROVIDER_KINDS, type ProviderKind } from './channels/provider-kinds.js';
import { PERIODS, type Period } from './domain/rate-limit.js';

const kinds = Object.values(PROVIDER_KINDS);
const settingsModels = [...new Set(kinds.map(({ settings }) => settings))];
const secretsModels = [...new Set(kinds.map(({ secrets }) => secrets))];
/** Any, since the kind decides: some kinds ask for what others ask for, too. */
const anyOf = (models: (new () => object)[]) => ({ anyOf: models.map((model) => ({ $ref: getSchemaPath(model) })) });

/** At most so many messages in any such period, over all processes. */
export class ProviderLimitFields {
  @IsIn(Object.keys(PERIODS))
  period: Period;

  /** @example 50000 */
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  limit: number;
}

/** A new account at a provider. */
@ApiExtraModels(...settingsModels, ...secretsModels)
export class CreateProvider {
  /**
   * What runs, campaigns and logs name it by; unique, never changed, and none of the names of kinds.
   * @example "ses-main"
   */
  @Matches(/^[a-z][a-z0-9_-]{0,49}$/, {
    message: 'name must be 1 to 50 lower-case letters, digits, - or _, a letter first',
  })
  name: string;

  @IsIn(CHANNELS)
  channel: Channel;

  /** Email: `smtp`, `ses`, `sendgrid`, `mailgun`, `postmark`, `resend`. SMS: `http`, `twilio`, `vonage`.
   * Push: `web_push` (browsers), `fcm` (devices). Any: `sandbox`. */
  @IsIn(PROVIDER_KIND_NAMES)
  kind: ProviderKind;

  /** As the kind asks. */
  @ApiProperty(anyOf(settingsModels))
  @IsObject()
  settings: Record<string, unknown>;

  /** As the kind asks. They are kept encrypted and never answered. */
  @ApiProperty({ ...anyOf(secretsModels), required: false })
  @IsOptional()
  @IsObject()
  secrets?: Record<string, unknown>;

  /**
   * None unless given. They are taken before it is known who is to be left out: who is suppressed, capped or without consent
   * by then counts like a message.
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(4)
  @ArrayUnique((limit: ProviderLimitFields | null) => limit?.period, { message: 'limits must name each period once' })
  @ValidateNested({ each: true })
  @Type(() => ProviderLimitFields)
  limits?: ProviderLimitFields[];

  /** Whether campaigns of the channel that name no account go through it; takes the place of the one that was it. */
  @IsOptional()
  @IsBoolean()
  default?: boolean;

  /**
   * The account of the same channel that takes over what this one surely did not take: while it is switched off, is refused,
   * fails again and again, or asks to wait for more than a minute or three times in a row. Its own fallback is not asked then.
   * @example 2
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  fallback_id?: number | null;

  /** False keeps it and sends nothing through it; true unless given. */
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

/**
 * Changes to an account. `settings` take the place of all that were; of `secrets` only those that are given, and null
 * takes one away. Settings that lead to another host ask for the secrets that go there anew. They hold from the next message on.
 */
export class UpdateProvider extends PartialType(OmitType(CreateProvider, ['name', 'channel', 'kind'] as const), {
  skipNullProperties: false,
}) {}

/** To whom a test goes. */
export class TestProvider {
  /**
   * An address of the account's channel; for `web_push` the JSON of a browser's subscription, for `fcm` a token.
   * @example "me@example.org"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(4_000)
  to: string;
}

/** What became of a test. */
export class ProviderTestResponse {
  /** @example 2 */
  provider_id: number;
  /** @example "me@example.org" */
  to: string;
  /** `sent` was accepted, `rejected` and `deferred` surely not; `unknown` may have been. */
  outcome: 'sent' | 'rejected' | 'deferred' | 'unknown';
  /** Of a deferral: whether the recipient, the provider or our account is what it is about. */
  scope: 'recipient' | 'provider' | 'account' | null;
  /** @example "http_401" */
  code: string | null;
  /** The provider's words. */
  response: string | null;
  provider_message_id: string | null;
}

/** A limit of an account and how much of it is used. */
export class ProviderLimit {
  period: 'second' | 'minute' | 'hour' | 'day';
  /** @example 50000 */
  limit: number;
  /**
   * Messages granted in the period that ends now, by all processes.
   * @example 1200
   */
  used: number;
}

/** An account through which messages leave, and how it fares. */
export class ProviderResponse {
  /**
   * Null for one that the environment configures, which is changed there.
   * @example 2
   */
  id: number | null;
  channel: Channel;
  /** @example "ses-main" */
  name: string;
  /** @example "ses" */
  kind: string;
  source: 'environment' | 'database';
  /** Null where the environment has them. */
  settings: Record<string, unknown> | null;
  /** Whether secrets are kept; these are never answered. */
  has_secret: boolean;
  /**
   * The address to set as its webhook at the provider, from where reports come in; by PUBLIC_URL, as everything else outside.
   * @example "https://campanile.example.org/inbound/ses-main"
   */
  reports_to: string;
  /** Whether campaigns of the channel that name no account go through it. */
  default: boolean;
  enabled: boolean;
  /** @example 3 */
  fallback_id: number | null;
  /**
   * `limited` has used up a limit, `put_off` had trouble or asked to wait, `probing` is tried with one message, `off` is
   * switched off.
   */
  state: 'ready' | 'limited' | 'put_off' | 'probing' | 'off';
  blocked_until: Date | null;
  /** @example "smtp_connect: connect ECONNREFUSED" */
  reason: string | null;
  limits: ProviderLimit[];
  /** Rises with every edit; the ETag. Null for one of the environment. */
  version: number | null;
  created_at: Date | null;
  updated_at: Date | null;
}
