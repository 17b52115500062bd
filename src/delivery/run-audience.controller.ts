import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import type { Page } from '../platform/page.js';
import { RunAudienceQuery, RunAudienceResponse, RunMemberResponse } from './run-audience.dto.js';
import { RunAudienceService } from './run-audience.service.js';

@ApiTags('Runs')
@ApiBearerAuth()
@Controller('runs/:id/audience')
export class RunAudienceController {
  constructor(private readonly audiences: RunAudienceService) {}

  /**
   * Shows whom a run is for, with the rules as they were when it opened, how many that are, and how many were added and
   * removed since the run before. With `contact_id` it tells of that contact alone; with `change` it lists ids of contacts,
   * in pages. Refused with `LEDGER_DROPPED` for a run that is older than this is kept (`RETENTION_DAYS`).
   */
  @Get()
  @RequireScope('read')
  @ApiExtraModels(RunAudienceResponse, RunMemberResponse)
  @ApiOkResponse({
    schema: {
      anyOf: [
        { $ref: getSchemaPath(RunAudienceResponse) },
        { $ref: getSchemaPath(RunMemberResponse) },
        { type: 'array', items: { type: 'integer' } },
      ],
    },
  })
  @ApiProblems(400, 404, 409)
  of(
    @Param('id', Id) id: number,
    @Query() query: RunAudienceQuery,
  ): Promise<RunAudienceResponse | RunMemberResponse | Page<number>> {
    return this.audiences.of(id, query);
  }
}
