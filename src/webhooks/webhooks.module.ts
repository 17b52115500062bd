import { Module } from '@nestjs/common';
import { WebhookBeat } from './webhook-beat.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookListener } from './webhook-listener.js';
import { WebhookPost } from './webhook-post.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

/** Tells endpoints of others what happens. It hears of it by facts, and nothing depends on it. */
@Module({
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [
    WebhookBeat,
    WebhookDeliveriesService,
    WebhookListener,
    WebhookPost,
    WebhookSecrets,
    WebhookSender,
    WebhooksService,
  ],
})
export class WebhooksModule {}
