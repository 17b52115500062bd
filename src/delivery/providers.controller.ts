import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems } from '../platform/openapi.js';
import { ProviderResponse } from './delivery.dto.js';
import { ProviderReportService } from './provider-report.service.js';

@ApiTags('Providers')
@ApiBearerAuth()
@Controller('providers')
export class ProvidersController {
  constructor(private readonly report: ProviderReportService) {}

  /** Tells how each channel's provider fares: its limits and their use, and whether and why it is put off. */
  @Get()
  @RequireScope('read')
  @ApiProblems()
  list(): Promise<ProviderResponse[]> {
    return this.report.list();
  }
}
