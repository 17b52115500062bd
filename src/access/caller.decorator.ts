import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './domain/principal.js';

/** Where the guard leaves the principal of a request. */
export const CALLER = 'campanileCaller';

/** Who a request came from. */
export const CallingPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context),
);

/** The name of the API key, or the address of the user, that a request came from. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => principalOf(context).name,
);

const principalOf = (context: ExecutionContext): Principal =>
  context.switchToHttp().getRequest<FastifyRequest & Record<typeof CALLER, Principal>>()[CALLER];
