import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { ExplainQuery, ExplanationResponse } from './explanation.dto.js';
import { ExplanationService } from './explanation.service.js';

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns/:id/explain')
export class ExplanationController {
  constructor(private readonly explanations: ExplanationService) {}

  /**
   * Answers each rule in the order in which the engine asks it: with `contact_id` why this contact got the message or not,
   * without it why the campaign has not started or does not go on.
   */
  @Get()
  @RequireScope('read')
  @ApiProblems(400, 404)
  explain(@Param('id', Id) id: number, @Query() query: ExplainQuery): Promise<ExplanationResponse> {
    return this.explanations.explain(id, query);
  }
}
