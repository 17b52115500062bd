import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { WithoutBody } from '../platform/without-body.js';
import { SeedResult } from './seed.dto.js';
import { SeedService } from './seed.service.js';

@ApiTags('Seed')
@ApiBearerAuth()
@Controller('seed')
export class SeedController {
  constructor(private readonly seeds: SeedService) {}

  /** Makes the demo segments, contacts and campaigns where they are missing; repeating it changes nothing. */
  @Post()
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('demo.seeded', 'after')
  @Idempotent()
  @WithoutBody()
  @ApiProblems(400)
  seed(): Promise<SeedResult> {
    return this.seeds.seed();
  }
}
