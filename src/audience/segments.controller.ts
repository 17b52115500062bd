import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited, Unaudited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { IfMatch } from '../platform/version.js';
import { CreateSegment, PreviewResponse, PreviewSegment, SegmentResponse, UpdateSegment } from './segments.dto.js';
import { SegmentsService } from './segments.service.js';

@ApiTags('Segments')
@ApiBearerAuth()
@Controller('segments')
export class SegmentsController {
  constructor(private readonly segments: SegmentsService) {}

  /**
   * Creates a segment: static, contacts join it by `segments` on the contact; or with a `rule`, and whoever fits it is in
   * it at every moment.
   */
  @Post()
  @RequireScope('write')
  @Audited('segment.created', 'after')
  @Idempotent()
  @ApiProblems(400, 409)
  create(@Body() input: CreateSegment): Promise<SegmentResponse> {
    return this.segments.create(input);
  }

  /** Shows whom a rule has at this moment: their count, or an estimate where counting takes too long, and ten of them. */
  @Post('preview')
  @HttpCode(200)
  @RequireScope('read')
  @Unaudited('It keeps nothing.')
  @ApiProblems(400)
  preview(@Body() input: PreviewSegment): Promise<PreviewResponse> {
    return this.segments.preview(input);
  }

  /** Lists segments with their sizes. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  list(@Query() query: PageQuery): Promise<SegmentResponse[]> {
    return this.segments.list(query);
  }

  /** Shows a segment. */
  @Get(':id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<SegmentResponse> {
    return this.segments.get(id);
  }

  /** Changes name, description or rule; runs that are open keep what they were opened with. */
  @Patch(':id')
  @RequireScope('write')
  @Audited('segment.updated', 'after')
  @ApiProblems(400, 404, 409, 412)
  update(
    @Param('id', Id) id: number,
    @Body() input: UpdateSegment,
    @IfMatch() version: number | null,
  ): Promise<SegmentResponse> {
    return this.segments.update(id, input, version);
  }

  /** Deletes a segment and its memberships, not its contacts; refused while a campaign or another segment's rule names it. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('write')
  @Audited('segment.deleted')
  @ApiProblems(404, 409)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.segments.delete(id);
  }
}
