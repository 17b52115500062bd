import { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, MikroOrmHealthIndicator } from '@nestjs/terminus';
import { closedTables } from './closed-tables.queries.js';
import { CampanileError } from './errors.js';
import { LiveResponse, ReadyResponse } from './health.dto.js';
import { ApiProblems } from './openapi.js';
import { AnyQuery } from './known-query.js';
import { endsWithin } from './patience.js';
import { Public } from './public.decorator.js';

/** How long the database may take to answer before this process counts as not ready. */
const PATIENCE_MS = 1_500;

@ApiTags('Health')
@Controller('health')
@Public()
@AnyQuery()
export class HealthController implements OnModuleDestroy {
  private leaving = false;
  private readonly tables: string[];

  constructor(
    private readonly health: HealthCheckService,
    private readonly database: MikroOrmHealthIndicator,
    private readonly em: EntityManager,
  ) {
    this.tables = [...em.getMetadata().getAll().values()].map(({ tableName }) => tableName);
  }

  /** A drain begins: whoever distributes requests should choose another process. */
  onModuleDestroy(): void {
    this.leaving = true;
  }

  /** Says that the process is alive, whatever the database does. */
  @Get('live')
  live(): LiveResponse {
    return { status: 'ok' };
  }

  /**
   * Says whether the process can serve: 503 while the database does not answer or does not let it read its tables, and once the
   * process is to end.
   */
  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiProblems(503)
  async ready(): Promise<ReadyResponse> {
    if (this.leaving) throw new CampanileError('unavailable', 'SHUTTING_DOWN', 'This process is about to end.');
    const { closed, ...answer } = await this.look().catch(() => {
      throw new CampanileError('unavailable', 'DATABASE_UNAVAILABLE', 'The database does not answer.');
    });
    if (closed.length === 0) return answer;
    // As after a restore, which gives tables to whoever restores.
    throw new CampanileError(
      'unavailable',
      'DATABASE_RIGHTS_MISSING',
      `The role of this process may not read ${closed.join(', ')}: give it its rights, with ops/postgres/roles.sql where there are two roles.`,
    );
  }

  private async look(): Promise<ReadyResponse & { closed: string[] }> {
    const { status, details } = await this.health.check([
      () => this.database.pingCheck('database', { timeout: PATIENCE_MS }),
    ]);
    let closed: string[] = [];
    const asked = closedTables(this.em.getKysely(), this.tables).then((names) => (closed = names));
    if (!(await endsWithin(asked, PATIENCE_MS))) throw new Error('too slow');
    return { status, details, closed };
  }
}
