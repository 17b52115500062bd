import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { invalid } from './errors.js';
import { pointTo } from './json-pointer.js';

@Injectable()
class WithoutBodyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (body == null) return next.handle();
    if (typeof body !== 'object' || Array.isArray(body))
      throw invalid('VALIDATION_FAILED', [{ pointer: '', message: 'this action takes no body' }]);
    const errors = Object.keys(body).map((name) => ({
      pointer: pointTo('', name),
      message: `property ${name} should not exist`,
    }));
    if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
    return next.handle();
  }
}

/** Marks an action that takes no fields: nothing or `{}` is fine, anything else would be ignored and so is refused. */
export function WithoutBody(): MethodDecorator {
  return applyDecorators(UseInterceptors(WithoutBodyInterceptor));
}
