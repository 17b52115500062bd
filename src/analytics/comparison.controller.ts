import { Controller, Get, Headers, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import type { CsvColumns } from '../platform/download.js';
import { ApiProblems, ApiReport } from '../platform/openapi.js';
import { inForm } from '../platform/report.js';
import { AnalyticsService } from './analytics.service.js';
import { ComparedCampaign, ComparisonQuery } from './comparison.dto.js';
import { intervalsOf } from './domain/rates.js';

const COLUMNS: CsvColumns<ComparedCampaign> = {
  campaign_id: (campaign) => campaign.campaign_id,
  campaign_name: (campaign) => campaign.campaign_name,
  runs: (campaign) => campaign.run_count,
  audience: ({ audience }) => audience,
  pending: ({ pending }) => pending,
  sent: ({ sent }) => sent,
  failed: ({ failed }) => failed,
  skipped: ({ skipped }) => skipped,
  in_doubt: (campaign) => campaign.in_doubt,
  opened: ({ opened }) => opened,
  clicked: ({ clicked }) => clicked,
  ...rateColumns('sent_rate'),
  ...rateColumns('failure_rate'),
  ...rateColumns('open_rate'),
  ...rateColumns('click_rate'),
  ...rateColumns('delivered_rate'),
};

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('analytics')
export class ComparisonController {
  constructor(private readonly analytics: AnalyticsService) {}

  /** Puts campaigns side by side, in the order they are named, with their rates and how sure these are. */
  @Get('compare')
  @RequireScope('read')
  @ApiReport(ComparedCampaign, true)
  @ApiProblems(400, 404)
  async compare(
    @Query() query: ComparisonQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<ComparedCampaign[] | StreamableFile> {
    const campaigns = await this.analytics.of(query.campaign_id);
    const compared = campaigns.map((campaign) => ({ ...campaign, intervals: intervalsOf(campaign) }));
    return inForm(compared, compared, COLUMNS, query, accept, 'comparison');
  }
}

function rateColumns(rate: keyof ComparedCampaign['intervals']): CsvColumns<ComparedCampaign> {
  return {
    [rate]: ({ rates }) => rates[rate],
    [`${rate}_low`]: ({ intervals }) => intervals[rate]?.low ?? null,
    [`${rate}_high`]: ({ intervals }) => intervals[rate]?.high ?? null,
  };
}
