import { Controller, Get, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import type { CsvColumns } from '../platform/download.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems, ApiReport } from '../platform/openapi.js';
import { inForm } from '../platform/report.js';
import { type FailureResponse, FailuresQuery, FailuresResponse, type TriesResponse } from './failures.dto.js';
import { FailuresService } from './failures.service.js';
import { type ReportSubject, ReportSubjects } from './report-subjects.js';

const COLUMNS: CsvColumns<FailureResponse> = {
  reason: ({ reason }) => reason,
  count: ({ count }) => count,
  share: ({ share }) => share,
  cumulative_share: (failure) => failure.cumulative_share,
  retryable: ({ retryable }) => (retryable === null ? null : String(retryable)),
  example_code: (failure) => failure.example_code,
  example: ({ example }) => example,
};

const TRIES_COLUMNS: CsvColumns<TriesResponse> = {
  tries: ({ tries }) => tries,
  recipients: ({ recipients }) => recipients,
  sent: ({ sent }) => sent,
  failed: ({ failed }) => failed,
  in_doubt: (row) => row.in_doubt,
  sent_share: (row) => row.sent_share,
};

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller()
export class FailuresController {
  constructor(
    private readonly subjects: ReportSubjects,
    private readonly failures: FailuresService,
  ) {}

  /** Shows why a campaign's recipients failed, the most frequent reason first, and what trying again came to. CSV has the reasons, or the tries. */
  @Get('campaigns/:id/failures')
  @RequireScope('read')
  @ApiReport(FailuresResponse)
  @ApiProblems(400, 404)
  async ofCampaign(
    @Param('id', Id) id: number,
    @Query() query: FailuresQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<FailuresResponse | StreamableFile> {
    return this.report(await this.subjects.campaign(id), query, accept);
  }

  /** Shows why a run's recipients failed, and what trying again came to, likewise. Refused with `LEDGER_DROPPED` like its deliveries. */
  @Get('runs/:id/failures')
  @RequireScope('read')
  @ApiReport(FailuresResponse)
  @ApiProblems(400, 404, 409)
  async ofRun(
    @Param('id', Id) id: number,
    @Query() query: FailuresQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<FailuresResponse | StreamableFile> {
    return this.report(await this.subjects.run(id), query, accept);
  }

  private async report(subject: ReportSubject, query: FailuresQuery, accept: string | undefined) {
    const failures = await this.failures.of(subject);
    return query.rows === 'tries'
      ? inForm(failures, failures.tries, TRIES_COLUMNS, query, accept, `${subject.name}-tries`)
      : inForm(failures, failures.reasons, COLUMNS, query, accept, `${subject.name}-failures`);
  }
}
