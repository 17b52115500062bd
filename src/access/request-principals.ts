import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CampanileError } from '../platform/errors.js';
import { AccessService } from './access.service.js';
import type { Principal } from './domain/principal.js';
import { SessionCookie } from './session-cookie.service.js';
import { SessionsService } from './sessions.service.js';

const refused = (code: string, detail: string): CampanileError => new CampanileError('unauthenticated', code, detail);

/** Who sent a request: by its API key, or where it has none by its session. */
@Injectable()
export class RequestPrincipals {
  constructor(
    private readonly access: AccessService,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  /** The principal, or why there is none. */
  async of(request: FastifyRequest): Promise<Principal | CampanileError> {
    const header = request.headers.authorization;
    const token = header ? null : this.cookie.of(request);
    if (token !== null)
      return (
        (await this.sessions.authenticate(token, request.ip)) ??
        refused('SESSION_OVER', 'The session is over: sign in again.')
      );
    const secret = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (secret === undefined) return refused('KEY_REQUIRED', 'Send an API key: Authorization: Bearer <key>.');
    return (await this.access.authenticate(secret, request.ip)) ?? refused('UNKNOWN_KEY', 'This API key is not known.');
  }
}
