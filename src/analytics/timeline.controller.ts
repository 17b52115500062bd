import { Controller, Get, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems, ApiReport } from '../platform/openapi.js';
import { inForm } from '../platform/report.js';
import { type ReportSubject, ReportSubjects } from './report-subjects.js';
import { TIMELINE_COLUMNS } from './timeline-columns.js';
import { TimelineQuery, TimelineResponse } from './timeline.dto.js';
import { TimelineService } from './timeline.service.js';

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller()
export class TimelineController {
  constructor(
    private readonly subjects: ReportSubjects,
    private readonly timelines: TimelineService,
  ) {}

  /** Shows what became of a campaign's recipients by minute, hour or day, over all of its runs. */
  @Get('campaigns/:id/timeline')
  @RequireScope('read')
  @ApiReport(TimelineResponse)
  @ApiProblems(400, 404)
  async ofCampaign(
    @Param('id', Id) id: number,
    @Query() query: TimelineQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<TimelineResponse | StreamableFile> {
    return this.report(await this.subjects.campaign(id), query, accept);
  }

  /** Shows what became of a run's recipients by minute, hour or day. Refused with `LEDGER_DROPPED` like its deliveries. */
  @Get('runs/:id/timeline')
  @RequireScope('read')
  @ApiReport(TimelineResponse)
  @ApiProblems(400, 404, 409)
  async ofRun(
    @Param('id', Id) id: number,
    @Query() query: TimelineQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<TimelineResponse | StreamableFile> {
    return this.report(await this.subjects.run(id), query, accept);
  }

  private async report(subject: ReportSubject, query: TimelineQuery, accept: string | undefined) {
    const timeline = await this.timelines.of(subject, query);
    return inForm(timeline, timeline.steps, TIMELINE_COLUMNS, query, accept, `${subject.name}-timeline`);
  }
}
