import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { HitsQuery } from './hits.dto.js';
import { RunVariantsService } from './run-variants.service.js';
import { RunVariantsResponse, VariantsQuery } from './variants.dto.js';

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller()
export class VariantsController {
  constructor(private readonly variants: RunVariantsService) {}

  /**
   * Shows how the variants of a run fare, who waits for the winner, who is held out, and what was decided; the last numbers of
   * a run whose ledger was dropped. Refused with `NO_VARIANTS` for a run without.
   */
  @Get('runs/:id/variants')
  @RequireScope('read')
  @ApiProblems(400, 404, 409)
  ofRun(@Param('id', Id) id: number, @Query() { hits }: HitsQuery): Promise<RunVariantsResponse> {
    return this.variants.of(id, hits);
  }

  /** Lists the same for every run of a campaign that has variants, newest first; each is a test of its own. */
  @Get('campaigns/:id/variants')
  @RequireScope('read')
  @ApiProblems(400, 404)
  ofCampaign(@Param('id', Id) id: number, @Query() query: VariantsQuery): Promise<RunVariantsResponse[]> {
    return this.variants.ofCampaign(id, query);
  }
}
