import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  MaxLength,
  MinLength,
  Validate,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../platform/page.dto.js';
import { CONSENTS, type Consent } from './contact.entity.js';
import { E164, PlainEmail, PushAddress } from './contact-checks.js';
import { normaliseEmail, normalisePhone } from './domain/address.js';
import { spellZone } from './domain/time-zone.js';

const normalised = (normalise: (text: string) => string) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalise(value) : value));

/** May be left out; null clears the field. */
const Nullable = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** May be left out, but is not null. */
const Absent = () => ValidateIf((_, value) => value !== undefined);

/** May be left out; null stands for the empty value. */
const Emptied = (empty: () => object) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === null ? empty() : value)) as PropertyDecorator,
    Absent() as PropertyDecorator,
  );

/** Consent of a contact per channel; a channel left out keeps what it has (a new contact is subscribed). */
export class ConsentFields {
  /** @example subscribed */
  @Absent()
  @IsIn(CONSENTS)
  email?: Consent;

  @Absent()
  @IsIn(CONSENTS)
  sms?: Consent;

  @Absent()
  @IsIn(CONSENTS)
  push?: Consent;
}

/** The fields of a contact that can be changed. */
export class UpdateContact {
  /**
   * Your own identifier of this person.
   * @example "crm-4711"
   */
  @Nullable()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  external_id?: string | null;

  /**
   * Stored trimmed and in lower case; unique.
   * @example "ada@example.com"
   */
  @Nullable()
  @normalised(normaliseEmail)
  @Validate(PlainEmail)
  email?: string | null;

  /**
   * International form (E.164); unique.
   * @example "+4915112345678"
   */
  @Nullable()
  @normalised(normalisePhone)
  @Validate(E164)
  phone?: string | null;

  /**
   * Browser push subscriptions or device tokens, as the push service gave them: each with an `endpoint` or a `token`.
   * @example [{ "endpoint": "https://push.example.com/send/abc", "keys": { "p256dh": "BNc…", "auth": "tBH…" } }]
   */
  @Emptied(() => [])
  @IsArray()
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @Validate(PushAddress, { each: true })
  push_subscriptions?: object[];

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
   * IANA name.
   * @example "Europe/London"
   */
  @Nullable()
  @normalised(spellZone)
  @IsTimeZone({ message: 'time_zone must be an IANA name, such as Europe/London' })
  time_zone?: string | null;

  /**
   * Anything else worth knowing, for templates and segments.
   * @example { "plan": "pro" }
   */
  @Emptied(() => ({}))
  @IsObject()
  attributes?: Record<string, unknown>;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ConsentFields)
  consent?: ConsentFields;

  /**
   * Names of the static segments this contact belongs to; replaces the present ones.
   * @example ["tech"]
   */
  @Emptied(() => [])
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  segments?: string[];
}

/** A new contact: at least one of email, phone and external_id. */
export class CreateContact extends UpdateContact {}

/** Contacts to create or, where external_id, email or phone (in this order) is known already, to update. */
export class BulkContacts {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => CreateContact)
  contacts: CreateContact[];
}

/** What a bulk call did. */
export class BulkResult {
  /** @example 998 */
  created: number;

  /** @example 2 */
  updated: number;
}

/** Which contacts to list. */
export class ContactQuery extends PageQuery {
  /** Exactly this address. */
  @IsOptional()
  @IsString()
  @normalised(normaliseEmail)
  email?: string;

  /** Members of the segment with this name. */
  @IsOptional()
  @IsString()
  segment?: string;
}

/** Consent of a contact per channel. */
export class ConsentResponse {
  email: Consent;
  sms: Consent;
  push: Consent;
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
  push_subscriptions: object[];
  /** @example "Ada" */
  first_name: string | null;
  /** @example "Lovelace" */
  last_name: string | null;
  locale: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown>;
  consent: ConsentResponse;
  /** @example ["tech"] */
  segments: string[];
  /** Rises with every change; the ETag. */
  version: number;
  created_at: Date;
  updated_at: Date;
}
