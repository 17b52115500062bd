import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { CreateSegment, SegmentResponse } from './segments.dto.js';
import { SegmentsService } from './segments.service.js';

@ApiTags('Segments')
@ApiBearerAuth()
@Controller('segments')
export class SegmentsController {
  constructor(private readonly segments: SegmentsService) {}

  /** Creates a static segment; contacts join it by `segments` on the contact. */
  @Post()
  @RequireScope('write')
  @Idempotent()
  @ApiProblems(400, 409)
  create(@Body() input: CreateSegment): Promise<SegmentResponse> {
    return this.segments.create(input);
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

  /** Deletes a segment and its memberships, not its contacts; refused while a campaign aims at it. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('write')
  @ApiProblems(404, 409)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.segments.delete(id);
  }
}
