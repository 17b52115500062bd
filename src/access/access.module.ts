import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessService } from './access.service.js';
import { KeyGuard } from './key.guard.js';

/** Who may call: API keys and their scopes. */
@Module({
  providers: [AccessService, { provide: APP_GUARD, useClass: KeyGuard }],
  exports: [AccessService],
})
export class AccessModule {}
