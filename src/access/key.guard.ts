import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CampanileError } from '../platform/errors.js';
import { PUBLIC } from '../platform/public.decorator.js';
import { AccessService } from './access.service.js';
import { CALLER } from './caller.decorator.js';
import { allows, type Scope } from './domain/scope.js';
import { SCOPE } from './scope.decorator.js';

/** Lets a request through whose key has the route's scope. A route that declares none is closed to everyone. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly access: AccessService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, route)) return true;
    const required = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE, route);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers.authorization ?? '';
    const secret = /^Bearer +(\S+)$/i.exec(header)?.[1];
    const principal = secret ? await this.access.authenticate(secret) : null;
    if (!principal)
      throw new CampanileError(
        'unauthenticated',
        secret ? 'UNKNOWN_KEY' : 'KEY_REQUIRED',
        secret ? 'This API key is not known.' : 'Send an API key: Authorization: Bearer <key>.',
      );
    if (required === undefined || !allows(principal.scopes, required))
      throw new CampanileError('forbidden', 'SCOPE_MISSING', `This key lacks the scope "${required ?? 'none'}".`);
    Object.assign(request, { [CALLER]: principal });
    return true;
  }
}
