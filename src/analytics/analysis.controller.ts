import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { AnalysisQuery, AnalysisResponse } from './analysis.dto.js';
import { AnalysisService } from './analysis.service.js';

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('campaigns')
export class AnalysisController {
  constructor(private readonly analysis: AnalysisService) {}

  /** Shows everything about how a campaign went, or one of its runs, as of one moment: what Analyse is drawn from. */
  @Get(':id/analysis')
  @RequireScope('read')
  @ApiProblems(400, 404)
  get(@Param('id', Id) id: number, @Query() query: AnalysisQuery): Promise<AnalysisResponse> {
    return this.analysis.of(id, query);
  }
}
