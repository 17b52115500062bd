import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateIf, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { Absent } from '../platform/absent.decorator.js';
import { hasExtension, isE164, isEmail, isNationalPhone } from './domain/address.js';
import { attributeFault } from './domain/attributes.js';
import { isTimeZone, WRONG_ZONE } from './domain/time-zone.js';

/** Text in its normal form; what is no text stays for the checks to refuse. */
export const normalised = (normalise: (text: string) => string) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalise(value) : value));

/** May be left out; null clears the field. */
export const Nullable = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** May be left out; null stands for the empty value. */
export const Emptied = (empty: () => object) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === null ? empty() : value)) as PropertyDecorator,
    Absent() as PropertyDecorator,
  );

/** One plain address. */
@ValidatorConstraint({ name: 'plainEmail' })
export class PlainEmail implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isEmail(value);
  }

  defaultMessage(): string {
    return 'email must be one plain address, such as ada@example.com';
  }
}

/** The name of a time zone. */
@ValidatorConstraint({ name: 'zoneName' })
export class ZoneName implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isTimeZone(value);
  }

  defaultMessage(): string {
    return WRONG_ZONE;
  }
}

/** A phone number that exists in international form, or may be a national one: which country's, the service knows. */
@ValidatorConstraint({ name: 'phone' })
export class Phone implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && (isE164(value) || isNationalPhone(value));
  }

  defaultMessage({ value }: { value?: unknown } = {}): string {
    return typeof value === 'string' && hasExtension(value)
      ? 'phone must not have an extension: no text message can go to one'
      : 'phone must be a possible number in international form, such as +4915112345678';
  }
}

/** Attributes within the limits. */
@ValidatorConstraint({ name: 'attributes' })
export class Attributes implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return attributeFault(value) === null;
  }

  defaultMessage({ value }: { value?: unknown } = {}): string {
    return attributeFault(value) ?? '';
  }
}

/** A push subscription by which something can be reached: the sender takes one of these two. */
@ValidatorConstraint({ name: 'pushAddress' })
export class PushAddress implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    const { endpoint, token } = (value ?? {}) as Record<string, unknown>;
    return [endpoint, token].some((address) => typeof address === 'string' && address !== '');
  }

  defaultMessage(): string {
    return 'each of push_subscriptions must have an endpoint (a browser) or a token (a device)';
  }
}
