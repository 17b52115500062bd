import { OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsISO8601,
  IsNumber,
  IsObject,
  IsString,
  IsUrl,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { normalised, Nullable } from './contact-checks.js';

export const PUSH_PLATFORMS = ['ios', 'android', 'web'] as const;
export type PushPlatform = (typeof PUSH_PLATFORMS)[number];

/** With which messages to a browser are encrypted; base64url. */
export class PushKeys {
  /** @example "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM" */
  @Matches(/^[A-Za-z0-9_-]{87}=?$/, { message: 'p256dh must be a public key of 65 bytes in base64url' })
  p256dh: string;

  /** @example "tBHItJI5svbpez7KI4CCXg" */
  @Matches(/^[A-Za-z0-9_-]{22}(?:==)?$/, { message: 'auth must be a secret of 16 bytes in base64url' })
  auth: string;
}

const isBrowser = ({ endpoint, token }: PushSubscription) => endpoint !== undefined || token === undefined;
const ofBrowser = ValidateIf((given: PushSubscription, value) => isBrowser(given) || value !== undefined);
const ofDevice = ValidateIf((given: PushSubscription, value) => !isBrowser(given) || value !== undefined);

/** What a push address is made of; others take up to three bytes each, and an index has room for 2,700 bytes. */
const Printable = () => Matches(/^[\x21-\x7e]*$/, { message: '$property must be printable ASCII, without spaces' });

/** A browser's subscription as it gives it (`endpoint`, `keys`), or a device's `token` with its `platform`. */
export class PushSubscription {
  /** @example "https://push.example.com/send/abc" */
  @ofBrowser
  @normalised((text) => text.trim())
  @Printable()
  @IsUrl({ protocols: ['https'], require_protocol: true, require_tld: false })
  @MaxLength(2_048)
  endpoint?: string;

  /** When the subscription ends by itself, in milliseconds since 1970, where the browser says so. */
  @Nullable()
  @IsNumber()
  expirationTime?: number | null;

  @ofBrowser
  @IsObject()
  @ValidateNested()
  @Type(() => PushKeys)
  keys?: PushKeys;

  /** @example "fcm-or-apns-token" */
  @ofDevice
  @normalised((text) => text.trim())
  @Printable()
  @IsString()
  @MinLength(1)
  @MaxLength(2_048)
  token?: string;

  /** @example "android" */
  @ofDevice
  @IsIn(PUSH_PLATFORMS)
  platform?: PushPlatform;

  /**
   * When it was registered. One that a push service calls gone is removed; the same one registered anew, at another
   * moment, stays.
   * @example "2026-11-28T10:00:00Z"
   */
  @Nullable()
  @IsISO8601({ strict: true })
  @MaxLength(40)
  registered_at?: string | null;
}

/** A subscription as a browser gives it. */
export class SubscribeBrowser extends OmitType(PushSubscription, ['token', 'platform', 'registered_at'] as const) {}
