import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems } from '../platform/openapi.js';
import {
  ReplyQuery,
  ReplyResponse,
  ReportQuery,
  ReportResponse,
  ReportTotal,
  ReportTotalsQuery,
} from './inbound.dto.js';
import { ReportListService } from './report-list.service.js';

@ApiTags('Reports')
@ApiBearerAuth()
@Controller()
export class ReportsController {
  constructor(private readonly list: ReportListService) {}

  /** Lists what providers reported about messages, the newest first. It is kept for REPORT_RETENTION_DAYS. */
  @Get('reports')
  @RequireScope('read')
  @ApiProblems(400)
  reports(@Query() query: ReportQuery): Promise<ReportResponse[]> {
    return this.list.reports(query);
  }

  /** Counts what was reported about the messages of a run; without one, what is about no message of this installation. */
  @Get('reports/totals')
  @RequireScope('read')
  @ApiProblems(400)
  totals(@Query() { run_id }: ReportTotalsQuery): Promise<ReportTotal[]> {
    return this.list.totals(run_id ?? null);
  }

  /** Lists the texts that people sent, the newest first. STOP and START were obeyed when they came; nothing else is acted on. */
  @Get('replies')
  @RequireScope('read')
  @ApiProblems(400)
  replies(@Query() query: ReplyQuery): Promise<ReplyResponse[]> {
    return this.list.replies(query);
  }
}
