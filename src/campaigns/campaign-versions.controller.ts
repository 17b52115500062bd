import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { Caller } from '../access/caller.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { IfMatch } from '../platform/version.js';
import { WithoutBody } from '../platform/without-body.js';
import { CampaignResponse } from './campaign-response.dto.js';
import { VersionDiffQuery, VersionDiffResponse, VersionResponse, VersionSummary } from './campaign-versions.dto.js';
import { CampaignVersionsService } from './campaign-versions.service.js';

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns/:id/versions')
export class CampaignVersionsController {
  constructor(private readonly versions: CampaignVersionsService) {}

  /** Lists what the campaign said since it was made, newest first: when, by whom, and what changed. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400, 404)
  list(@Param('id', Id) id: number, @Query() query: PageQuery): Promise<VersionSummary[]> {
    return this.versions.list(id, query);
  }

  /** Compares two versions, field by field and line by line. */
  @Get('diff')
  @RequireScope('read')
  @ApiProblems(400, 404)
  diff(@Param('id', Id) id: number, @Query() { from, to }: VersionDiffQuery): Promise<VersionDiffResponse> {
    return this.versions.diff(id, from, to);
  }

  /** Shows a version. Runs name theirs as `content_version`. */
  @Get(':number')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number, @Param('number', Id) number: number): Promise<VersionResponse> {
    return this.versions.get(id, number);
  }

  /** Makes the campaign say again what it said in that version; this is an edit, and makes a new version. */
  @Post(':number/restore')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.version_restored', 'after')
  @WithoutBody()
  @ApiProblems(400, 404, 409, 412)
  restore(
    @Param('id', Id) id: number,
    @Param('number', Id) number: number,
    @IfMatch() version: number | null,
    @Caller() caller: string,
  ): Promise<CampaignResponse> {
    return this.versions.restore(id, number, version, caller);
  }
}
