import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { CampaignAnalytics, CampaignAnalyticsDetail } from './analytics.dto.js';
import { AnalyticsService } from './analytics.service.js';

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('analytics')
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  /** Lists how every campaign went, over all of its runs. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  list(@Query() query: PageQuery): Promise<CampaignAnalytics[]> {
    return this.analytics.list(query);
  }

  /** Shows how one campaign went, run by run. */
  @Get(':campaign_id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('campaign_id', Id) campaignId: number): Promise<CampaignAnalyticsDetail> {
    return this.analytics.get(campaignId);
  }
}
