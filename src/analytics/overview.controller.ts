import { Controller, Get, Headers, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems, ApiReport } from '../platform/openapi.js';
import { inForm } from '../platform/report.js';
import { OverviewQuery, OverviewResponse } from './overview.dto.js';
import { OverviewService } from './overview.service.js';
import { TIMELINE_COLUMNS } from './timeline-columns.js';

@ApiTags('Overview')
@ApiBearerAuth()
@Controller('overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  /**
   * Shows what goes on over all campaigns, also those that were deleted since: what was sent, failed, opened and clicked in a period and the one before, what
   * runs now and next, why recipients failed, how providers fare. One snapshot of counters: its parts never disagree. CSV has
   * the timeline.
   */
  @Get()
  @RequireScope('read')
  @ApiReport(OverviewResponse)
  @ApiProblems(400)
  async get(
    @Query() query: OverviewQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<OverviewResponse | StreamableFile> {
    const overview = await this.overview.get(query.period);
    return inForm(overview, overview.timeline, TIMELINE_COLUMNS, query, accept, `overview-${query.period}`);
  }
}
