import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { MissingVariablesResponse } from './missing-variables.dto.js';
import { MissingVariablesService } from './missing-variables.service.js';

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns/:id/missing-variables')
export class MissingVariablesController {
  constructor(private readonly missing: MissingVariablesService) {}

  /**
   * Counts for how many contacts of the audience each variable is empty that the message prints without a default:
   * `{{ first_name | default: "friend" }}` leaves no gap. Who has no address gets no message, and is not counted.
   */
  @Get()
  @RequireScope('read')
  @ApiProblems(404)
  of(@Param('id', Id) id: number): Promise<MissingVariablesResponse> {
    return this.missing.of(id);
  }
}
