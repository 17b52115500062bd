import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CampanileError } from '../platform/errors.js';
import { IDENTITY } from '../platform/idempotency.js';
import { PUBLIC } from '../platform/public.decorator.js';
import { allows, type Scope } from './domain/scope.js';
import { CALLER } from './caller.decorator.js';
import { RequestLimits } from './request-limits.js';
import { RequestPrincipals } from './request-principals.js';
import { SCOPE } from './scope.decorator.js';

/** Lets a request through whose key or session has the route's scope. A route that declares none is closed to everyone. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly principals: RequestPrincipals,
    private readonly limits: RequestLimits,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, route)) return true;
    const required = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE, route);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const principal = await this.principals.of(request);
    if (principal instanceof CampanileError) {
      this.limits.countRefused(request, reply);
      throw principal;
    }
    this.limits.count(principal, reply);
    if (required === undefined || !allows(principal.scopes, required))
      throw new CampanileError(
        'forbidden',
        'SCOPE_MISSING',
        `This ${principal.kind} lacks the scope "${required ?? 'none'}".`,
      );
    Object.assign(request, { [CALLER]: principal, [IDENTITY]: `${principal.kind} ${principal.id}` });
    return true;
  }
}
