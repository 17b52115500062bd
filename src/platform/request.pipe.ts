import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, invalid } from './errors.js';
import { pointTo } from './json-pointer.js';

/** Makes a request's body and query what its DTO says, or names every wrong field. */
export class RequestPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: (errors) => invalid('VALIDATION_FAILED', fieldErrors(errors, '')),
    });
  }

  /** Path values stay text: the framework would make NaN of `abc` and 1000 of `1e3` before `Id` can refuse them. */
  protected override transformPrimitive(value: unknown): unknown {
    return value;
  }
}

/** Every wrong field, nested ones by their path; `parent` is the pointer of what was checked. */
export function fieldErrors(errors: ValidationError[], parent: string): FieldError[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = pointTo(parent, property);
    const own = Object.values(constraints ?? {}).map((message) => ({ pointer, message }));
    return [...own, ...fieldErrors(children ?? [], pointer)];
  });
}
