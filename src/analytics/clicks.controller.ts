import { Controller, Get, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import type { CsvColumns } from '../platform/download.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems, ApiReport } from '../platform/openapi.js';
import { inForm } from '../platform/report.js';
import {
  type HeatMapCell,
  HeatMapQuery,
  HeatMapResponse,
  type WaitResponse,
  WaitsQuery,
  WaitsResponse,
} from './clicks.dto.js';
import { ClicksService } from './clicks.service.js';
import { type ReportSubject, ReportSubjects } from './report-subjects.js';

const CELL_COLUMNS: CsvColumns<HeatMapCell> = {
  weekday: ({ weekday }) => weekday,
  hour: ({ hour }) => hour,
  clicks: ({ clicks }) => clicks,
};
const WAIT_COLUMNS: CsvColumns<WaitResponse> = {
  from_seconds: (wait) => wait.from_seconds,
  to_seconds: (wait) => wait.to_seconds,
  recipients: ({ recipients }) => recipients,
};

@ApiTags('Analytics')
@ApiBearerAuth()
@Controller()
export class ClicksController {
  constructor(
    private readonly subjects: ReportSubjects,
    private readonly clicks: ClicksService,
  ) {}

  /** Shows at which hours of which weekdays links of a campaign were followed. */
  @Get('campaigns/:id/click-heat-map')
  @RequireScope('read')
  @ApiReport(HeatMapResponse)
  @ApiProblems(400, 404)
  async heatMapOfCampaign(
    @Param('id', Id) id: number,
    @Query() query: HeatMapQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<HeatMapResponse | StreamableFile> {
    return this.heatMap(await this.subjects.campaign(id), query, accept);
  }

  /** Shows at which hours of which weekdays links of a run were followed. Refused with `LEDGER_DROPPED` like its deliveries. */
  @Get('runs/:id/click-heat-map')
  @RequireScope('read')
  @ApiReport(HeatMapResponse)
  @ApiProblems(400, 404, 409)
  async heatMapOfRun(
    @Param('id', Id) id: number,
    @Query() query: HeatMapQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<HeatMapResponse | StreamableFile> {
    return this.heatMap(await this.subjects.run(id), query, accept);
  }

  /** Shows how long after they were sent to a campaign's recipients first followed a link. */
  @Get('campaigns/:id/time-to-click')
  @RequireScope('read')
  @ApiReport(WaitsResponse)
  @ApiProblems(400, 404)
  async waitsOfCampaign(
    @Param('id', Id) id: number,
    @Query() query: WaitsQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<WaitsResponse | StreamableFile> {
    return this.waits(await this.subjects.campaign(id), query, accept);
  }

  /** Shows how long after they were sent to a run's recipients first followed a link. Refused with `LEDGER_DROPPED` like its deliveries. */
  @Get('runs/:id/time-to-click')
  @RequireScope('read')
  @ApiReport(WaitsResponse)
  @ApiProblems(400, 404, 409)
  async waitsOfRun(
    @Param('id', Id) id: number,
    @Query() query: WaitsQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<WaitsResponse | StreamableFile> {
    return this.waits(await this.subjects.run(id), query, accept);
  }

  private async heatMap(subject: ReportSubject, query: HeatMapQuery, accept: string | undefined) {
    const map = await this.clicks.heatMap(subject, query);
    return inForm(map, map.cells, CELL_COLUMNS, query, accept, `${subject.name}-click-heat-map`);
  }

  private async waits(subject: ReportSubject, query: WaitsQuery, accept: string | undefined) {
    const waits = await this.clicks.waits(subject, query);
    return inForm(waits, waits.waits, WAIT_COLUMNS, query, accept, `${subject.name}-time-to-click`);
  }
}
