import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { WithoutBody } from '../platform/without-body.js';
import {
  ReplayResponse,
  ReplayWebhook,
  WebhookDeliveryQuery,
  WebhookDeliveryResponse,
} from './webhook-deliveries.dto.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';

@ApiTags('Webhooks')
@ApiBearerAuth()
@Controller('webhooks/:id')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  /** Lists what an endpoint was and is to be told, the newest first. It is kept for WEBHOOK_RETENTION_DAYS. */
  @Get('deliveries')
  @RequireScope('read')
  @ApiProblems(400, 404)
  list(@Param('id', Id) id: number, @Query() query: WebhookDeliveryQuery): Promise<WebhookDeliveryResponse[]> {
    return this.deliveries.list(id, query);
  }

  /** Sends a `webhook.test` at once, also to a paused endpoint, and tells what became of it. It is tried once. */
  @Post('test')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('webhook.tested', 'before')
  @Idempotent({ stepped: true })
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  test(@Param('id', Id) id: number): Promise<WebhookDeliveryResponse> {
    return this.deliveries.test(id);
  }

  /** Sends what happened since a moment and was not taken yet: what was given up, and what waits for another try; no tests. */
  @Post('replay')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('webhook.replayed')
  @Idempotent()
  @ApiProblems(400, 404, 409)
  replaySince(@Param('id', Id) id: number, @Body() { since }: ReplayWebhook): Promise<ReplayResponse> {
    return this.deliveries.replaySince(id, since);
  }

  /** Sends something once more, with the same `webhook-id`, also what was taken; a test is tried once. Refused while it is on its way. */
  @Post('deliveries/:delivery_id/replay')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('webhook.replayed')
  @Idempotent()
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  replay(@Param('id', Id) id: number, @Param('delivery_id', Id) deliveryId: number): Promise<WebhookDeliveryResponse> {
    return this.deliveries.replay(id, deliveryId);
  }
}
