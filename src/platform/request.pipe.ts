import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, invalid, MOST_NAMED } from './errors.js';
import { pointTo } from './json-pointer.js';

/** Makes a request's body and query what its DTO says, or names the wrong fields, every one unless they are many. */
export class RequestPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: (errors) => invalid('VALIDATION_FAILED', fieldErrors(errors, '').slice(0, MOST_NAMED)),
    });
  }

  /** What is no object has no fields: one sentence, where the framework would name each that is missing, or take null for none. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isThing = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (metadata.type === 'body' && value !== undefined && !isThing && this.toValidate(metadata))
      throw invalid('VALIDATION_FAILED', [{ pointer: '', message: 'the body must be a JSON object' }]);
    return super.transform(value, metadata);
  }

  /** Path values stay text: the framework would make NaN of `abc` and 1000 of `1e3` before `Id` can refuse them. */
  protected override transformPrimitive(value: unknown): unknown {
    return value;
  }
}

/**
 * Every wrong field, nested ones by their path; `parent` is the pointer of what was checked. Of a wrong type, or of an empty
 * text, nothing else.
 */
export function fieldErrors(errors: ValidationError[], parent: string): FieldError[] {
  return errors.flatMap(({ property, value, constraints = {}, children = [] }) => {
    const pointer = pointTo(parent, property);
    const type = TYPES.find((name) => name in constraints);
    if (type !== undefined) return [{ pointer, message: constraints[type]! }];
    const thing = /^\d+$/.test(property) ? 'each item' : property;
    if (value === '' && LENGTHS.some((name) => name in constraints))
      return [{ pointer, message: `${thing} must not be empty` }];
    const own = Object.entries(constraints).map(([name, message]) => ({
      pointer,
      message: name === NESTED ? `${thing} must be an object` : message,
    }));
    return [...own, ...fieldErrors(children, pointer)];
  });
}

/** What else is said of a value of the wrong type only follows from that, or is beside the point. The list before its items. */
const TYPES = ['isArray', 'isObject', 'isString', 'isBoolean', 'isInt', 'isNumber'];

/** What asks for a length: of a text that has none, neither the number nor what else it should have says more. */
const LENGTHS = ['isLength', 'minLength'];

/** Of what has no fields that could be checked. */
const NESTED = 'nestedValidation';
