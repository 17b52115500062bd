import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { SystemResponse } from './system.dto.js';
import { SystemService } from './system.service.js';

@ApiTags('Health')
@ApiBearerAuth()
@Controller('system')
export class SystemController {
  constructor(private readonly system: SystemService) {}

  /**
   * Shows how the machinery stands: which processes are there and what they do, what waits and how late it is, what is in doubt,
   * how the database fares, and what of it wants looking after.
   */
  @Get()
  @RequireScope('read')
  get(): Promise<SystemResponse> {
    return this.system.get();
  }
}
