import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { Caller } from '../access/caller.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { IfMatch } from '../platform/version.js';
import { WithoutBody } from '../platform/without-body.js';
import { CampaignLifecycleService } from './campaign-lifecycle.service.js';
import { CampaignResponse, OccurrenceResponse } from './campaign-response.dto.js';
import { campaignExamples } from './campaigns.examples.js';
import { CampaignQuery, CreateCampaign, OccurrenceQuery, RescheduleCampaign, UpdateCampaign } from './campaigns.dto.js';
import { CampaignsService } from './campaigns.service.js';

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly lifecycle: CampaignLifecycleService,
  ) {}

  /** Creates a campaign. Unless it is a draft it starts waiting for its time at once. */
  @Post()
  @RequireScope('write')
  @Audited('campaign.created')
  @Idempotent()
  @ApiBody({ type: CreateCampaign, examples: campaignExamples })
  @ApiProblems(400, 409)
  create(@Body() input: CreateCampaign, @Caller() caller: string): Promise<CampaignResponse> {
    return this.campaigns.create(input, caller);
  }

  /** Lists campaigns in the order they were made. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  list(@Query() query: CampaignQuery): Promise<CampaignResponse[]> {
    return this.campaigns.list(query);
  }

  /** Shows a campaign. */
  @Get(':id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<CampaignResponse> {
    return this.campaigns.get(id);
  }

  /** Changes the given fields; they apply to runs that open later. */
  @Patch(':id')
  @RequireScope('write')
  @Audited('campaign.updated')
  @ApiProblems(400, 404, 409, 412)
  update(
    @Param('id', Id) id: number,
    @Body() input: UpdateCampaign,
    @IfMatch() version: number | null,
    @Caller() caller: string,
  ): Promise<CampaignResponse> {
    return this.campaigns.update(id, input, version, caller);
  }

  /** Takes a campaign out of the lists; its runs stay readable. Refused while one is going. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('write')
  @Audited('campaign.deleted')
  @ApiProblems(404, 409)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.campaigns.delete(id);
  }

  /** Gives a campaign another time; a completed one-time campaign will run again. */
  @Patch(':id/reschedule')
  @RequireScope('write')
  @Audited('campaign.rescheduled')
  @ApiProblems(400, 404, 409, 412)
  reschedule(
    @Param('id', Id) id: number,
    @Body() input: RescheduleCampaign,
    @IfMatch() version: number | null,
  ): Promise<CampaignResponse> {
    return this.campaigns.reschedule(id, input, version);
  }

  /** Puts a draft onto its schedule, or runs a waiting campaign now. */
  @Post(':id/launch')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.launched')
  @Idempotent()
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  launch(@Param('id', Id) id: number): Promise<CampaignResponse> {
    return this.lifecycle.launch(id);
  }

  /** Stops opening and sending within one window; what is in flight is still recorded. */
  @Post(':id/pause')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.paused')
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  pause(@Param('id', Id) id: number): Promise<CampaignResponse> {
    return this.lifecycle.pause(id);
  }

  /**
   * Goes on where the pause began; occurrences that passed meanwhile are recorded as missed. A one-time campaign is
   * carried out late, unless its `misfire` is `skip`.
   */
  @Post(':id/resume')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.resumed')
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  resume(@Param('id', Id) id: number): Promise<CampaignResponse> {
    return this.lifecycle.resume(id);
  }

  /** Ends a campaign; recipients not yet sent to are skipped as cancelled, occurrences that were due are recorded as missed. */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.cancelled')
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  cancel(@Param('id', Id) id: number): Promise<CampaignResponse> {
    return this.lifecycle.cancel(id);
  }

  /** Shows when the campaign is due next, from its anchor or now, whichever is later, and what DST or a month end bends. */
  @Get(':id/occurrences')
  @RequireScope('read')
  @ApiProblems(400, 404)
  occurrences(@Param('id', Id) id: number, @Query() query: OccurrenceQuery): Promise<OccurrenceResponse[]> {
    return this.campaigns.occurrences(id, query.count);
  }
}
