import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, MikroOrmHealthIndicator } from '@nestjs/terminus';
import { CampanileError } from './errors.js';
import { LiveResponse, ReadyResponse } from './health.dto.js';
import { ApiProblems } from './openapi.js';
import { AnyQuery } from './known-query.js';
import { Public } from './public.decorator.js';

/** How long the database may take to answer before this process counts as not ready. */
const PATIENCE_MS = 1_500;

@ApiTags('Health')
@Controller('health')
@Public()
@AnyQuery()
export class HealthController implements OnModuleDestroy {
  private leaving = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly database: MikroOrmHealthIndicator,
  ) {}

  /** A drain begins: whoever distributes requests should choose another process. */
  onModuleDestroy(): void {
    this.leaving = true;
  }

  /** Says that the process is alive, whatever the database does. */
  @Get('live')
  live(): LiveResponse {
    return { status: 'ok' };
  }

  /** Says whether the process can serve: 503 while the database does not answer, and once the process is to end. */
  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiProblems(503)
  async ready(): Promise<ReadyResponse> {
    if (this.leaving) throw new CampanileError('unavailable', 'SHUTTING_DOWN', 'This process is about to end.');
    try {
      const { status, details } = await this.health.check([
        () => this.database.pingCheck('database', { timeout: PATIENCE_MS }),
      ]);
      return { status, details };
    } catch {
      throw new CampanileError('unavailable', 'DATABASE_UNAVAILABLE', 'The database does not answer.');
    }
  }
}
