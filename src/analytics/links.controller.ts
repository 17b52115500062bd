import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { LinkReportService } from './link-report.service.js';
import { LinkResponse, RescoreResponse } from './links.dto.js';

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('campaigns')
export class LinksController {
  constructor(private readonly reports: LinkReportService) {}

  /**
   * Lists the links of a campaign's messages that are counted, with how often each was followed, in all and run by run.
   * Links of a content version appear when its first run is sent.
   */
  @Get(':id/links')
  @RequireScope('read')
  @ApiProblems(400, 404)
  list(@Param('id', Id) id: number, @Query() query: PageQuery): Promise<LinkResponse[]> {
    return this.reports.list(id, query);
  }

  /**
   * Judges every hit of a campaign anew: whether it was a person or a machine, by the rules of this version. Opens and clicks
   * follow. Hits come to the same however often they are judged; runs whose ledger was dropped keep their numbers.
   */
  @Post(':id/rescore')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.rescored', 'after')
  @ApiProblems(404)
  rescore(@Param('id', Id) id: number): Promise<RescoreResponse> {
    return this.reports.rescore(id);
  }
}
