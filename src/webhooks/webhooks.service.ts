import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { privateLiteral } from '../platform/public-network.js';
import { requireVersion } from '../platform/version.js';
import { deleteDeliveries } from './webhook-deliveries.queries.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { Webhook } from './webhook.entity.js';
import type { CreatedWebhook, CreateWebhook, UpdateWebhook, WebhookResponse } from './webhooks.dto.js';
import { invalidWebhook, tooManyWebhooks } from './webhooks.errors.js';
import { lockWebhooks, nextWebhookId } from './webhooks.queries.js';

/** Every endpoint takes connections, and a row for every event. */
const MOST = 50;

/** How long the secret before a rotation signs as well. */
const OVERLAP_MS = 24 * 3_600_000;

/** Endpoints as people make, change and delete them. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly em: EntityManager,
    private readonly secrets: WebhookSecrets,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Makes an endpoint; the answer is the only place where its secret stands in clear. Throws INVALID_WEBHOOK or TOO_MANY_WEBHOOKS. */
  create({ url, events, description = null }: CreateWebhook): Promise<CreatedWebhook> {
    this.check(url);
    return this.em.transactional(async (em) => {
      await lockWebhooks(em.getKysely());
      if ((await em.count(Webhook)) >= MOST) throw tooManyWebhooks(MOST);
      const id = await nextWebhookId(em.getKysely());
      const { secret, sealed } = this.secrets.make(id);
      const [createdAt, updatedAt] = [this.clock.now(), this.clock.now()];
      const webhook = new Webhook();
      Object.assign(webhook, { id, url, events, description, active: true, secret: sealed, createdAt, updatedAt });
      await em.persist(webhook).flush();
      return { ...this.shown(webhook), secret };
    });
  }

  /** In the order they were made. */
  async list({ cursor, limit }: PageQuery): Promise<Page<WebhookResponse>> {
    const after = decodeCursor(cursor) ?? 0;
    const options = { orderBy: { id: 'asc' as const }, limit: limit + 1 };
    const webhooks = await this.em.fork().find(Webhook, { id: { $gt: after } }, options);
    return Page.cut(
      webhooks.map((webhook) => this.shown(webhook)),
      limit,
      ({ id }) => id,
    );
  }

  /** Throws WEBHOOK_NOT_FOUND. */
  async get(id: number): Promise<WebhookResponse> {
    const webhook = await this.em.fork().findOne(Webhook, { id });
    if (!webhook) throw notFound('webhook', id);
    return this.shown(webhook);
  }

  /** Throws WEBHOOK_NOT_FOUND, VERSION_MISMATCH or INVALID_WEBHOOK. */
  async update(id: number, input: UpdateWebhook, version: number | null): Promise<WebhookResponse> {
    const { url, active } = input;
    if (url !== undefined) this.check(url);
    return this.changed(id, (webhook) => {
      requireVersion(webhook.version, version);
      const given = Object.entries(input).filter(([, value]) => value !== undefined);
      Object.assign(webhook, Object.fromEntries(given));
      if (active) Object.assign(webhook, { disabledReason: null, failingSince: null });
      if (active || url !== undefined) webhook.heldUntil = null;
      return {};
    });
  }

  /** Deletes an endpoint, and what it was and is to be told. Throws WEBHOOK_NOT_FOUND. */
  delete(id: number): Promise<void> {
    return this.em.transactional(async (em) => {
      // First, as whoever records a try locks them in this order; what is added meanwhile is forgotten later.
      await deleteDeliveries(em.getKysely(), id);
      if ((await em.nativeDelete(Webhook, { id })) === 0) throw notFound('webhook', id);
    });
  }

  /** Gives an endpoint another secret; the present one, if it still opens, signs as well for a day. Throws WEBHOOK_NOT_FOUND. */
  rotate(id: number): Promise<CreatedWebhook> {
    return this.changed(id, (webhook) => {
      const { secret, sealed } = this.secrets.make(id);
      const signsOn = this.secrets.opens(id, webhook.secret);
      Object.assign(webhook, {
        secret: sealed,
        oldSecret: signsOn ? webhook.secret : null,
        oldSecretUntil: signsOn ? new Date(this.clock.now().getTime() + OVERLAP_MS) : null,
      });
      return { secret };
    });
  }

  private changed<More extends object>(
    id: number,
    change: (webhook: Webhook) => More,
  ): Promise<WebhookResponse & More> {
    return this.em.transactional(async (em) => {
      const webhook = await em.findOne(Webhook, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!webhook) throw notFound('webhook', id);
      const more = change(webhook);
      webhook.updatedAt = this.clock.now();
      await em.flush();
      return { ...this.shown(webhook), ...more };
    });
  }

  /** What a name leads to is seen when it is called; what is wrong by itself is said at once. */
  private check(text: string): void {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url) throw invalidWebhook('url is not one');
    const { ALLOW_PRIVATE_NETWORKS: allowed } = this.config;
    if (url.protocol === 'http:' && !allowed) throw invalidWebhook('url must begin with https://');
    const refusal = allowed ? null : privateLiteral(url.hostname);
    if (refusal) throw invalidWebhook(refusal.message);
  }

  private shown(webhook: Webhook): WebhookResponse {
    const { id, url, events, active, version } = webhook;
    const ahead = (until: Date | null = null) => (until !== null && until > this.clock.now() ? until : null);
    const { description = null, disabledReason = null, failingSince = null, createdAt, updatedAt } = webhook;
    return {
      ...{ id, url, events, description, active },
      disabled_reason: disabledReason,
      failing_since: failingSince,
      held_until: ahead(webhook.heldUntil),
      old_secret_until: ahead(webhook.oldSecretUntil),
      version,
      created_at: createdAt,
      updated_at: updatedAt,
    };
  }
}
