import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { IfMatch } from '../platform/version.js';
import { WithoutBody } from '../platform/without-body.js';
import { CreatedWebhook, CreateWebhook, UpdateWebhook, WebhookResponse } from './webhooks.dto.js';
import { WebhooksService } from './webhooks.service.js';

/** What the audit log tells of an endpoint: its URL may be a secret. */
const VALUES = ['events', 'active'];

@ApiTags('Webhooks')
@ApiBearerAuth()
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  /**
   * Adds an endpoint that is told what happens, from a second later on. Its secret is in this answer and nowhere else, so
   * there is no `Idempotency-Key`: where the answer was lost, delete the endpoint and make another.
   */
  @Post()
  @RequireScope('admin')
  @Audited('webhook.created', 'with', { values: VALUES })
  @ApiProblems(400, 409)
  create(@Body() input: CreateWebhook): Promise<CreatedWebhook> {
    return this.webhooks.create(input);
  }

  /** Lists the endpoints in the order they were made. For administrators: the URL of many a service is its secret. */
  @Get()
  @RequireScope('admin')
  @ApiProblems(400)
  list(@Query() query: PageQuery): Promise<WebhookResponse[]> {
    return this.webhooks.list(query);
  }

  /** Shows an endpoint. For administrators, as the list. */
  @Get(':id')
  @RequireScope('admin')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<WebhookResponse> {
    return this.webhooks.get(id);
  }

  /** Changes an endpoint, pauses it or lets it go on. */
  @Patch(':id')
  @RequireScope('admin')
  @Audited('webhook.updated', 'with', { values: VALUES })
  @ApiProblems(400, 404, 412)
  update(
    @Param('id', Id) id: number,
    @Body() input: UpdateWebhook,
    @IfMatch() version: number | null,
  ): Promise<WebhookResponse> {
    return this.webhooks.update(id, input, version);
  }

  /** Deletes an endpoint, with everything it was and is to be told. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @Audited('webhook.deleted')
  @ApiProblems(404)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.webhooks.delete(id);
  }

  /**
   * Gives an endpoint another secret, which is in this answer and nowhere else. For a day events carry two signatures, the
   * other one by the secret before.
   */
  @Post(':id/rotate')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('webhook.rotated', 'with', { values: ['old_secret_until'] })
  @WithoutBody()
  @ApiProblems(400, 404)
  rotate(@Param('id', Id) id: number): Promise<CreatedWebhook> {
    return this.webhooks.rotate(id);
  }
}
