import { Controller, Get, Header } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Metrics } from '../platform/metrics.js';
import { ApiText } from '../platform/openapi.js';

@ApiTags('Health')
@ApiBearerAuth()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Counts and measures of this process and of the engine, in Prometheus's text format. */
  @Get()
  @RequireScope('read')
  @ApiText('The metrics.')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.text();
  }
}
