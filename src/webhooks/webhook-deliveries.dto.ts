import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { Instant } from '../platform/instant.decorator.js';
import { PageQuery } from '../platform/page.dto.js';
import { type ToldEvent, WEBHOOK_STATES, type WebhookState } from './domain/webhook-event.js';

/** Which deliveries to list. */
export class WebhookDeliveryQuery extends PageQuery {
  /** Those in this state. */
  @IsOptional()
  @IsIn(WEBHOOK_STATES)
  state?: WebhookState;
}

/** What to send again. */
export class ReplayWebhook {
  /**
   * What happened since then and was not taken yet.
   * @example "2027-01-01T00:00:00Z"
   */
  @Instant()
  since: Date;
}

/** How many are sent again. */
export class ReplayResponse {
  /** @example 12 */
  replayed: number;
}

/** Something that an endpoint was or is to be told. */
export class WebhookDeliveryResponse {
  /** @example 7 */
  id: number;
  /**
   * The `webhook-id` header, the same in every try: by it a receiver knows a repeat.
   * @example "evt_0b9f6d1f4c4b4b6f9a4e5a3c2d1e0f00"
   */
  event_id: string;
  /** @example "run.completed" */
  event: ToldEvent;
  /** What is posted as `data`. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { run_id: 12, campaign_id: 3 } })
  data: Record<string, unknown>;
  /** `pending` for its time, `sending`, `delivered`, or `failed` for good. */
  state: WebhookState;
  /** Tries so far. */
  tries: number;
  /** When it happened. */
  created_at: Date;
  /** When it was last tried. */
  tried_at: Date | null;
  /** When it is tried next; null where it is not. */
  next_try_at: Date | null;
  /**
   * The status that the endpoint answered last; null for no answer.
   * @example 200
   */
  answer: number | null;
  /**
   * Why the last try failed; null where it did not.
   * @example "it answered 500"
   */
  error: string | null;
}
