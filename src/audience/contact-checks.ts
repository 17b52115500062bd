import { ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { isE164, isEmail } from './domain/address.js';

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

/** An international phone number. */
@ValidatorConstraint({ name: 'e164' })
export class E164 implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isE164(value);
  }

  defaultMessage(): string {
    return 'phone must be in international form, such as +4915112345678';
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
