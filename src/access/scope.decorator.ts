import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { Scope } from './domain/scope.js';

export const SCOPE = 'campanile:scope';

/** The scope a key needs for this route. */
export const RequireScope = (scope: Scope): CustomDecorator => SetMetadata(SCOPE, scope);
