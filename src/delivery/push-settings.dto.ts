import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { Endpoint } from './settings-checks.js';

const URGENCIES = ['very-low', 'low', 'normal', 'high'] as const;

/** What every push account has. */
export class PushSettings {
  /**
   * Connections to one push service that a process may have open at a time; 10 unless given.
   * @example 10
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  connections?: number;

  /**
   * Seconds for which a message is kept for a browser or device that is away, at most four weeks; a day unless given.
   * @example 86400
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2_419_200)
  ttl_seconds?: number;
}

/** Settings of kind `web_push`: browsers, by the push service of each. The keys come from `POST /providers/vapid-keys`. */
export class WebPushSettings extends PushSettings {
  /**
   * Whom a push service may turn to.
   * @example "mailto:push@example.org"
   */
  @IsString()
  @MaxLength(300)
  @Matches(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s/?#@]+[^\s]*)$/, {
    message: 'subject must be mailto: with an address, or an https:// URL',
  })
  subject: string;

  /**
   * With which browsers subscribe; another one makes every earlier subscription useless.
   * @example "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
   */
  @Matches(/^B[A-Za-z0-9_-]{86}$/, { message: 'public_key must be a public key of 65 bytes in base64url' })
  public_key: string;

  /** How much a message may wake a sleeping device; `normal` unless given. */
  @IsOptional()
  @IsIn(URGENCIES)
  urgency?: (typeof URGENCIES)[number];

  /**
   * Of messages with the same topic that wait for a browser only the newest stays.
   * @example "news"
   */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,32}$/, { message: 'topic must be 1 to 32 letters, digits, - or _' })
  topic?: string;

  /**
   * Hosts of further push services. Those of the usual browsers are known; to others nothing is sent.
   * @example ["push.example.org"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(/^[a-z0-9.-]{1,253}$/, { each: true, message: 'each of push_services must be a host name in lower case' })
  push_services?: string[];
}

/** Secrets of kind `web_push`. */
export class WebPushSecrets {
  @Matches(/^[A-Za-z0-9_-]{43}$/, { message: 'private_key must be a private key of 32 bytes in base64url' })
  private_key: string;
}

/** Settings of kind `fcm`: devices, and browsers that Firebase knows, by Firebase Cloud Messaging (HTTP v1). */
export class FcmSettings extends PushSettings {
  /** Whether it may wake a sleeping Android device; `normal` unless given. */
  @IsOptional()
  @IsIn(['normal', 'high'])
  priority?: 'normal' | 'high';

  /** Where the API is, if not at the vendor's usual place; the vendor's paths are put behind its own. */
  @IsOptional()
  @Endpoint()
  endpoint?: string;
}

/** Secrets of kind `fcm`. */
export class FcmSecrets {
  /** The JSON of a service account's key, as Google gives it. */
  @IsObject()
  service_account: Record<string, unknown>;
}

/** A new pair of keys (VAPID), kept nowhere. */
export class VapidKeys {
  /** For the settings of an account. */
  public_key: string;
  /** For its secrets. */
  private_key: string;
}
