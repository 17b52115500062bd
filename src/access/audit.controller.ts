import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/openapi.js';
import { AuditEntryResponse, AuditQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';
import { RequireScope } from './scope.decorator.js';

@ApiTags('Access')
@ApiBearerAuth()
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /** Lists who did what, newest first. Nothing in it can be changed; `cli audit verify` checks that nothing was. */
  @Get()
  @RequireScope('admin')
  @ApiProblems(400)
  list(@Query() query: AuditQuery): Promise<AuditEntryResponse[]> {
    return this.audit.list(query);
  }
}
