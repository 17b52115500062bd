import { Controller, Get, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import type { CsvColumns } from '../platform/download.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems, ApiReport } from '../platform/openapi.js';
import { inForm } from '../platform/report.js';
import { CohortQuery, CohortRun } from './cohort.dto.js';
import { CohortService } from './cohort.service.js';

const COLUMNS: CsvColumns<CohortRun> = {
  run_id: (run) => run.run_id,
  scheduled_for: (run) => run.scheduled_for.toISOString(),
  opened_at: (run) => run.opened_at.toISOString(),
  status: ({ status }) => status,
  age: ({ age }) => age,
  complete: ({ complete }) => String(complete),
  sent: ({ sent }) => sent,
  failed: ({ failed }) => failed,
  skipped: ({ skipped }) => skipped,
  in_doubt: (run) => run.in_doubt,
  opened: ({ opened }) => opened,
  clicked: ({ clicked }) => clicked,
  open_base: (run) => run.open_base,
  click_base: (run) => run.click_base,
  delivered_rate: ({ rates }) => rates.delivered_rate,
  failure_rate: ({ rates }) => rates.failure_rate,
  open_rate: ({ rates }) => rates.open_rate,
  click_rate: ({ rates }) => rates.click_rate,
};

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('campaigns')
export class CohortController {
  constructor(private readonly cohorts: CohortService) {}

  /**
   * Lists a campaign's runs as each was at the same age, newest first, so that young ones compare fairly with old ones. Runs
   * that were not carried out, or of which only totals are left, are not among them. CSV has one page, too.
   */
  @Get(':id/cohort')
  @RequireScope('read')
  @ApiReport(CohortRun, true)
  @ApiProblems(400, 404)
  async list(
    @Param('id', Id) id: number,
    @Query() query: CohortQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<CohortRun[] | StreamableFile> {
    const runs = await this.cohorts.of(id, query);
    return inForm(runs, [...runs], COLUMNS, query, accept, `campaign-${id}-cohort`);
  }
}
