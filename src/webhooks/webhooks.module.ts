import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { ToldAbout } from './told-about.js';
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
  imports: [AudienceModule],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [
    ToldAbout,
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
