import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AccessService } from './access.service.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditService } from './audit.service.js';
import { FirstAdminService } from './first-admin.service.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';
import { OwnPasswordService } from './own-password.service.js';
import { PasswordsService } from './passwords.service.js';
import { RateLimiter } from './rate-limiter.js';
import { RequestLimits } from './request-limits.js';
import { RequestPrincipals } from './request-principals.js';
import { SessionCookie } from './session-cookie.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { SignInPatience } from './sign-in-patience.js';
import { SignInTries } from './sign-in-tries.js';
import { TrustedCallers } from './trusted-callers.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** Who may call and who did what: API keys, users and their sessions, scopes, the audit log. */
@Module({
  controllers: [KeysController, SessionsController, UsersController, AuditController],
  providers: [
    AccessService,
    AuditService,
    FirstAdminService,
    KeysService,
    OwnPasswordService,
    PasswordsService,
    RateLimiter,
    RequestLimits,
    RequestPrincipals,
    SessionCookie,
    SessionsService,
    SignInPatience,
    SignInTries,
    TrustedCallers,
    UsersService,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AccessService, AuditService, FirstAdminService, KeysService, UsersService],
})
export class AccessModule {}
