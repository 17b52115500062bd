import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CallingPrincipal } from '../access/caller.decorator.js';
import type { Principal } from '../access/domain/principal.js';
import { allows } from '../access/domain/scope.js';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems } from '../platform/openapi.js';
import { decodeCursor, Page } from '../platform/page.js';
import { PageQuery } from '../platform/page.dto.js';
import { SandboxMailbox } from './channels/sandbox/sandbox-mailbox.js';
import { SandboxMessageResponse } from './delivery.dto.js';
import { inertMessage } from './sandbox-messages.js';

@ApiTags('Sandbox')
@ApiBearerAuth()
@Controller('sandbox')
export class SandboxController {
  constructor(private readonly mailbox: SandboxMailbox) {}

  /**
   * Lists the last 1,000 messages that the sandbox accepted in this process, newest first. Whoever may only read gets them
   * without what their recipients' links act by.
   */
  @Get('messages')
  @RequireScope('read')
  @ApiProblems(400)
  messages(@Query() { limit, cursor }: PageQuery, @CallingPrincipal() { scopes }: Principal): SandboxMessageResponse[] {
    const before = decodeCursor(cursor) ?? undefined;
    const messages = this.mailbox.list(limit + 1, before);
    return Page.cut(allows(scopes, 'write') ? messages : messages.map(inertMessage), limit, ({ id }) => id);
  }
}
