import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { recordAhead } from '../access/audited.decorator.js';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { ReplayResponse, WebhookDeliveryQuery, WebhookDeliveryResponse } from './webhook-deliveries.dto.js';
import { findDelivery, listDeliveries, replayOne, replaySince } from './webhook-deliveries.queries.js';
import { WebhookSender } from './webhook-sender.js';
import { onItsWay } from './webhooks.errors.js';
import { WebhooksService } from './webhooks.service.js';

/** What endpoints were and are to be told, and telling it once more. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly em: EntityManager,
    private readonly webhooks: WebhooksService,
    private readonly sender: WebhookSender,
    private readonly clock: Clock,
  ) {}

  /** The newest first. Throws WEBHOOK_NOT_FOUND. */
  async list(
    webhookId: number,
    { state, limit, cursor }: WebhookDeliveryQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    await this.webhooks.get(webhookId);
    const before = decodeCursor(cursor);
    const rows = await listDeliveries(this.em.getKysely(), webhookId, { state, limit, before });
    return Page.cut(rows, limit, ({ id }) => id);
  }

  /** Sends a test and answers what became of it. Throws WEBHOOK_NOT_FOUND. */
  async test(webhookId: number): Promise<WebhookDeliveryResponse> {
    await this.webhooks.get(webhookId);
    await recordAhead();
    const id = await this.sender.sendTest(webhookId);
    if (id === undefined) throw notFound('webhook', webhookId);
    return this.get(webhookId, id);
  }

  /** Makes a delivery due at once, also one that was taken. Throws WEBHOOK_DELIVERY_NOT_FOUND or WEBHOOK_ON_ITS_WAY. */
  async replay(webhookId: number, id: number): Promise<WebhookDeliveryResponse> {
    const replayed = await replayOne(this.em.getKysely(), this.clock.sql(), webhookId, id);
    const delivery = await this.get(webhookId, id);
    if (!replayed) throw onItsWay(id);
    return delivery;
  }

  /** Makes due at once what happened since and was not taken yet. Throws WEBHOOK_NOT_FOUND. */
  async replaySince(webhookId: number, since: Date): Promise<ReplayResponse> {
    await this.webhooks.get(webhookId);
    return { replayed: await replaySince(this.em.getKysely(), this.clock.sql(), webhookId, since) };
  }

  private async get(webhookId: number, id: number): Promise<WebhookDeliveryResponse> {
    const delivery = await findDelivery(this.em.getKysely(), webhookId, id);
    if (!delivery) throw notFound('webhook_delivery', id);
    return delivery;
  }
}
