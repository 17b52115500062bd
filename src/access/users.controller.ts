import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { WithoutBody } from '../platform/without-body.js';
import { USER_VALUES } from './domain/audit-values.js';
import { Audited } from './audited.decorator.js';
import { CallingPrincipal } from './caller.decorator.js';
import { OwnPasswordService } from './own-password.service.js';
import type { Principal } from './domain/principal.js';
import { RequireScope } from './scope.decorator.js';
import { SessionCookie } from './session-cookie.service.js';
import { ChangePassword, CreateUser, SignInLinkResponse, UpdateUser, UserResponse } from './users.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('Access')
@ApiBearerAuth()
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: OwnPasswordService,
    private readonly cookie: SessionCookie,
  ) {}

  /** Makes a user. They come in by a link (`POST /users/{id}/link`) and choose a password there. */
  @Post()
  @RequireScope('admin')
  @Idempotent()
  @Audited('user.created', 'with', { values: USER_VALUES })
  @ApiProblems(400, 409)
  create(@Body() input: CreateUser): Promise<UserResponse> {
    return this.users.create(input);
  }

  /** Lists the users in the order they were made. */
  @Get()
  @RequireScope('admin')
  @ApiProblems(400)
  list(@Query() query: PageQuery): Promise<UserResponse[]> {
    return this.users.list(query);
  }

  /** Changes one's own password, by the present one; every other session of the user ends. */
  @Put('me/password')
  @HttpCode(204)
  @RequireScope('read')
  @Audited('user.password_changed', 'after')
  @ApiProblems(400, 409, 429)
  changePassword(
    @Body() input: ChangePassword,
    @CallingPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.passwords.change(input, { principal, token: this.cookie.of(request), address: request.ip });
  }

  /** Changes a user's address or role; another role ends their sessions, and either their link. */
  @Patch(':id')
  @RequireScope('admin')
  @Audited('user.updated', 'with', { values: USER_VALUES })
  @ApiProblems(400, 404, 409)
  update(@Param('id', Id) id: number, @Body() input: UpdateUser): Promise<UserResponse> {
    return this.users.update(id, input);
  }

  /** Deletes a user; their sessions end. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @Audited('user.deleted')
  @ApiProblems(404, 409)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.users.delete(id);
  }

  /** Makes a link by which the user comes in once, within 24 hours, and may set a password. Earlier ones stop working. */
  @Post(':id/link')
  @HttpCode(200)
  @RequireScope('admin')
  @WithoutBody()
  @Audited('user.link_made', 'with', { values: ['expires_at'] })
  @ApiProblems(404)
  link(@Param('id', Id) id: number): Promise<SignInLinkResponse> {
    return this.users.link(id);
  }
}
