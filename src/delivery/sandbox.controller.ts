import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems } from '../platform/openapi.js';
import { decodeCursor, Page } from '../platform/page.js';
import { PageQuery } from '../platform/page.dto.js';
import { SandboxMailbox } from './channels/sandbox/sandbox-mailbox.js';
import { SandboxMessageResponse } from './delivery.dto.js';

@ApiTags('Sandbox')
@ApiBearerAuth()
@Controller('sandbox')
export class SandboxController {
  constructor(private readonly mailbox: SandboxMailbox) {}

  /** Lists the last 1,000 messages that the sandbox accepted in this process, newest first. */
  @Get('messages')
  @RequireScope('read')
  @ApiProblems(400)
  messages(@Query() { limit, cursor }: PageQuery): SandboxMessageResponse[] {
    const before = decodeCursor(cursor) ?? undefined;
    return Page.cut(this.mailbox.list(limit + 1, before), limit, (message) => message.id);
  }
}
