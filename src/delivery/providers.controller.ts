import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Audited, Unaudited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { IfMatch } from '../platform/version.js';
import { WithoutBody } from '../platform/without-body.js';
import { ProviderReportService } from './provider-report.service.js';
import { ProviderTestService } from './provider-test.service.js';
import {
  CreateProvider,
  ProviderResponse,
  ProviderTestResponse,
  TestProvider,
  UpdateProvider,
} from './providers.dto.js';
import { providerExamples } from './providers.examples.js';
import { ProvidersService } from './providers.service.js';
import { VapidKeys } from './push-settings.dto.js';
import { VapidKeysService } from './vapid-keys.service.js';

/** What the audit log tells of an account; of its settings the names. */
const VALUES = ['name', 'channel', 'kind', 'enabled', 'default', 'fallback_id', 'settings', 'has_secret'];

@ApiTags('Providers')
@ApiBearerAuth()
@Controller('providers')
export class ProvidersController {
  constructor(
    private readonly report: ProviderReportService,
    private readonly providers: ProvidersService,
    private readonly tests: ProviderTestService,
    private readonly keys: VapidKeysService,
  ) {}

  /**
   * Lists the accounts through which messages leave, and how they fare: their limits and their use, and whether and why they
   * are put off. Those of the environment come first and are read-only.
   */
  @Get()
  @RequireScope('read')
  @ApiProblems()
  list(): Promise<ProviderResponse[]> {
    return this.report.list();
  }

  /** Adds an account. Every process sends through it within a second; nothing is restarted. */
  @Post()
  @RequireScope('admin')
  @Audited('provider.created', 'after', { values: VALUES })
  @Idempotent()
  @ApiBody({ type: CreateProvider, examples: providerExamples })
  @ApiProblems(400, 409)
  create(@Body() input: CreateProvider): Promise<ProviderResponse> {
    return this.providers.create(input);
  }

  /** Makes a pair of keys (VAPID) for an account of kind `web_push`. They are not kept: give them to `POST /providers`. */
  @Post('vapid-keys')
  @HttpCode(200)
  @RequireScope('admin')
  @Unaudited('It keeps nothing.')
  @WithoutBody()
  @ApiProblems()
  vapidKeys(): VapidKeys {
    return this.keys.generate();
  }

  /** Shows an account. */
  @Get(':id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<ProviderResponse> {
    return this.report.get(id);
  }

  /** Changes an account, from the next message on. One that was put off is asked again at once. */
  @Patch(':id')
  @RequireScope('admin')
  @Audited('provider.updated', 'after', { values: VALUES })
  @ApiProblems(400, 404, 409, 412)
  update(
    @Param('id', Id) id: number,
    @Body() input: UpdateProvider,
    @IfMatch() version: number | null,
  ): Promise<ProviderResponse> {
    return this.providers.update(id, input, version);
  }

  /** Deletes an account and its secrets; refused while a campaign, an open run or another account needs it. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @Audited('provider.deleted', 'after')
  @ApiProblems(404, 409)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.providers.delete(id);
  }

  /** Sends one real message through an account and tells what became of it, whatever the provider did. */
  @Post(':id/test')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('provider.tested', 'before')
  @Idempotent({ stepped: true })
  @ApiProblems(400, 404, 409)
  test(@Param('id', Id) id: number, @Body() { to }: TestProvider): Promise<ProviderTestResponse> {
    return this.tests.test(id, to);
  }
}
