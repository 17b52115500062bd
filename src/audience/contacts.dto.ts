import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  Validate,
  ValidateNested,
} from 'class-validator';
import { Absent } from '../platform/absent.decorator.js';
import { PageQuery } from '../platform/page.dto.js';
import { ConsentFields, ConsentResponse } from './consent.dto.js';
import {
  Attributes,
  Emptied,
  normalised,
  Nullable,
  Phone,
  PlainEmail,
  PushAddress,
  ZoneName,
} from './contact-checks.js';
import type { Channel } from './domain/channel.js';
import { normaliseEmail, normalisePhone } from './domain/address.js';
import { MOST_SEGMENTS } from './domain/segment-name.js';
import { ATTRIBUTE } from './domain/contact-search.js';
import { IDENTITIES, type Identity } from './domain/identity.js';
import { spellZone } from './domain/time-zone.js';
import { MOST_SUBSCRIPTIONS } from './domain/stored-subscription.js';
import { PushSubscription } from './push-subscription.dto.js';

/** The fields of a contact that can be changed. */
export class UpdateContact {
  /**
   * Your own identifier of this person; not blank.
   * @example "crm-4711"
   */
  @Nullable()
  @IsString()
  @MinLength(1)
  @Matches(/\S/, { message: 'external_id must not be blank' })
  @MaxLength(200)
  external_id?: string | null;

  /**
   * Stored trimmed, in lower case, and with its domain in ASCII (`xn--`); unique.
   * @example "ada@example.com"
   */
  @Nullable()
  @normalised(normaliseEmail)
  @Validate(PlainEmail)
  email?: string | null;

  /**
   * Stored in international form (E.164); unique. Without a country code it is one of `DEFAULT_COUNTRY`, if that is set. One
   * with an extension is refused.
   * @example "+4915112345678"
   */
  @Nullable()
  @normalised((text) => normalisePhone(text) ?? text)
  @Validate(Phone)
  phone?: string | null;

  /** Browsers' push subscriptions as they give them, or devices' tokens. A message goes to each that the account speaks to; what a push service calls gone is removed. */
  @Emptied(() => [])
  @IsArray()
  @ArrayMaxSize(MOST_SUBSCRIPTIONS)
  @IsObject({ each: true })
  @Validate(PushAddress, { each: true })
  @ValidateNested({ each: true })
  @Type(() => PushSubscription)
  push_subscriptions?: PushSubscription[];

  /** @example "Ada" */
  @Nullable()
  @IsString()
  @MaxLength(200)
  first_name?: string | null;

  /** @example "Lovelace" */
  @Nullable()
  @IsString()
  @MaxLength(200)
  last_name?: string | null;

  /** @example "en-GB" */
  @Nullable()
  @Matches(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/, { message: 'locale must be a language tag, such as en-GB' })
  locale?: string | null;

  /**
   * Name of the time zone database (IANA), in any case: an area and a place, or an alias; an offset such as +05:30 is none.
   * @example "Europe/London"
   */
  @Nullable()
  @normalised(spellZone)
  @Validate(ZoneName)
  time_zone?: string | null;

  /**
   * Anything else worth knowing, for templates and segments: at most 16,384 characters of JSON, eight levels deep.
   * @example { "plan": "pro" }
   */
  @Emptied(() => ({}))
  @IsObject()
  @Validate(Attributes)
  attributes?: Record<string, unknown>;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ConsentFields)
  consent?: ConsentFields;

  /**
   * Names of the static segments this contact belongs to, up to 1,000; replaces the present ones.
   * @example ["tech"]
   */
  @Emptied(() => [])
  @IsArray()
  @ArrayMaxSize(MOST_SEGMENTS)
  @IsString({ each: true })
  segments?: string[];
}

/** A new contact: at least one of email, phone and external_id. */
export class CreateContact extends UpdateContact {}

/**
 * Contacts to create or, where external_id, email or phone (in this order) is known already, to update. One whose external_id
 * is new is given to the contact that has its email, or else its phone, unless that has an external_id already.
 */
export class BulkContacts {
  /** Up to 10,000, in a body of at most 16 MiB: contacts with long attributes are sent in several calls, or as an import. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => CreateContact)
  contacts: CreateContact[];
}

/** By which of its identities a contact is looked up. */
export class UpsertQuery {
  /** Unless given, the first that the contact has of `external_id`, `email` and `phone`. */
  @Absent()
  @IsIn(IDENTITIES)
  by?: Identity;
}

/** What a bulk call did. */
export class BulkResult {
  /** @example 998 */
  created: number;

  /** @example 2 */
  updated: number;

  /**
   * How many of them were to be subscribed to a channel that they opted out of themselves, and stay as they are there; not
   * said where nobody was.
   * @example 1
   */
  opted_out?: number;
}

/** Which contacts to list. */
export class ContactQuery extends PageQuery {
  /** Exactly this address. */
  @IsOptional()
  @IsString()
  @normalised(normaliseEmail)
  email?: string;

  /**
   * Those whose email address, phone number or external_id begins so, an address in upper or lower case, and a domain in its
   * own letters by whole labels. Names are found by a rule, see `POST /segments/preview`.
   * @example "ada"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(254)
  search?: string;

  /**
   * Those with this attribute, `name:value`; a name with full stops goes down into objects (`address.city:Köln`), and is also
   * that of an attribute which is called so. Values that
   * look like a number or a truth value find these too.
   * @example "plan:pro"
   */
  @IsOptional()
  @Matches(ATTRIBUTE, { message: 'attribute must be a name and a value, such as plan:pro' })
  attribute?: string;

  /** Members of the segment with this name. */
  @IsOptional()
  @IsString()
  segment?: string;
}

/** A contact as the API shows it. */
export class ContactResponse {
  /** @example 17 */
  id: number;
  external_id: string | null;
  /** @example "ada@example.com" */
  email: string | null;
  /** @example "+4915112345678" */
  phone: string | null;
  push_subscriptions: PushSubscription[];
  /** @example "Ada" */
  first_name: string | null;
  /** @example "Lovelace" */
  last_name: string | null;
  locale: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown>;
  consent: ConsentResponse;
  /**
   * The channels on which its present address is suppressed: nothing is sent there.
   * @example ["sms"]
   */
  suppressed: Channel[];
  /** @example ["tech"] */
  segments: string[];
  /** Rises with every change; the ETag. */
  version: number;
  created_at: Date;
  updated_at: Date;
}
