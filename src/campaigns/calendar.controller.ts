import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems } from '../platform/openapi.js';
import { CalendarQuery, CalendarResponse } from './calendar.dto.js';
import { CalendarService } from './calendar.service.js';

@ApiTags('Overview')
@ApiBearerAuth()
@Controller('calendar')
export class CalendarController {
  constructor(private readonly calendar: CalendarService) {}

  /** Shows what ran and what will, day by day in a time zone, over all campaigns: how often each, and when first. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  show(@Query() query: CalendarQuery): Promise<CalendarResponse> {
    return this.calendar.show(query);
  }
}
