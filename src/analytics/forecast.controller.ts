import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Unaudited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { ForecastCampaign, ForecastResponse, LintWarningResponse } from './forecast.dto.js';
import { ForecastService } from './forecast.service.js';

const examples = {
  next: { summary: 'The next occurrence', value: {} },
  then: { summary: 'As if it ran then', value: { at: '2027-02-01T10:00:00' } },
};

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns')
export class ForecastController {
  constructor(private readonly forecasts: ForecastService) {}

  /**
   * Says what to expect of the next run: who would get it and who would not and why, counted now; when it would be
   * through, what leaves in each hour and how many SMS segments, estimated; the next occurrences; and what about the
   * campaign was probably not meant. Changes nothing.
   */
  @Post(':id/forecast')
  @HttpCode(200)
  @RequireScope('read')
  @Unaudited('It keeps nothing.')
  @ApiBody({ type: ForecastCampaign, required: false, examples })
  @ApiProblems(400, 404)
  forecast(@Param('id', Id) id: number, @Body() wish: ForecastCampaign): Promise<ForecastResponse> {
    return this.forecasts.forecast(id, wish);
  }

  /** Lists what about a campaign is allowed and probably not meant; the forecast's warnings alone. */
  @Get(':id/lint')
  @RequireScope('read')
  @ApiProblems(404)
  lint(@Param('id', Id) id: number): Promise<LintWarningResponse[]> {
    return this.forecasts.lint(id);
  }
}
