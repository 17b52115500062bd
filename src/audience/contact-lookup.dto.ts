import { PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { normalised } from './contact-checks.js';
import { UpdateContact } from './contacts.dto.js';
import { normaliseEmail } from './domain/address.js';

/** Somebody given by fields, who need not exist. */
export class ContactSketch extends PickType(UpdateContact, [
  ...(['external_id', 'email', 'phone', 'first_name', 'last_name', 'locale', 'time_zone', 'attributes'] as const),
] as const) {}

/** A contact by one of its names. */
export class ContactChoice {
  /** @example 1 */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  contact_id?: number;

  /** @example "ada@example.com" */
  @IsOptional()
  @normalised(normaliseEmail)
  @IsString()
  @MinLength(1)
  @MaxLength(254)
  email?: string;

  /** @example "crm-4711" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  external_id?: string;
}
