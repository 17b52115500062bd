import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../platform/openapi.js';
import { Public } from '../platform/public.decorator.js';
import { Audited } from './audited.decorator.js';
import { CALLER, CallingPrincipal } from './caller.decorator.js';
import type { Principal } from './domain/principal.js';
import { RequireScope } from './scope.decorator.js';
import { SessionCookie } from './session-cookie.service.js';
import { SessionResponse, SignIn, SignInByLink } from './sessions.dto.js';
import { type NewSession, SessionsService } from './sessions.service.js';
import { LONGEST_MS } from './user.queries.js';

@ApiTags('Access')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Signs in by address and password; the session is the cookie of the answer. It ends after 12 hours without use, and after
   * 7 days in any case. Failures slow down what follows (429 `TOO_MANY_SIGN_INS` with `Retry-After`), and stand in the audit
   * log as `session.refused`: of each caller and hour the first, the first that was held off, and each tenfold.
   */
  @Post()
  @Public()
  @Audited('session.begun', 'after', { values: ['scopes'] })
  @ApiProblems(400, 401, 429)
  async begin(
    @Body() input: SignIn,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    return this.welcome(await this.sessions.signIn(input, request.ip), request, reply);
  }

  /** Signs in by a link, which works once, and sets a password where one is given. */
  @Post('link')
  @Public()
  @Audited('session.begun', 'after', { values: ['scopes'] })
  @ApiProblems(400, 401)
  async beginByLink(
    @Body() input: SignInByLink,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    return this.welcome(await this.sessions.signInByLink(input, request.ip), request, reply);
  }

  /** Who sends this request, and what they may do. */
  @Get('current')
  @ApiBearerAuth()
  @RequireScope('read')
  current(@CallingPrincipal() { kind, id, name, scopes }: Principal): SessionResponse {
    return { kind, id, name, scopes };
  }

  /** Signs out: ends the session of the cookie. */
  @Delete('current')
  @ApiBearerAuth()
  @HttpCode(204)
  @RequireScope('read')
  @Audited('session.ended', 'with', { only: ({ headers }) => !headers.authorization })
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = this.cookie.of(request);
    if (token !== null) await this.sessions.end(token);
    void reply.header('set-cookie', this.cookie.clear());
  }

  private welcome({ token, principal }: NewSession, request: FastifyRequest, reply: FastifyReply): SessionResponse {
    // Whom the audit log names.
    Object.assign(request, { [CALLER]: principal });
    void reply.header('set-cookie', this.cookie.set(token, LONGEST_MS));
    const { kind, id, name, scopes } = principal;
    return { kind, id, name, scopes };
  }
}
