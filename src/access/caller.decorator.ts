import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './access.service.js';

/** Where the guard leaves the principal of a request. */
export const CALLER = 'campanileCaller';

/** The name of the API key a request came with. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<FastifyRequest & Record<typeof CALLER, Principal>>()[CALLER].name,
);
