import {
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { invalid } from './errors.js';
import { pointTo } from './json-pointer.js';

const ANY_QUERY = 'campanile:any-query';

/**
 * A route, or a controller's routes, whose addresses others write or lengthen: mail programs and relays mark the links of
 * messages, providers their webhooks, probes what they like. What they add means nothing here.
 */
export const AnyQuery = (): CustomDecorator => SetMetadata(ANY_QUERY, true);

/**
 * Refuses query parameters that a route does not know: a misspelt `dry_run` must not do in earnest what was to be tried. Where
 * a route takes its whole query, its DTO says what is known, and the pipe refuses the rest.
 */
@Injectable()
export class KnownQueryInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    const unknown = Object.keys(query as object);
    if (unknown.length === 0 || this.takesMore(context)) return next.handle();
    throw invalid(
      'VALIDATION_FAILED',
      unknown.map((name) => ({ pointer: pointTo('', name), message: `property ${name} should not exist` })),
    );
  }

  private takesMore(context: ExecutionContext): boolean {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<true | undefined>(ANY_QUERY, [handler, controller])) return true;
    const taken = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ?? {}) as object;
    return Object.keys(taken).some((kind) => kind.startsWith(`${RouteParamtypes.QUERY}:`));
  }
}
